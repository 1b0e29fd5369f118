"""What a sentence says of the article that it cites, held against that article. Pure.

Compared with the wording we hold and with what our guide says of the same article: figures (三倍 for 二倍), whether something
must, may or must not be done (不用 for 应当), who does it (劳动者 for 用人单位), and words in quotation marks. A paraphrase is let
pass: negation and subject are compared only with words that are nearly the same, and one source that agrees is enough.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from assistant.citation import Found, find_citations, format_citation, without_citations
from assistant.instruments import Names
from assistant.text import REMEMBERED, bare, find_numbers
from assistant.types import Citation, Passage

Value = tuple[Decimal, str]

# The share of pairs of characters that makes one text a copy of another, and the fewest characters compared. Of the guides' 1,381
# reworded sentences none is refused at .6, two were at .55; at .75 the gate misses 15 flipped ones of 100 instead of 10.
COPIED = 0.6
SHORTEST = 3
_FIRST_YEAR = 1900
_NEXT_DAY = re.compile("第二[天日]")

# A mistake that is quoted to put it right is nobody's claim.
_QUOTED_MISTAKE = re.compile(r"误：.*?(?=正：)")
_SENTENCE_END = re.compile(r"[。！？\n]")
_CLAIM_BEGIN = re.compile(r"[。！？；\n]")
_PART_END = re.compile(r"[，；：。！？\n“”]")
_SIDE_BY_SIDE = re.compile(r"[\s、，,和及与或（）()]*(?:以及)?[\s、，]*")
# 1 到 3 倍: the unit stands once for both.
_RANGE = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)\s*(?=(?:到|至|[-~～—]+)\s*\d+(?:\.\d+)?\s*(?P<unit>个月|个工作日|工作日|万元|倍|%|元|天|日|年|小时|岁))"
)
_QUOTED_AFTER = re.compile(
    r"\s*(?:里|中|就|也|还|明确|清楚)*地?(?:规定|写明|写着|写的|写道|写|说|讲|原文|条文|原话)*(?:的?是|为)?\s*[：:，,]?\s*"
    r"(?:“(?P<double>[^”]+)”|「(?P<corner>[^」]+)」|\"(?P<plain>[^\"]+)\")"
)
_ELLIPSIS = re.compile(r"…+|\.{3,}")

_EMPLOYER = "用人单位|用工单位|单位|公司|企业|雇主|老板|厂里|厂方"
_WORKER = "劳动者|职工|员工|工人|本人|个人|你自己|自己|你|您"
_ROLE = re.compile(rf"(?P<employer>{_EMPLOYER})|(?:{_WORKER})")
_FORBIDDEN = "不得|不能|不可以|不准|不许|不用|不必|不需要|无需|无须|(?:可以|有权|能)不(?!能)|禁止|严禁|不应当|不应该|不应|不该|无权|没有权"
_REQUIRED_OR_ALLOWED = (
    r"应当|应该|必须|可以|有权|能够|(?<![可功才技性效体职])能(?![力量源干不])|(?<![只主重需必不首])要(?![求是么点件不领害])"
    r"|(?<![相反对适供响])应(?=[按依在向由给支提为予于承与])"
)
_MODAL = re.compile(rf"(?P<no>{_FORBIDDEN})|(?:{_REQUIRED_OR_ALLOWED})")
_SAME_WORDS = (
    ("给劳动者造成", "造成"), ("支付给", "付"), ("支付", "付"), ("付给", "付"), ("发给", "付"), ("缴纳", "缴"), ("交纳", "缴"),
    ("赔偿", "赔"), ("负担", "承担"),
)  # fmt: skip


class Claim(NamedTuple):
    """Words of a sentence and the articles they are said of."""

    text: str
    citations: tuple[Citation, ...]


class Doubt(NamedTuple):
    """What of a claim its articles do not bear out: the check it fails (`claim_figure`, `_negation`, `_subject`), and the words."""

    check: str
    words: str


def find_claims(line: str, names: Mapping[str, str]) -> list[Claim]:
    """Return what *line* says of the articles it cites: the words before a citation in brackets, else those on both sides of it."""
    return list(_claims_before(line, names)) if isinstance(names, Names) else _claims(line, names)


@lru_cache(maxsize=REMEMBERED)
def _claims_before(line: str, names: Names) -> tuple[Claim, ...]:
    return tuple(_claims(line, names))


def _claims(line: str, names: Mapping[str, str]) -> list[Claim]:
    line = _QUOTED_MISTAKE.sub("", line)
    groups = _side_by_side(line, names)
    claims: list[Claim] = []
    for place, group in enumerate(groups):
        start, end = group[0].start, group[-1].end
        since = groups[place - 1][-1].end if place else 0
        begin = max((since, *(match.end() for match in _CLAIM_BEGIN.finditer(line, since, start))))
        said = line[begin:start].lstrip("，、）) ").rstrip()
        before, bracket, lead = said.rpartition("（")
        if bracket and len(lead) < SHORTEST:
            said = before
        elif not said.endswith("见"):
            until = groups[place + 1][0].start if place + 1 < len(groups) else len(line)
            stop = _SENTENCE_END.search(line, end, until)
            said += line[end : stop.start() if stop else until]
        if text := without_citations(said, names).strip():
            claims.append(Claim(text, tuple(dict.fromkeys(found.citation for found in group))))
    return claims


def _side_by_side(line: str, names: Mapping[str, str]) -> list[list[Found]]:
    groups: list[list[Found]] = []
    for found in find_citations(line, names):
        if groups and _SIDE_BY_SIDE.fullmatch(line, groups[-1][-1].end, max(found.start, groups[-1][-1].end)):
            groups[-1].append(found)
        else:
            groups.append([found])
    return groups


def find_quotations(line: str, names: Mapping[str, str]) -> list[tuple[Citation, str]]:
    """Return each wording that *line* gives in quotation marks right after a citation, and whose it is said to be."""
    line = _QUOTED_MISTAKE.sub("", line)
    quoted = ((found.citation, _QUOTED_AFTER.match(line, found.end)) for found in find_citations(line, names))
    return [(citation, match["double"] or match["corner"] or match["plain"]) for citation, match in quoted if match]


def find_values(text: str, names: Mapping[str, str]) -> list[tuple[str, Value]]:
    """Return the figures of *text* that a rule can have, with their words: 1 到 3 倍 are two; calendar years and 第二天 are none."""
    return list(_values_before(text, names)) if isinstance(names, Names) else _values(text, names)


@lru_cache(maxsize=REMEMBERED)
def _values_before(text: str, names: Names) -> tuple[tuple[str, Value], ...]:
    return tuple(_values(text, names))


def _values(text: str, names: Mapping[str, str]) -> list[tuple[str, Value]]:
    text = _RANGE.sub(r"\g<low>\g<unit>", without_citations(text, names))
    return [
        (number.text, (number.value.normalize(), number.unit))
        for number in find_numbers(text)
        if number.unit and not (number.unit == "年" and number.value >= _FIRST_YEAR) and not _NEXT_DAY.match(text, max(0, number.start - 1))
    ]


def equal_values(value: Value) -> set[Value]:
    """Return *value* and what is the same in another unit: 150 % is 1.5 倍, 半年 is 6 个月."""
    number, unit = value
    others = {"倍": (number * 100, "%"), "%": (number / 100, "倍"), "年": (number * 12, "月"), "月": (number / 12, "年")}
    return {value} | ({(others[unit][0].normalize(), others[unit][1])} if unit in others else set())


class Sources:
    """What is held of each article: its wording, and the lines of the guide that name it.

    A guide says its figures first without any citation: where an article's wording is not held, lines that name none speak for it too.
    """

    def __init__(self, passages: Iterable[Passage], names: Mapping[str, str]) -> None:
        self._names = names
        self._texts: dict[Citation, str] = {}
        self._lines: dict[Citation, list[str]] = {}
        self._said: dict[Citation, list[str]] = {}
        self._of_no_article: list[str] = []
        for passage in passages:
            if passage.citation is None:
                self._read(passage.text)
            elif text := passage.text.removeprefix(f"{format_citation(passage.citation)}：").strip():
                self._texts[passage.citation] = text

    def _read(self, text: str) -> None:
        for line in text.splitlines():
            right = _QUOTED_MISTAKE.sub("", line)
            named = {found.citation for found in find_citations(right, self._names)}
            if not named:
                self._of_no_article.append(right)
            for citation in named:
                self._lines.setdefault(citation, []).append(right)
            for claim in find_claims(right, self._names):
                for citation in claim.citations:
                    self._said.setdefault(citation, []).append(claim.text)

    def wording(self, citation: Citation) -> str | None:
        """Return the text of an article, None where it is not held."""
        return self._texts.get(citation)

    def doubts(self, line: str, proven: Collection[Value]) -> list[Doubt]:
        """Return what *line* says of articles that they do not bear out; figures in *proven* may be said of any article."""
        doubts = [doubt for claim in find_claims(line, self._names) for doubt in self._against(claim, proven)]
        for citation, quote in find_quotations(line, self._names):
            if not self._holds(citation, quote):
                doubts.append(Doubt("quotation_not_exact", quote))
        return doubts

    def _against(self, claim: Claim, proven: Collection[Value]) -> list[Doubt]:
        if any(citation not in self._texts and citation not in self._lines for citation in claim.citations):
            return []
        held = [text for citation in claim.citations for text in (self._texts.get(citation, ""), *self._lines.get(citation, ()))]
        if any(citation not in self._texts for citation in claim.citations):
            held += self._of_no_article
        if doubts := self._new_figures(claim.text, "\n".join(held), proven):
            return doubts
        known = [text for citation in claim.citations for text in self._sentences(citation)]
        if doubts := self._unlike_its_copies(claim.text, known, proven):
            return doubts
        parts = [part for text in known for part in _parts(text)]
        return [doubt for part in _parts(claim.text) for doubt in self._unlike_its_copies(part, parts, proven)]

    def _sentences(self, citation: Citation) -> list[str]:
        wording = without_citations(self._texts.get(citation, ""), self._names)
        return [*self._said.get(citation, ()), *(sentence for sentence in _SENTENCE_END.split(wording) if sentence.strip())]

    def _new_figures(self, text: str, source: str, proven: Collection[Value]) -> list[Doubt]:
        known = {equal for _, value in find_values(source, self._names) for equal in equal_values(value)}
        return [
            Doubt("claim_figure", words) for words, value in find_values(text, self._names) if value not in known and value not in proven
        ]

    def _unlike_its_copies(self, text: str, sources: Sequence[str], proven: Collection[Value]) -> list[Doubt]:
        """What differs from the nearest source that says nearly the same; nothing where one of them agrees throughout."""
        scored = ((_likeness(text, source), source) for source in sources)
        nearest: list[Doubt] = []
        for _, source in sorted((pair for pair in scored if pair[0] >= COPIED), reverse=True):
            doubts = self._new_figures(text, source, proven)
            in_order = _bare(text) == _bare(source)
            if _differ(_modals(text), _modals(source), in_order=in_order):
                doubts.append(Doubt("claim_negation", text))
            if _differ(_roles(text), _roles(source), in_order=in_order):
                doubts.append(Doubt("claim_subject", text))
            if not doubts:
                return []
            nearest = nearest or doubts
        return nearest

    def _holds(self, citation: Citation, quote: str) -> bool:
        """Say whether the words of *quote* stand in the article, or in the guide's line on it; …… may leave some out."""
        pieces = [piece for part in _ELLIPSIS.split(quote) if (piece := bare(part))]
        held = (bare(text) for text in (self._texts.get(citation, ""), *self._lines.get(citation, ())))
        return any(all(piece in text for piece in pieces) for text in held)


