"""The gate: what may be sent. Pure. Every answer, whoever wrote it, passes here before a channel sees it.

Checked sentence by sentence: each cited article exists, is law on the day that matters and was among the passages used;
each figure stands in those passages, in the question or in a parameter; what is said of an article is what it says (`claims`);
phones and links are on the allow-list; no outcome is promised. Amounts are compared as values with units, so 三十日 and 30 天
are the same figure. Of a language model more is asked (`accept`): its sentences speak of what the passages speak of, and what only the
question says proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, get_args

from assistant import brackets, orders
from assistant.citation import (
    find_articles_without_law,
    find_citations,
    find_unknown_titles,
    format_citation,
    without_citations,
)
from assistant.claims import Sources, find_values
from assistant.instruments import Register
from assistant.passages import PARAMETER, UNCONFIRMED
from assistant.text import REMEMBERED, find_numbers, sentences
from assistant.types import Citation, CitedArticle, Draft, Failure, Figure, Passage, Section, SectionKind

_PROMISE = re.compile(
    r"(?:一定|肯定|必定|绝对|百分之?百|保证|准|铁定|稳)(?:你|您)?(?:就|都)?(?:能|会|可以)(?:赢|胜诉|胜|拿到|要回|要到|赔|判|支持)|(?:一定|肯定|必定|保证)(?:赢|胜|赔)"
    r"|[包保](?:你|您)(?:能)?(?:赢|胜诉|拿到|要回|赔)|包赢|包胜|稳赢|必赢|必胜|必定胜"
)
# 不保证能赢, 谁也不敢说一定能赢 are warnings.
_DENIAL = re.compile(r"(?:不|没|别|难|未必|无法|谁也)[^，。！？；]{0,8}$")
_QUOTED_MISTAKE = re.compile(r"^误：.*?(?=正：)")
# What a number counts: 12046 名 and 120 家 are no telephone numbers.
_COUNTED = r"元|块|人|名|户|家|件|场|项|期|条|处|份|支|种|余|多|%|个|天|日|月|年|次|级|倍|岁|小时|万"
_PHONE = re.compile(
    r"(?<![\d.])(?:0\d{2,3}[-\s]?\d{7,8}|1[3-9]\d{9}|[48]00[-\s]?\d{3}[-\s]?\d{4}|\d{7,8})(?![\d.]|\s*(?:元|块|人|%|万))"
    # “121”站 is a name in quotes.
    rf"|(?<![\d.〔\[“])(?:1[12]\d|1[12]\d{{3}}|9\d{{4}})(?![\d.〕\]]|\s*(?:{_COUNTED}))"
    rf"|(?:拨打?|打|电话|热线|致电)\s*[:：]?\s*“?(?P<dialled>\d[\d-]{{2,}})(?![\d.]*\s*(?:{_COUNTED}))"
)
_LINK = re.compile(
    r"(?i:[a-z][a-z0-9+.-]*://(?P<address>[^\s/，。；、）)?#]+)|(?P<host>(?:[a-z0-9-]+[.．])+[a-z]{2,24})(?![a-z]))(?:[/?#:][^\s，。；、）)]*)?"
)

# What a model's whole reply is thrown away for: signs that it obeys somebody else than us or speaks from memory, so that its other
# sentences, which nothing speaks against, are not to be trusted either. A figure or a sentence without origin, or an article that was
# not among the passages, are the slips of a model that means well: only their lines go.
DISCREDITING = frozenset({
    "order_to_machine", "phone_not_allowed", "link_not_allowed", "outcome_promised", "title_not_in_context",
    "citation_unknown_instrument", "citation_unknown_article", "citation_out_of_force", "citation_not_yet_in_force",
})  # fmt: skip
# The share of a sentence's pairs of characters that must stand in the passages. On all guides, what another guide says of the same
# article has .57 in the middle and .25 or more in nine of ten; invented sentences (您认栽吧, 加我的微信) have 0 to .2.
SUPPORT = 0.25
_CHARACTER = re.compile(r"[\u3400-\u9fff]|[A-Za-z0-9]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_CLAUSE_END = re.compile(r"[，。；：！？]")
_WORKERS_OWN = re.compile(r"[您你](?:说|讲|问|写|提到|告诉)")
# What the prompt tells a model to say where the passages say nothing.
_MAY_ALWAYS_SAY = "这一点我说不清楚，资料里没有写，没有查到，请打 12351、12333、12348 问清楚。"
# Every check by the name it is counted under, and what it found in plain words.
CHECKS: Mapping[str, str] = {
    "citation_unknown_instrument": "没有这部规定",
    "citation_unknown_article": "没有这一条",
    "citation_not_yet_in_force": "那天还没施行",
    "citation_out_of_force": "那天已经失效",
    "citation_not_in_context": "引了资料以外的条",
    "citation_without_law": "有条号没有法名",
    "title_not_in_context": "引了资料以外的文件",
    "claim_figure": "数字不是所引那条的",
    "claim_negation": "把所引那条的“应当”“不得”说反了",
    "claim_subject": "把所引那条的单位和职工说反了",
    "quotation_not_exact": "引文和条文不一样",
    "figure_without_origin": "数字没有出处",
    "figure_not_marked": "没有标“待工会确认”",
    "phone_not_allowed": "电话不在名单里",
    "link_not_allowed": "网址不在名单里",
    "outcome_promised": "保证了结果",
    "order_to_machine": "对程序下的指令",
    "sentence_without_support": "资料里没有这话",
    "nothing_cited": "没有写依据",
    "model_unavailable": "模型没有答复",
    "gate_broken": "检查本身出错",
}
# What a worker says of a rule proves nothing of it: 我能要三倍吗.
_RULES_UNITS = frozenset({"倍", "%", "比例", "N+"})


@dataclass(frozen=True, slots=True)
class AllowList:
    """Phone numbers and link hosts that may appear in an answer."""

    phones: frozenset[str]
    hosts: frozenset[str]

    def has_host(self, host: str) -> bool:
        """Say whether *host* is an allowed one or below it."""
        return any(host == allowed or host.endswith("." + allowed) for allowed in self.hosts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer may rest on: the passages used, the worker's own words, and the parameters said."""

    passages: Sequence[Passage]
    question: str
    citations: frozenset[Citation]
    figures: Mapping[str, Figure]
    as_of: date


