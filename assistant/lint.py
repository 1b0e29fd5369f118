"""`gonghui knowledge lint`: prove what `knowledge/` says of itself. Works on what `knowledge.load_knowledge` read.

Each problem is `path:line: reason，next step`. This module looks at guides; `lint_data` at everything beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from assistant import brackets, grounding, lint_brackets, lint_data, lint_menu, proving
from assistant.citation import find_citations, format_citation
from assistant.errors import KnowledgeError
from assistant.instruments import Register
from assistant.knowledge import UNANSWERED, load_knowledge, load_menu, load_replies
from assistant.passages import PLACEHOLDER
from assistant.statutes import load_articles
from assistant.text import bare, sentences
from assistant.types import Article, Citation, Conflict, Guide, Knowledge

SHORT_CHARACTERS = 150
FEWEST_ASKS = 20
# A reader of nine years of school: measured on the guides of which readers said that they are plain.
LONGEST_SENTENCE = 150
LONGEST_CLAUSE = 45
# The first message of WeChat has 2,048 bytes: the answer and all its steps must be in it.
STEPS_BYTES = 1750
LABEL_BYTES = 200
HARD_WORDS = ("之日", "予以", "其中之", "该等", "上述", "系指", "亦", "兹")
_CITED = re.compile(r"（?《[^（）]*?》(?:第[一二三四五六七八九十百零〇]+条(?:之[一二三四五六七八九十])?[、和]?)+）?")
_STATUS = {
    "unknown_instrument": "instruments.yaml 里没有这部规定，请先登记它",
    "unknown_article": "没有这一条，请核对条号",
    "not_yet_in_force": "这一天还没有施行，请改 valid_from 或换依据",
    "out_of_force": "这一天已经失效，请换成现行的条",
}


def lint(root: Path, today: date) -> list[str]:
    """Return every problem below *root* as `path:line: reason`, empty where there is none."""
    try:
        knowledge = load_knowledge(root)
        replies = load_replies(root)
        menu = load_menu(root)
    except KnowledgeError as error:
        return error.problems
    _lines.cache_clear()
    register = Register(knowledge.instruments)
    texts = _texts(knowledge)
    figures = lint_data.read_figures(root, knowledge)
    problems = [
        *(f"{root}/{orphan}，请删掉它，或者把指南、条文加回来" for orphan in knowledge.orphans),
        *lint_data.check(knowledge, replies, register, root),
        *lint_menu.check(menu, knowledge, replies, root),
        *figures.problems,
        *_duplicates(knowledge, root),
        *_unanswered(knowledge, root),
    ]
    for guide in knowledge.guides:
        problems += _guide(guide, knowledge, register, root, today)
        problems += _unproven(guide, texts, figures, register, root)
    for conflict in knowledge.conflicts:
        problems += _conflict(conflict, knowledge, texts, figures, register, root)
    problems += lint_brackets.check(knowledge, texts, figures, register, root)
    for bracket in knowledge.brackets:
        problems += (
            f"{root / bracket.where}: {reason}" for sample in brackets.samples(bracket) for reason in _reading_problems(sample.sentence)
        )
    return problems or _sendable(knowledge, texts, register, root, today)


def _texts(knowledge: Knowledge) -> dict[Citation, Article]:
    """Every article whose wording we hold: of the statute database, and imported and published."""
    cited = frozenset(citation for guide in knowledge.guides for citation in guide.basis)
    articles = {article.citation: article for article in load_articles(knowledge.instruments, cited)}
    return articles | {article.citation: article for text in knowledge.texts for article in text.articles}


def _sendable(knowledge: Knowledge, texts: dict[Citation, Article], register: Register, root: Path, today: date) -> list[str]:
    """Run the gate over each guide's own answer and what each fork asks, as an index build does."""
    allow = grounding.AllowList(knowledge.phones, knowledge.hosts)
    cited = sorted({citation for guide in knowledge.guides if guide.status == "published" for citation in guide.basis})
    problems = [
        f"{root / 'instruments.yaml'}:1: 法条库里没有{format_citation(citation)}，请核对条号或者改 text 一项"
        for citation in cited
        if (instrument := register.find(citation.law)) and instrument.has_text and citation not in texts
    ]
    for guide in knowledge.guides:
        if guide.status == "published":
            # What has ended is still told of its own days, what begins later will be.
            day = today if guide.in_use(today) else guide.valid_from
            for failure in proving.guide_failures(guide, knowledge, texts, register, allow, day):
                line = _line_of(root / guide.path, failure.detail)
                problems.append(f"{root / guide.path}:{line}: 过不了发送检查 {failure.check}：{failure.detail}，请改这一句")
    problems += [
        f"{root / fork.where}: 岔路 {fork.id} 过不了发送检查 {failure.check}：{failure.detail}，岔路上的指南里要有这话"
        for fork in knowledge.forks
        for failure in proving.fork_failures(fork, knowledge, texts, register, allow, today)
    ]
    return problems