def _parts(text: str) -> list[str]:
    return [part for part in _PART_END.split(text) if len(_bare(part)) >= SHORTEST]


def _differ(said: Sequence[bool], known: Sequence[bool], *, in_order: bool) -> bool:
    """Say whether as many were named but not the same ones; where the words stand in another order, so may they."""
    return len(said) == len(known) and (list(said) != list(known) if in_order else sorted(said) != sorted(known))


def _modals(text: str) -> list[bool]:
    """Of each 应当, 不得 … in *text*, whether it forbids or frees from a duty."""
    return [match["no"] is not None for match in _MODAL.finditer(text)]


def _roles(text: str) -> list[bool]:
    """Of each side named in *text*, whether it is the employer."""
    return [match["employer"] is not None for match in _ROLE.finditer(_same_words(text))]


def _same_words(text: str) -> str:
    for words, word in _SAME_WORDS:
        text = text.replace(words, word)
    return text


@lru_cache(maxsize=REMEMBERED)
def _bare(text: str) -> str:
    """The characters of *text* without who, whether and how much."""
    return re.sub(r"[^\u4e00-\u9fff]|[零〇一二三四五六七八九十百千两]", "", _ROLE.sub("", _MODAL.sub("", _same_words(text))))


@lru_cache(maxsize=REMEMBERED)
def _pairs(text: str) -> frozenset[str]:
    plain = _bare(text)
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def _likeness(one: str, other: str) -> float:
    """The share of pairs of characters that two texts have in common, 0…1."""
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / len(pairs | others) if pairs and others else 0.0
