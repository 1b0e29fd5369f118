"""Lint of everything in `knowledge/` beside the guides: registers, figures, programmes, terms, replies, reports, texts."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from assistant import forks, grounding, orders, triage
from assistant.citation import find_citations, format_citation
from assistant.instruments import Register
from assistant.knowledge import UNKNOWN_DAY
from assistant.schema import FigureRow, placed_rows
from assistant.text import sentences
from assistant.types import Citation, Conflict, Fork, Instrument, Knowledge, Parameter, Reply

SYSTEMS = 46
LONGEST_MEANING = 60
LONGEST_CHOICE = 12
LONGEST_FORK_QUESTION = 20
# The notes of an answer go out together or not at all where a message is short.
LONGEST_CONFLICT = 150
# Replies the program chooses by id; each must be there.
REPLIES = (
    "crisis_self_harm", "crisis_injury", "crisis_violence", "declined_unlawful", "declined_private", "declined_injection",
    "clarify_vague", "clarify_empty", "clarify_greeting", "clarify_language", "clarify_long",
    "clarify_forgotten", "clarify_danger",
    "handed_over_person", "handed_over_petition", "handed_over_record", "handed_over_outside", "handed_over_near",
    "handed_over_no_article",
    "handed_over_other_day", "handed_over_other_place", "handed_over_broken",
)  # fmt: skip


class FigureLedger(NamedTuple):
    """`figures.yaml`: the figures of articles whose wording we do not hold, and those of guides that no article has."""

    of_articles: Mapping[Citation, frozenset[str]]
    of_guides: Mapping[str, frozenset[str]]
    problems: tuple[str, ...]


def read_figures(root: Path, knowledge: Knowledge) -> FigureLedger:
    """Read the ledger; what it says of guides that are gone is a problem."""
    path = root / "figures.yaml"
    problems: list[str] = []
    of_articles: dict[Citation, frozenset[str]] = {}
    of_guides: dict[str, frozenset[str]] = {}
    guides = {guide.id for guide in knowledge.guides}
    for row, line in placed_rows(path, FigureRow, problems) if path.is_file() else ():
        if row.article is not None:
            citation = Citation(row.article.instrument, row.article.article)
            if citation in of_articles:
                problems.append(f"{path}:{line}: {format_citation(citation)}写了两次，请合成一条")
            of_articles[citation] = of_articles.get(citation, frozenset()) | frozenset(row.figures)
        elif row.guide in of_guides:
            problems.append(f"{path}:{line}: 指南 {row.guide} 写了两次，请合成一条")
        elif row.guide in guides:
            of_guides[row.guide] = frozenset(row.figures)
        else:
            problems.append(f"{path}:{line}: 没有指南 {row.guide}，请删掉这几行")
    return FigureLedger(of_articles, of_guides, tuple(problems))


def check(knowledge: Knowledge, replies: Mapping[str, Reply], register: Register, root: Path) -> Iterator[str]:
    """Yield the problems of everything beside the guides."""
    yield from _instruments(knowledge, root)
    yield from _parameters(knowledge, root)
    yield from _article_asks(knowledge, register, root)
    yield from _programmes(knowledge, root)
    yield from _criteria(knowledge, root)
    yield from _terms(knowledge, register, root)
    yield from _replies(replies, knowledge, root)
    yield from _reports(knowledge, root)
    yield from _coverage(knowledge, root)
    yield from _texts(knowledge, register, root)
    yield from _forks(knowledge, root)
    yield from _conflicts(knowledge, register, root)


def said_to_workers(text: str, knowledge: Knowledge) -> Iterator[str]:
    """What may not be said anywhere: telephone numbers and links that are not on the list, promises, orders to a program."""
    allow = grounding.AllowList(knowledge.phones, knowledge.hosts)
    for phone in grounding.find_phones(text):
        if phone not in allow.phones:
            yield f"号码 {phone} 不在 places.yaml 的名单里，请删掉，改成名单里的号码"
    yield from (f"网址 {host} 不在名单里，请删掉" for host in grounding.find_hosts(text) if not allow.has_host(host))
    yield from (f"“{promise}”是在保证结果，请删掉这句" for promise in grounding.find_promises(text))
    if orders.speaks_to_machine(text):
        yield "有一句是说给程序听的指令，请删掉"


def _instruments(knowledge: Knowledge, root: Path) -> Iterator[str]:
    seen: dict[str, str] = {}
    names = {instrument.name for instrument in knowledge.instruments}
    for instrument in knowledge.instruments:
        where = root / instrument.where
        for name in dict.fromkeys((instrument.name, instrument.full_name, *instrument.aliases)):
            if seen.setdefault(name, instrument.name) != instrument.name:
                yield f"{where}: “{name}”同时指《{seen[name]}》和《{instrument.name}》，请去掉一个别名"
        if instrument.version_from < instrument.in_force_from:
            yield f"{where}: 《{instrument.name}》的 version_from 早于 in_force_from，请核对日子"
        if instrument.in_force_until and instrument.in_force_until <= instrument.in_force_from:
            yield f"{where}: 《{instrument.name}》的失效日不晚于施行日，请核对日子"
        if instrument.replaced_by and instrument.replaced_by not in names:
            yield f"{where}: 《{instrument.name}》的 replaced_by 写的《{instrument.replaced_by}》没有登记，请先登记它"
        yield from (f"{where}: 《{instrument.name}》{reason}" for reason in _article_problems(instrument))


def _article_problems(instrument: Instrument) -> Iterator[str]:
    if instrument.articles is not None and instrument.articles < 1:
        yield "的条数不对，请写最大的条号"
    if instrument.articles is None and instrument.has_text:
        yield "有原文却没写条数，请写最大的条号"


def _parameters(knowledge: Knowledge, root: Path) -> Iterator[str]:
    by_id: dict[str, list[Parameter]] = defaultdict(list)
    for parameter in knowledge.parameters:
        by_id[parameter.id].append(parameter)
        if parameter.until and parameter.until <= parameter.since:
            yield f"{root / parameter.where}: {parameter.id} 的结束日不晚于开始日，请核对日子"
        if parameter.confirmed and parameter.value is None:
            yield f"{root / parameter.where}: {parameter.id} 没有数却写成已确认，请填上数或改成 false"
        if parameter.value is not None and parameter.since != UNKNOWN_DAY and not parameter.source.strip():
            yield f"{root / parameter.where}: {parameter.id} 没写来源，请补上"
    for periods in by_id.values():
        for earlier, later in itertools.pairwise(sorted(periods, key=lambda period: period.since)):
            if earlier.until is None or earlier.until > later.since:
                yield f"{root / earlier.where}: {earlier.id} 从 {earlier.since} 起的一段和后一段重叠，请写上 until"
        if len({(period.unit, period.region) for period in periods}) > 1:
            yield f"{root / periods[0].where}: {periods[0].id} 的几段单位或地区不一样，请分成两个参数"


def _article_asks(knowledge: Knowledge, register: Register, root: Path) -> Iterator[str]:
    for citation in knowledge.article_asks:
        instrument = register.find(citation.law)
        if instrument is None or register.status(citation, max(instrument.version_from, instrument.in_force_from)) != "in_force":
            yield f"{root / 'phrasings'}:1: 问法指着{format_citation(citation)}，instruments.yaml 里没有这一条，请核对条号"
        elif instrument.name != citation.law:
            yield f"{root / 'phrasings'}:1: 问法里的“{citation.law}”请写成 instruments.yaml 的名字“{instrument.name}”"


def _programmes(knowledge: Knowledge, root: Path) -> Iterator[str]:
    guides = {guide.id for guide in knowledge.guides if guide.status == "published"}
    parameters = {parameter.id for parameter in knowledge.parameters}
    ids: set[str] = set()
    for programme in knowledge.programmes:
        where = root / programme.where
        if programme.id in ids:
            yield f"{where}: 项目 id {programme.id} 重复，请改一个"
        ids.add(programme.id)
        yield from (f"{where}: 项目 {programme.id} 的指南 {id_} 没有或没发布，请改" for id_ in programme.guides if id_ not in guides)
        yield from (f"{where}: 项目 {programme.id} 的参数 {id_} 没有登记，请改" for id_ in programme.parameters if id_ not in parameters)
        if programme.owner in {"莱西", "诸城", "奎屯-独山子"} and programme.available_in_jimo != "no":
            yield f"{where}: {programme.id} 是{programme.owner}的，available_in_jimo 只能写 no，请改"
        yield from (f"{where}: {reason}" for reason in said_to_workers(programme.summary, knowledge))
    rows = {programme.row for programme in knowledge.programmes}
    if knowledge.programmes and (missing := sorted(set(range(1, SYSTEMS + 1)) - rows)):
        yield f"{root / 'programmes'}:1: 46 个系统里缺第 {'、'.join(map(str, missing))} 个，请补上"


def _criteria(knowledge: Knowledge, root: Path) -> Iterator[str]:
    guides = {guide.id for guide in knowledge.guides}
    parameters = {parameter.id for parameter in knowledge.parameters}
    for criterion in knowledge.criteria:
        if criterion.of is not None and criterion.of not in parameters:
            yield f"{root / criterion.where}: 条件 {criterion.id} 比的参数 {criterion.of} 没有登记，请改"
        if criterion.guide not in guides:
            yield f"{root / criterion.where}: 条件 {criterion.id} 的指南 {criterion.guide} 没有，请改"


def _terms(knowledge: Knowledge, register: Register, root: Path) -> Iterator[str]:
    seen: set[str] = set()
    for term in knowledge.terms:
        where = root / term.where
        if term.term in seen:
            yield f"{where}: 名词“{term.term}”写了两次，请合成一条"
        seen.add(term.term)
        if term.citation is not None and not _ever_in_force(term.citation, register):
            yield f"{where}: “{term.term}”的依据{format_citation(term.citation)}没有这一条，请核对"
        if len(set(term.says)) < len(term.says) or term.term in term.says:
            yield f"{where}: “{term.term}”的俗话有重复，请删掉"
        if len(term.means) > LONGEST_MEANING:
            yield f"{where}: “{term.term}”的解释有 {len(term.means)} 字，请删到 {LONGEST_MEANING} 字以内"
        yield from (f"{where}: {reason}" for reason in said_to_workers(term.means, knowledge))


def _ever_in_force(citation: Citation, register: Register) -> bool:
    instrument = register.find(citation.law)
    return instrument is not None and register.status(citation, max(instrument.version_from, instrument.in_force_from)) == "in_force"


def _replies(replies: Mapping[str, Reply], knowledge: Knowledge, root: Path) -> Iterator[str]:
    path = root / "replies.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = dict.fromkeys((*REPLIES, *(reply_id for reply_id, _ in knowledge.others)))
    yield from (f"{path}:1: 缺固定答复 {id_}，程序要用它，请补上" for id_ in wanted if id_ not in replies)
    for reply in replies.values():
        line = next((number for number, text in enumerate(lines, start=1) if text.strip() == f"- id: {reply.id}"), 1)
        for text in (reply.short, *reply.lines):
            yield from (f"{path}:{line}: {reply.id} 里的{reason}" for reason in said_to_workers(text, knowledge))
        if len(sentences(reply.short)) > 3:
            yield f"{path}:{line}: {reply.id} 的第一段超过三句，请删短"


def _reports(knowledge: Knowledge, root: Path) -> Iterator[str]:
    """A figure of another place's report begins with whose it is; every fact names its union and its time."""
    places = {"laixi": "莱西", "zhucheng": "诸城", "kuidu": "奎屯"}
    for guide in knowledge.guides:
        if guide.kind != "report":
            continue
        owner = next((name for key, name in places.items() if guide.id.startswith(f"report-{key}")), None)
        if owner and not (owner in guide.short[:20] and "不是即墨" in guide.short):
            yield f"{root / guide.path}:1: {guide.id} 说的是{owner}的事，开头要写明“这是{owner}的……不是即墨的”，请改"