@dataclass(frozen=True, slots=True)
class Checked:
    """The draft with everything unproven taken out, None where its short answer did not survive, and what was refused."""

    draft: Draft | None
    failures: tuple[Failure, ...]


def check(draft: Draft, evidence: Evidence, *, register: Register, allow: AllowList) -> Checked:
    """Return *draft* with each line that fails a check removed, and the figures of what is left traced to their origin."""
    proven = _proven_numbers(evidence, register)
    failures: list[Failure] = []

    def passes(line: str) -> bool:
        found = _line_failures(line, evidence, proven, register, allow)
        failures.extend(found)
        return not found

    citations = tuple(
        _with_exact_text(cited, evidence, register, failures)
        for cited in draft.citations
        if _citation_passes(cited, evidence, register, failures)
    )
    short = "".join(sentence for sentence in sentences(draft.short)[:2] if passes(sentence))
    sections = tuple(
        Section(section.kind, kept) for section in draft.sections if (kept := tuple(item for item in section.items if passes(item)))
    )
    applied = draft.applied if draft.applied and passes(draft.applied) else ""
    notes = tuple(note for note in draft.notes if passes(note))
    if not short:
        return Checked(None, tuple(failures))
    proved = replace(draft, short=short, sections=sections, citations=citations, notes=notes, applied=applied)
    return Checked(replace(proved, figures=_figures(proved, proven, register)), tuple(failures))


def check_lines(lines: Iterable[str], evidence: Evidence, *, register: Register, allow: AllowList) -> tuple[Failure, ...]:
    """Return what fails in *lines* that are no part of a draft, each once."""
    proven = _proven_numbers(evidence, register)
    return tuple(dict.fromkeys(failure for line in lines for failure in _line_failures(line, evidence, proven, register, allow)))


def sum_failures(
    lines: Iterable[str], citations: Iterable[Citation], *, register: Register, allow: AllowList, as_of: date
) -> tuple[Failure, ...]:
    """Return what speaks against sending a sum: an article that is not law on the day, a telephone or link, a promise.

    Its figures need no other origin: a calculator made each from what was told, an article or a parameter, and says which.
    """
    failures = [
        Failure(f"citation_{status}", format_citation(citation))
        for citation in citations
        if (status := register.status(citation, as_of)) != "in_force"
    ]
    for line in lines:
        failures += [Failure("phone_not_allowed", phone) for phone in find_phones(line) if phone not in allow.phones]
        failures += [Failure("link_not_allowed", host) for host in find_hosts(line) if not allow.has_host(host)]
        failures += [Failure("outcome_promised", promise) for promise in find_promises(line)]
    return tuple(dict.fromkeys(failures))