def _duplicates(knowledge: Knowledge, root: Path) -> Iterator[str]:
    ids: dict[str, str] = {}
    asks: dict[str, str] = {}
    shorts: dict[str, str] = {}
    for guide in knowledge.guides:
        if ids.setdefault(guide.id, guide.path) != guide.path:
            yield f"{root / guide.path}:2: id {guide.id} 和 {ids[guide.id]} 重复，请改一个"
        if shorts.setdefault(bare(guide.short), guide.path) != guide.path:
            yield f"{root / guide.path}:1: 一句话答案和 {shorts[bare(guide.short)]} 一样，请写这件事自己的结论"
        own: set[str] = set()
        for ask in guide.asks:
            key = bare(ask)
            if key in own or asks.setdefault(key, guide.id) != guide.id:
                line = _line_of(root / guide.path, ask)
                yield f"{root / guide.path}:{line}: 问法“{ask}”重复，另一处是 {asks.get(key, guide.id)}，请删掉一个（本条里的可以用 --fix）"
            own.add(key)
    for citation, article_asks in knowledge.article_asks.items():
        for ask in article_asks:
            if asks.setdefault(bare(ask), format_citation(citation)) != format_citation(citation):
                yield f"{root / 'phrasings'}:1: {format_citation(citation)}的问法“{ask}”和 {asks[bare(ask)]} 的一样，请删掉一个"


def _unanswered(knowledge: Knowledge, root: Path) -> Iterator[str]:
    """What no guide answers is no question of ours, and is written once."""
    files = [root / name for name in UNANSWERED if (root / name).is_file()]
    asks = {bare(ask): guide.id for guide in knowledge.guides for ask in guide.asks}
    seen: set[str] = set()
    for _, words in knowledge.others:
        key = bare(words)
        if key in asks or key in seen:
            path = next((file for file in files if _line_of(file, words) > 1), files[0])
            yield f"{path}:{_line_of(path, words)}: “{words}”重复，另一处是 {asks.get(key, ' 或 '.join(UNANSWERED))}，请删掉一个"
        seen.add(key)


def _guide(guide: Guide, knowledge: Knowledge, register: Register, root: Path, today: date) -> Iterator[str]:
    path = root / guide.path
    for citation in guide.basis:
        # A guide of earlier days rests on what was law until it ended.
        day = max(today, guide.valid_from) if guide.valid_until is None else guide.valid_from
        status = register.status(citation, day)
        if status != "in_force" and guide.status == "published":
            yield f"{path}:{_line_of(path, citation.law)}: 依据{format_citation(citation)}：{_STATUS[status]}"
    beside = guide.articles()[len(guide.basis) :]
    for citation in beside:
        if (status := register.status(citation, today)) != "in_force":
            yield f"{path}:{_line_of(path, citation.law)}: see_also 的{format_citation(citation)}：{_STATUS[status]}"
        elif citation in guide.basis or beside.count(citation) > 1:
            yield f"{path}:{_line_of(path, citation.law)}: see_also 的{format_citation(citation)}已经写过了，请删掉"
    for text in (guide.short, *guide.lines()):
        yield from (f"{path}:{_line_of(path, text)}: {reason}" for reason in _text_problems(text, guide, knowledge, register))
        yield from (f"{path}:{_line_of(path, text)}: {reason}" for reason in _reading_problems(text))
    yield from _dates(guide, path)
    yield from _form(guide, path)
    guides = {other.id: other for other in knowledge.guides}
    yield from (
        f"{path}:{_line_of(path, 'related')}: related 里的 {id_} 没有这条指南，请改名或删掉" for id_ in guide.related if id_ not in guides
    )
    if guide.replaced_by is not None:
        line = _line_of(path, "replaced_by")
        yield from (f"{path}:{line}: {reason}" for reason in _succession(guide, guides.get(guide.replaced_by)))


def _succession(guide: Guide, successor: Guide | None) -> Iterator[str]:
    """A gap between the two may be meant (nobody wrote that time's rule); days that both hold are a mistake."""
    if successor is None:
        yield f"replaced_by 写的 {guide.replaced_by} 没有这条指南，请改名"
    elif successor.id == guide.id:
        yield "replaced_by 写的是它自己，请改成接替它的指南"
    elif guide.status == "published" and successor.status != "published":
        yield f"replaced_by 写的 {successor.id} 没有发布，请先发布它或者改名"
    elif guide.valid_until is not None and successor.valid_from < guide.valid_until:
        yield f"接替它的 {successor.id} 从 {successor.valid_from} 起用，这条到 {guide.valid_until} 才停用，中间两条都在用，请改一个日子"


def _text_problems(text: str, guide: Guide, knowledge: Knowledge, register: Register) -> Iterator[str]:
    parameters = {parameter.id for parameter in knowledge.parameters}
    if guide.kind == "guide":
        for found in find_citations(text, register.names):
            if found.citation not in guide.basis:
                yield f"正文写了{format_citation(found.citation)}，basis 里没有，请加进去或者删掉这句"
    yield from (f"参数 {id_} 没有登记，请写进 parameters/" for id_ in PLACEHOLDER.findall(text) if id_ not in parameters)
    yield from lint_data.said_to_workers(text, knowledge)