def _coverage(knowledge: Knowledge, root: Path) -> Iterator[str]:
    guides = {guide.id: guide for guide in knowledge.guides if guide.status == "published"}
    for covered in knowledge.coverage:
        where = root / covered.where
        yield from (f"{where}: {covered.id} 写的指南 {id_} 没有或没发布，请改" for id_ in covered.guides if id_ not in guides)
        has_mistakes = any(section.kind == "mistakes" for id_ in covered.guides if id_ in guides for section in guides[id_].sections)
        if covered.kind == "mistake" and not has_mistakes:
            yield f"{where}: {covered.id} 的指南里没有“常见误区”，请写上"


def _texts(knowledge: Knowledge, register: Register, root: Path) -> Iterator[str]:
    for text in knowledge.texts:
        where = root / text.where
        if text.kind != "regulation":
            continue
        instrument = register.find(text.name)
        if instrument is None:
            yield f"{where}: instruments.yaml 里没有《{text.name}》，请先登记它（导入时打印过一份）"
        elif instrument.has_text:
            yield f"{where}: 法条库已经有《{text.name}》的原文，请把这份改成 retired，或者改 instruments.yaml 的 text"
        else:
            missing = [article for article in text.articles if not _ever_in_force(article.citation, register)]
            yield from (f"{where}: {format_citation(article.citation)}不在 instruments.yaml 的条数里，请核对" for article in missing[:5])