def figures_of(lines: Iterable[str], origin: str, register: Register) -> list[Figure]:
    """Return the figures that *lines* say, each value once, as coming from *origin*."""
    numbers = {(value, unit): text for line in lines for text, value, unit in _numbers(line, register)}
    return [Figure(text, f"{value:f}", unit, origin) for (value, unit), text in numbers.items()]


def accept(written: Draft, ours: Draft, evidence: Evidence, *, register: Register, allow: AllowList) -> Checked:
    """Return what may be sent of a language model's draft; its draft is None where *ours*, the guide's own answer, is better sent.

    A section that lost a line becomes ours: its steps follow one from another, and none may be missing. So does the deadline where
    the model names none, for that is how a right is lost. What comes of it passes `check` like any other draft.
    """
    known_figures = {id_: figure for id_, figure in evidence.figures.items() if figure.origin != brackets.TOLD}
    strict = replace(evidence, question="", figures=known_figures)
    proven = _proven_numbers(strict, register)
    known = _Known(evidence.passages)
    unconfirmed = _unconfirmed_numbers(ours, register)
    failures: list[Failure] = []

    def passes(line: str) -> bool:
        quoted = {**_quoted_numbers(line, evidence, register), **proven}
        context = evidence if _WORKERS_OWN.search(line) else strict
        found = _line_failures(line, context, quoted, register, allow)
        if not found and not known.supports(line, register):
            found = [Failure("sentence_without_support", line)]
        said = [(text, (value, unit)) for text, value, unit in _numbers(line, register) if (value, unit) in unconfirmed]
        if UNCONFIRMED not in line:
            found += [Failure("figure_not_marked", text) for text, _ in said]
        if not found:
            # Marked once is enough, as in a guide.
            unconfirmed.difference_update(figure for _, figure in said)
        failures.extend(found)
        return not found

    lead = sentences(written.short)[:2]
    short = [sentence for sentence in lead if passes(sentence)]
    sections = _merged(written.sections)
    kept = tuple(Section(section.kind, tuple(item for item in section.items if passes(item))) for section in sections)
    if not short or short[0] != lead[0] or any(failure.check in DISCREDITING for failure in failures):
        return Checked(None, tuple(failures))
    rest = replace(written, short="".join(short), sections=kept)
    if not cites_something(rest, register):
        return Checked(None, (*failures, Failure("nothing_cited", "model")))
    lost = {before.kind for before, after in zip(sections, kept, strict=True) if before != after}
    checked = check(replace(rest, sections=_completed(kept, ours.sections, lost)), evidence, register=register, allow=allow)
    return Checked(checked.draft, (*failures, *checked.failures))


def _merged(sections: Sequence[Section]) -> tuple[Section, ...]:
    """A model may head two parts 怎么办 and 步骤, which are one."""
    items: dict[SectionKind, tuple[str, ...]] = {}
    for section in sections:
        items[section.kind] = (*items.get(section.kind, ()), *section.items)
    return tuple(Section(kind, lines) for kind, lines in items.items())


def _completed(kept: Sequence[Section], ours: Sequence[Section], lost: set[SectionKind]) -> tuple[Section, ...]:
    said = {section.kind: section for section in kept}
    if "deadline" not in said:
        lost = {*lost, "deadline"}
    said |= {section.kind: section for section in ours if section.kind in lost}
    return tuple(said[kind] for kind in get_args(SectionKind) if kind in said)


def _quoted_numbers(line: str, evidence: Evidence, register: Register) -> dict[tuple[Decimal, str], str]:
    """The question's figures that *line* says as the worker's: 您说的 3 个月. Without that mark they would prove whatever is asked for."""
    asked = {(value, unit) for _, value, unit in _numbers(evidence.question, register)}
    clauses = (clause for clause in _CLAUSE_END.split(line) if _WORKERS_OWN.search(clause))
    return {(value, unit): "question" for clause in clauses for _, value, unit in _numbers(clause, register) if (value, unit) in asked}