def _reading_problems(text: str) -> Iterator[str]:
    """What a person with nine years of school trips over."""
    for word in HARD_WORDS:
        if word in text:
            yield f"有难懂的“{word}”，请换成平常说的话"
    for sentence in sentences(PLACEHOLDER.sub("", _CITED.sub("", text))):
        if len(sentence) > LONGEST_SENTENCE:
            yield f"这一句有 {len(sentence)} 字，超过 {LONGEST_SENTENCE} 字，请拆成两句"
        for clause in re.split(r"[，。；：、！？“”（）]", sentence):
            if len(clause) > LONGEST_CLAUSE:
                yield f"“{clause[:20]}……”连着 {len(clause)} 字没有停顿，请断开"


def _dates(guide: Guide, path: Path) -> Iterator[str]:
    if guide.review_by <= guide.valid_from:
        yield f"{path}:{_line_of(path, 'review_by')}: 复查日不晚于生效日，请改日子"
    if guide.valid_until and guide.valid_until <= guide.valid_from:
        yield f"{path}:{_line_of(path, 'valid_until')}: 停用日不晚于生效日，请改日子"
    if guide.replaced_by is not None and guide.valid_until is None:
        yield f"{path}:{_line_of(path, 'replaced_by')}: 写了 replaced_by 就要写 valid_until，请补上停用的日子"


def _form(guide: Guide, path: Path) -> Iterator[str]:
    line = _line_of(path, guide.short)
    if len(sentences(guide.short)) > 2:
        yield f"{path}:{line}: 一句话答案超过两句，请删到两句"
    if len(guide.short) > SHORT_CHARACTERS:
        yield f"{path}:{line}: 一句话答案超过 {SHORT_CHARACTERS} 字，请删短"
    if guide.kind == "guide" and guide.status == "published" and guide.replaced_by is None and len(guide.asks) < FEWEST_ASKS:
        yield f"{path}:{_line_of(path, 'asks')}: 连 phrasings/ 里的一共 {len(guide.asks)} 个问法，至少 {FEWEST_ASKS} 个，请补上"
    steps = sum(len(item.encode()) + 4 for section in guide.sections if section.kind == "steps" for item in section.items)
    size = len(guide.short.encode()) + steps + LABEL_BYTES
    if size > STEPS_BYTES:
        yield f"{path}:{line}: 答案加步骤有 {size} 字节，公众号一条消息放不下（上限 {STEPS_BYTES}），请把步骤写短"


def _unproven(
    guide: Guide, texts: Mapping[Citation, Article], figures: lint_data.FigureLedger, register: Register, root: Path
) -> Iterator[str]:
    """Each figure stands in an article of the basis, is a parameter, or is written down in `figures.yaml` with the reason."""
    if guide.kind == "report" or guide.status != "published":
        return
    proven = figures.of_guides.get(guide.id, frozenset()) | _figures_of(guide.basis, texts, figures, register)
    path = root / guide.path
    for text in (guide.short, *guide.lines()):
        for figure in sorted(grounding.find_figures(PLACEHOLDER.sub("", text), register) - proven):
            yield (
                f"{path}:{_line_of(path, text)}: 数“{figure}”在依据的条文里找不到，请改成条文里的数，"
                f"或者核对后写进 figures.yaml 的 {guide.id}"
            )


def _figures_of(
    citations: Iterable[Citation], texts: Mapping[Citation, Article], figures: lint_data.FigureLedger, register: Register
) -> frozenset[str]:
    """The figures of articles: of their wording where we hold it, and those written down."""
    proven: set[str] = set()
    for citation in citations:
        if citation in texts:
            proven |= grounding.find_figures(texts[citation].text, register)
        proven |= figures.of_articles.get(citation, frozenset())
    return frozenset(proven)


def _conflict(
    conflict: Conflict,
    knowledge: Knowledge,
    texts: Mapping[Citation, Article],
    figures: lint_data.FigureLedger,
    register: Register,
    root: Path,
) -> Iterator[str]:
    """What a conflict says is plain, and its figures stand in its articles, in a parameter, or in the ledger of each of its guides."""
    where = root / conflict.where
    yield from (f"{where}: {reason}" for reason in _reading_problems(conflict.says))
    parameters = {parameter.id for parameter in knowledge.parameters}
    yield from (f"{where}: 参数 {id_} 没有登记，请写进 parameters/" for id_ in PLACEHOLDER.findall(conflict.says) if id_ not in parameters)
    shared = frozenset.intersection(*(figures.of_guides.get(id_, frozenset()) for id_ in conflict.guides))
    proven = shared | _figures_of(conflict.articles, texts, figures, register)
    for figure in sorted(grounding.find_figures(PLACEHOLDER.sub("", conflict.says), register) - proven):
        yield (
            f"{where}: {conflict.id} 的数“{figure}”在它的条文里找不到，请改成条文里的数，"
            f"或者核对后写进 figures.yaml（{'、'.join(conflict.guides)}）"
        )


def _line_of(path: Path, text: str) -> int:
    """Return the line of the file on which *text* stands, 1 where it runs over several."""
    needle = text[:40]
    for number, line in enumerate(_lines(path), start=1):
        if needle in line:
            return number
    return 1


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