def _forks(knowledge: Knowledge, root: Path) -> Iterator[str]:
    """Each side leads to a guide of its own that is in use, and every word of it says just that side."""
    guides = {guide.id for guide in knowledge.guides if guide.status == "published" and guide.valid_until is None}
    ids: set[str] = set()
    for fork in knowledge.forks:
        where = root / fork.where
        if fork.id in ids:
            yield f"{where}: 岔路 id {fork.id} 重复，请改一个"
        ids.add(fork.id)
        yield from (f"{where}: 岔路 {fork.id} 的指南 {id_} 没有、没发布或要停用，请改" for id_ in fork.guides() if id_ not in guides)
        if len(set(fork.guides())) < len(fork.guides()):
            yield f"{where}: 岔路 {fork.id} 有两处去同一条指南，请合成一项"
        yield from (f"{where}: {reason}" for reason in _fork_words(fork, knowledge))


def _fork_words(fork: Fork, knowledge: Knowledge) -> Iterator[str]:
    if not fork.question.endswith("？") or len(fork.question) > LONGEST_FORK_QUESTION:
        yield f"“{fork.question}”要是一句 {LONGEST_FORK_QUESTION} 字以内的问话，请改短"
    for choice in fork.choices:
        if len(choice.says) > LONGEST_CHOICE:
            yield f"“{choice.says}”有 {len(choice.says)} 字，请删到 {LONGEST_CHOICE} 字以内"
        reply = forks.reply_to(fork, choice.says)
        if triage.classify(choice.says).reply_id is not None or reply is None or reply.choice != choice:
            yield f"岔路 {fork.id} 的“{choice.says}”发出来会被当成别的话，请换个说法"
        for words in (choice.says, *choice.said_by):
            if forks.said(fork, words) != [choice]:
                yield f"岔路 {fork.id} 的“{words}”分不清是哪一项，请换个词"
    for text in (fork.question, *(choice.says for choice in fork.choices)):
        yield from said_to_workers(text, knowledge)


