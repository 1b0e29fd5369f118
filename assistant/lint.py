"""`gonghui knowledge lint`: prove what `knowledge/` says of itself. Works on what `knowledge.load_knowledge` read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from assistant import grounding
from assistant.citation import find_citations, format_citation
from assistant.errors import KnowledgeError
from assistant.ingest import guide_failures
from assistant.instruments import Register
from assistant.knowledge import load_knowledge, load_replies
from assistant.passages import PLACEHOLDER
from assistant.statutes import load_articles
from assistant.text import bare, sentences
from assistant.types import Guide, Instrument, Knowledge, Parameter

SHORT_CHARACTERS = 150
HARD_WORDS = ("之日", "予以", "其中之", "该等", "上述", "系指", "亦", "均应", "兹")
_STATUS = {
    "unknown_instrument": "instruments.yaml 里没有这部规定",
    "unknown_article": "没有这一条",
    "not_yet_in_force": "这一天还没有施行",
    "out_of_force": "这一天已经失效",
}


def lint(root: Path, today: date) -> list[str]:
    """Return every problem below *root* as `path:line: reason`, empty where there is none."""
    try:
        knowledge = load_knowledge(root)
        replies = load_replies(root)
    except KnowledgeError as error:
        return error.problems
    register = Register(knowledge.instruments)
    problems = [
        *(f"{root}/{orphan}" for orphan in knowledge.orphans),
        *_instruments(knowledge, root),
        *_parameters(knowledge, root),
        *_duplicates(knowledge, root),
    ]
    for guide in knowledge.guides:
        problems += _guide(guide, knowledge, register, root, today)
    for reply in replies.values():
        phones = [phone for line in (reply.short, *reply.lines) for phone in grounding.find_phones(line)]
        problems += [
            f"{root / 'replies.yaml'}:{_line_of(root / 'replies.yaml', f'id: {reply.id}')}: {reply.id} 里的号码 {phone} 不在名单里"
            for phone in phones
            if phone not in knowledge.phones
        ]
    return problems or _sendable(knowledge, register, root, today)


def _sendable(knowledge: Knowledge, register: Register, root: Path, today: date) -> list[str]:
    """Run the gate over each guide's own answer, as an index build does."""
    cited = frozenset(citation for guide in knowledge.guides for citation in guide.basis)
    articles = {article.citation: article for article in load_articles(knowledge.instruments, cited)}
    allow = grounding.AllowList(knowledge.phones, knowledge.hosts)
    problems = [
        f"{root / 'instruments.yaml'}:1: 法条库里没有{format_citation(citation)}"
        for citation in sorted(cited)
        if (instrument := register.find(citation.law)) and instrument.has_text and citation not in articles
    ]
    for guide in knowledge.guides:
        if guide.in_use(today):
            for failure in guide_failures(guide, knowledge, articles, register, allow, today):
                line = _line_of(root / guide.path, failure.detail)
                problems.append(f"{root / guide.path}:{line}: 过不了发送检查 {failure.check}：{failure.detail}")
    return problems


def _instruments(knowledge: Knowledge, root: Path) -> Iterator[str]:
    seen: dict[str, str] = {}
    names = {instrument.name for instrument in knowledge.instruments}
    for instrument in knowledge.instruments:
        where = root / instrument.where
        for name in dict.fromkeys((instrument.name, instrument.full_name, *instrument.aliases)):
            if seen.setdefault(name, instrument.name) != instrument.name:
                yield f"{where}: “{name}”同时指《{seen[name]}》和《{instrument.name}》"
        if instrument.version_from < instrument.in_force_from:
            yield f"{where}: 《{instrument.name}》的 version_from 早于 in_force_from"
        if instrument.in_force_until and instrument.in_force_until <= instrument.in_force_from:
            yield f"{where}: 《{instrument.name}》的失效日不晚于施行日"
        if instrument.replaced_by and instrument.replaced_by not in names:
            yield f"{where}: 《{instrument.name}》的 replaced_by 写的《{instrument.replaced_by}》没有登记"
        yield from (f"{where}: 《{instrument.name}》{reason}" for reason in _article_problems(instrument))


def _article_problems(instrument: Instrument) -> Iterator[str]:
    if instrument.articles is not None and instrument.articles < 1:
        yield "的条数不对"
    if instrument.articles is None and instrument.has_text:
        yield "有原文却没写条数"