def _unconfirmed_numbers(draft: Draft, register: Register) -> set[tuple[Decimal, str]]:
    """The figures that *draft* marks as not confirmed: the last one before each mark."""
    lines = (draft.short, *(item for section in draft.sections for item in section.items))
    before = (_numbers(piece, register) for line in lines for piece in line.split(UNCONFIRMED)[:-1])
    return {(value, unit) for numbers in before for _, value, unit in numbers[-1:]}


class _Known:
    """The pairs of characters and the Latin words that the passages speak in."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        text = "\n".join((*(passage.text for passage in passages), _MAY_ALWAYS_SAY))
        self._pairs = _pairs(text)
        self._latin = {word.lower() for word in _LATIN.findall(text)}

    def supports(self, line: str, register: Register) -> bool:
        """Say whether each sentence of *line* is mostly made of what the passages say; this cannot tell 能 from 不能."""
        words = _LINK.sub(" ", without_citations(line, register.names))
        if any(word.lower() not in self._latin for word in _LATIN.findall(words)):
            return False
        shares = (len(pairs & self._pairs) / len(pairs) for sentence in sentences(words) if (pairs := _pairs(sentence)))
        return all(share >= SUPPORT for share in shares)


def _pairs(text: str) -> set[str]:
    characters = _CHARACTER.findall(text)
    return {first + second for first, second in pairwise(characters)}


def _citation_passes(cited: CitedArticle, evidence: Evidence, register: Register, failures: list[Failure]) -> bool:
    status = register.status(cited.citation, evidence.as_of)
    if status == "in_force":
        return True
    failures.append(Failure(f"citation_{status}", format_citation(cited.citation)))
    return False


def _with_exact_text(cited: CitedArticle, evidence: Evidence, register: Register, failures: list[Failure]) -> CitedArticle:
    """Return *cited* with the article's own wording where it has any; what was said to be its wording and is not, is counted."""
    if cited.text is None:
        return cited
    held = _sources(tuple(evidence.passages), register).wording(cited.citation)
    if cited.text.strip() == held:
        return cited
    failures.append(Failure("quotation_not_exact", format_citation(cited.citation)))
    return replace(cited, text=held)


@lru_cache(maxsize=8)
def _sources(passages: tuple[Passage, ...], register: Register) -> Sources:
    """What the passages hold of each article; one answer asks for it line by line."""
    return Sources(passages, register.names)


def _line_failures(
    line: str, evidence: Evidence, proven: Mapping[tuple[Decimal, str], str], register: Register, allow: AllowList
) -> list[Failure]:
    failures = _citation_failures(line, evidence, register)
    said = _said_in(line)
    if said.speaks_to_machine:
        failures.append(Failure("order_to_machine", line))
    failures += [Failure("phone_not_allowed", phone) for phone in said.phones if phone not in allow.phones]
    failures += [Failure("link_not_allowed", host) for host in said.hosts if not allow.has_host(host)]
    failures += [Failure("figure_without_origin", text) for text, value, unit in _numbers(line, register) if (value, unit) not in proven]
    failures += _claim_failures(line, evidence, register, {failure.detail for failure in failures})
    failures += [Failure("outcome_promised", promise) for promise in said.promises]
    return failures


class _Said(NamedTuple):
    """What stands in a line whatever it rests on."""

    speaks_to_machine: bool
    phones: tuple[str, ...]
    hosts: tuple[str, ...]
    promises: tuple[str, ...]


@lru_cache(maxsize=REMEMBERED)
def _said_in(line: str) -> _Said:
    return _Said(orders.speaks_to_machine(line), tuple(find_phones(line)), tuple(find_hosts(line)), tuple(find_promises(line)))


def _claim_failures(line: str, evidence: Evidence, register: Register, named: Collection[str]) -> list[Failure]:
    """What *line* says of an article that it does not say; a figure that has no origin at all is in *named* already."""
    cited = find_citations(line, register.names)
    if not cited:
        return []
    sources = _sources(tuple(evidence.passages), register)
    # What a table has must stand in its articles, where we have their wording; what was counted stands in none.
    is_held = all(sources.wording(found.citation) for found in cited)
    figures = [figure for figure in evidence.figures.values() if not (is_held and figure.origin.startswith(brackets.TABLED))]
    asked = {value for _, value in find_values(evidence.question, register.names) if value[1] not in _RULES_UNITS}
    local = {value for figure in figures for _, value in find_values(figure.text, register.names)}
    doubts = sources.doubts(line, asked | local)
    return [Failure(doubt.check, doubt.words) for doubt in dict.fromkeys(doubts) if doubt.words not in named]