def _conflicts(knowledge: Knowledge, register: Register, root: Path) -> Iterator[str]:
    ids: set[str] = set()
    for conflict in knowledge.conflicts:
        where = f"{root / conflict.where}: 说法不一的规定 {conflict.id}"
        if conflict.id in ids:
            yield f"{where} 的 id 重复，请改一个"
        ids.add(conflict.id)
        yield from (f"{where} {reason}" for reason in _conflict_articles(conflict, knowledge, register))
        yield from (f"{where} {reason}" for reason in _conflict_words(conflict, knowledge, register))


def _conflict_articles(conflict: Conflict, knowledge: Knowledge, register: Register) -> Iterator[str]:
    """Its articles are law, and each of its guides may list one of them, or it would never be told."""
    guides = {guide.id: guide for guide in knowledge.guides if guide.status == "published"}
    if len(set(conflict.articles)) < len(conflict.articles):
        yield "有一条写了两次，请删掉一个"
    for citation in conflict.articles:
        if not _ever_in_force(citation, register):
            yield f"的{format_citation(citation)}没有这一条，请核对条号"
    for id_ in conflict.guides:
        if id_ not in guides:
            yield f"的指南 {id_} 没有或没发布，请改"
        elif not set(conflict.articles) & set(guides[id_].articles()):
            yield f"的条文，指南 {id_} 的 basis 和 see_also 里一条也没有，永远说不出来，请补上或换指南"


def _conflict_words(conflict: Conflict, knowledge: Knowledge, register: Register) -> Iterator[str]:
    if len(conflict.says) > LONGEST_CONFLICT:
        yield f"的 says 有 {len(conflict.says)} 字，请删到 {LONGEST_CONFLICT} 字以内"
    if conflict.is_open and not ("待工会确认" in conflict.says and ("12333" in conflict.says or "12351" in conflict.says)):
        yield "没有定论，says 要写明“待工会确认”和打 12333 还是 12351 问，请补上"
    for found in find_citations(conflict.says, register.names):
        if found.citation not in conflict.articles:
            yield f"的 says 写了{format_citation(found.citation)}，articles 里没有，请加进去或者删掉"
    yield from (f"的 says：{reason}" for reason in said_to_workers(conflict.says, knowledge))