def _parameters(knowledge: Knowledge, root: Path) -> Iterator[str]:
    by_id: dict[str, list[Parameter]] = {}
    for parameter in knowledge.parameters:
        by_id.setdefault(parameter.id, []).append(parameter)
        if parameter.until and parameter.until <= parameter.since:
            yield f"{root / parameter.where}: {parameter.id} 的结束日不晚于开始日"
        if parameter.confirmed and parameter.value is None:
            yield f"{root / parameter.where}: {parameter.id} 没有数却写成已确认"
    for periods in by_id.values():
        for earlier, later in itertools.pairwise(sorted(periods, key=lambda period: period.since)):
            if earlier.until is None or earlier.until > later.since:
                yield f"{root / earlier.where}: {earlier.id} 从 {earlier.since} 起的一段和后一段重叠"


def _duplicates(knowledge: Knowledge, root: Path) -> Iterator[str]:
    ids: dict[str, str] = {}
    asks: dict[str, str] = {}
    shorts: dict[str, str] = {}
    for guide in knowledge.guides:
        if ids.setdefault(guide.id, guide.path) != guide.path:
            yield f"{root / guide.path}:2: id {guide.id} 和 {ids[guide.id]} 重复"
        if shorts.setdefault(bare(guide.short), guide.path) != guide.path:
            yield f"{root / guide.path}:1: 一句话答案和 {shorts[bare(guide.short)]} 一样"
        own: set[str] = set()
        for ask in guide.asks:
            key = bare(ask)
            if key in own or asks.setdefault(key, guide.path) != guide.path:
                line = _line_of(root / guide.path, ask)
                yield f"{root / guide.path}:{line}: 问法“{ask}”重复，另一处在 {asks.get(key, guide.path)}"
            own.add(key)


def _guide(guide: Guide, knowledge: Knowledge, register: Register, root: Path, today: date) -> Iterator[str]:
    path = root / guide.path
    for citation in guide.basis:
        status = register.status(citation, max(today, guide.valid_from))
        if status != "in_force" and guide.status == "published":
            yield f"{path}:{_line_of(path, citation.law)}: 依据{format_citation(citation)}：{_STATUS[status]}"
    for text in _texts(guide):
        yield from (f"{path}:{_line_of(path, text)}: {reason}" for reason in _text_problems(text, guide, knowledge, register))
    yield from _dates_and_length(guide, path)
    guides = {other.id for other in knowledge.guides}
    yield from (f"{path}:{_line_of(path, 'related')}: related 里的 {id_} 没有这条指南" for id_ in guide.related if id_ not in guides)


def _text_problems(text: str, guide: Guide, knowledge: Knowledge, register: Register) -> Iterator[str]:
    parameters = {parameter.id for parameter in knowledge.parameters}
    allow = grounding.AllowList(knowledge.phones, knowledge.hosts)
    for found in find_citations(text, register.names):
        if found.citation not in guide.basis:
            yield f"正文写了{format_citation(found.citation)}，basis 里没有"
    yield from (f"参数 {id_} 没有登记" for id_ in PLACEHOLDER.findall(text) if id_ not in parameters)
    yield from (f"号码 {phone} 不在 places.yaml 的名单里" for phone in grounding.find_phones(text) if phone not in allow.phones)
    yield from (f"网址 {host} 不在名单里" for host in grounding.find_hosts(text) if not allow.has_host(host))


def _dates_and_length(guide: Guide, path: Path) -> Iterator[str]:
    if guide.review_by <= guide.valid_from:
        yield f"{path}:{_line_of(path, 'review_by')}: 复查日不晚于生效日"
    if guide.valid_until and guide.valid_until <= guide.valid_from:
        yield f"{path}:{_line_of(path, 'valid_until')}: 停用日不晚于生效日"
    if len(sentences(guide.short)) > 2:
        yield f"{path}:{_line_of(path, guide.short)}: 一句话答案超过两句"
    if len(guide.short) > SHORT_CHARACTERS:
        yield f"{path}:{_line_of(path, guide.short)}: 一句话答案超过 {SHORT_CHARACTERS} 字"
    for word in HARD_WORDS:
        if word in guide.short:
            yield f"{path}:{_line_of(path, guide.short)}: 一句话答案里有难懂的“{word}”"


def _texts(guide: Guide) -> list[str]:
    return [guide.short, *(item for section in guide.sections for item in section.items)]


def _line_of(path: Path, text: str) -> int:
    """Return the line of the file on which *text* stands, 1 where it runs over several."""
    needle = text[:40]
    for number, line in enumerate(_lines(path), start=1):
        if needle in line:
            return number
    return 1


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