def find_promises(line: str) -> list[str]:
    """Return the words of *line* that promise how a case will end; what they deny is no promise."""
    # A common mistake quotes the wrong belief before it puts it right; the belief is not our promise.
    stated = _QUOTED_MISTAKE.sub("", line)
    return [promise.group() for promise in _PROMISE.finditer(stated) if not _DENIAL.search(stated[: promise.start()])]


def _citation_failures(line: str, evidence: Evidence, register: Register) -> list[Failure]:
    failures: list[Failure] = []
    for found in find_citations(line, register.names):
        status = register.status(found.citation, evidence.as_of)
        if status != "in_force":
            failures.append(Failure(f"citation_{status}", format_citation(found.citation)))
        elif found.citation not in evidence.citations:
            failures.append(Failure("citation_not_in_context", format_citation(found.citation)))
    failures += [Failure("citation_without_law", words) for words in find_articles_without_law(line, register.names)]
    if unknown := find_unknown_titles(line, register.names):
        known = "".join(passage.text for passage in evidence.passages) + evidence.question
        cited = {found.citation.law for found in find_citations(line, register.names)}
        failures += [Failure("title_not_in_context", title) for title in unknown if title not in known and title not in cited]
    return failures


def cites_something(draft: Draft, register: Register) -> bool:
    """Say whether the words of *draft* name at least one article, or rest on a guide that has none to name."""
    if not draft.citations:
        return True
    lines = (draft.short, *(item for section in draft.sections for item in section.items))
    return any(find_citations(line, register.names) for line in lines)


def find_phones(text: str) -> list[str]:
    """Return every telephone number written in *text*, digits only, in order."""
    text = _LINK.sub(lambda match: " " * len(match.group()), text)
    found = [match["dialled"] or match.group() for match in _PHONE.finditer(text)]
    return [re.sub(r"\D", "", phone) for phone in found]


def find_hosts(text: str) -> list[str]:
    """Return the host of every link written in *text*, lower case, in order."""
    hosts = ((match["address"] or match["host"]).lower().replace("．", ".") for match in _LINK.finditer(text))
    return [host.rpartition("@")[2].partition(":")[0] for host in hosts]


def find_figures(text: str, register: Register) -> set[str]:
    """Return the figures of *text* as value and unit (`30日`, `0.5月`, `20250901日期`), those of citations, phones and links left out."""
    return {f"{value:f}{unit}" for _, value, unit in _numbers(text, register)}


@lru_cache(maxsize=REMEMBERED)
def _numbers(text: str, register: Register) -> tuple[tuple[str, Decimal, str], ...]:
    text = without_citations(text, register.names)
    text = _LINK.sub(lambda match: " " * len(match.group()), text)
    text = _PHONE.sub(lambda match: " " * len(match.group()), text)
    return tuple((number.text, number.value.normalize(), number.unit) for number in find_numbers(text))


def _proven_numbers(evidence: Evidence, register: Register) -> dict[tuple[Decimal, str], str]:
    """Every figure an answer may say, with its origin; a later source never hides an earlier one."""
    proven: dict[tuple[Decimal, str], str] = {}
    figures = evidence.figures.values()
    # Parameters first; what was told and looked up proves only what nothing else does.
    sources = [(figure.text, figure.origin) for figure in figures if figure.origin.startswith(PARAMETER)]
    sources += [(passage.text, passage.id) for passage in evidence.passages]
    sources += [(figure.text, figure.origin) for figure in figures if not figure.origin.startswith(PARAMETER)]
    for text, origin in sources:
        for _, value, unit in _numbers(text, register):
            proven.setdefault((value, unit), origin)
    for _, value, unit in _numbers(evidence.question, register):
        proven.setdefault((value, unit), "question")
    day = evidence.as_of
    proven.setdefault((Decimal(day.year * 10_000 + day.month * 100 + day.day).normalize(), "日期"), "as_of")
    return proven


def _figures(draft: Draft, proven: Mapping[tuple[Decimal, str], str], register: Register) -> tuple[Figure, ...]:
    figures: dict[tuple[Decimal, str], Figure] = {}
    for line in (draft.short, draft.applied, *(item for section in draft.sections for item in section.items), *draft.notes):
        for text, value, unit in _numbers(line, register):
            figures.setdefault((value, unit), Figure(text, f"{value:f}", unit, proven[value, unit]))
    return tuple(figures.values())
