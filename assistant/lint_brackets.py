"""Lint of `brackets.yaml`: a table leaves no case out and has none twice, and each of its figures stands in the article it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path

from assistant import brackets, grounding
from assistant.citation import format_citation
from assistant.claims import Value, equal_values
from assistant.instruments import Register
from assistant.lint_data import FigureLedger
from assistant.text import find_numbers, sentences
from assistant.types import Article, Bracket, BracketRow, Citation, FactRole, Knowledge

# The short answer, the steps and this sentence must go out in one message of WeChat.
LONGEST_SENTENCE = 95
_SPAN_UNITS = {"年": "年", "月": "月", "级": "级", "岁": "岁"}
_ENDLESS = Decimal("Infinity")
_ONE, _SIX = Decimal(1), Decimal(6)


def check(knowledge: Knowledge, texts: Mapping[Citation, Article], figures: FigureLedger, register: Register, root: Path) -> Iterator[str]:
    """Yield what is wrong with each bracket."""
    ids: set[str] = set()
    for bracket in knowledge.brackets:
        where = f"{root / bracket.where}: 查表 {bracket.id}"
        problems = [
            *(["的 id 重复，请改一个"] if bracket.id in ids else []),
            *_guides(bracket, knowledge),
            *_articles(bracket, register),
            *_bounds(bracket),
            *_words(bracket),
            *_unproven(bracket, texts, figures, register),
        ]
        ids.add(bracket.id)
        yield from (f"{where} {problem}" for problem in problems)


def _guides(bracket: Bracket, knowledge: Knowledge) -> Iterator[str]:
    guides = {guide.id: guide for guide in knowledge.guides if guide.status == "published"}
    for id_ in bracket.guides:
        if id_ not in guides:
            yield f"的指南 {id_} 没有或没发布，请改"
            continue
        own = guides[id_].articles()
        for citation in bracket.all_articles():
            if citation not in own:
                yield f"的{format_citation(citation)}，指南 {id_} 的 basis 和 see_also 里没有，请补上或换指南"


def _articles(bracket: Bracket, register: Register) -> Iterator[str]:
    for citation in bracket.all_articles():
        instrument = register.find(citation.law)
        if instrument is None or register.status(citation, max(instrument.version_from, instrument.in_force_from)) != "in_force":
            yield f"的{format_citation(citation)}没有这一条，请核对条号"


def _bounds(bracket: Bracket) -> Iterator[str]:
    """Each row names every fact of the table, no case is in two rows, and none between the bounds is in none."""
    if not bracket.rows:
        return
    roles = tuple(within.role for within in bracket.rows[0].when)
    for row in bracket.rows:
        if tuple(within.role for within in row.when) != roles:
            yield "每一行 when 里的事实要一样、顺序要一样，请改"
            return
        if any(within.high is not None and within.high <= within.low for within in row.when):
            yield f"有一行的范围 {_span(row)} 前后颠倒，请改"
            return
    edges = [
        sorted({edge for row in bracket.rows for edge in (row.when[place].low, row.when[place].high or _ENDLESS)})
        for place in range(len(roles))
    ]
    for cell in product(*(pairwise(one) for one in edges)):
        rows = [row for row in bracket.rows if _covers(row, cell)]
        spoken = "、".join(f"{role} {low}～{high}" for role, (low, high) in zip(roles, cell, strict=True))
        if len(rows) > 1:
            yield f"有两行都管 {spoken}，请改成不重叠的"
        elif not rows and not _is_impossible(roles, cell):
            yield f"没有哪一行管 {spoken}，请补上（没话说的行不写 result）"


Cell = tuple[tuple[Decimal, Decimal], ...]


def _covers(row: BracketRow, cell: Cell) -> bool:
    return all(within.low <= low and high <= (within.high or _ENDLESS) for within, (low, high) in zip(row.when, cell, strict=True))


def _is_impossible(roles: tuple[FactRole, ...], cell: Cell) -> bool:
    """Nobody has been here longer than at work."""
    at = dict(zip(roles, cell, strict=True))
    return {"service", "total_service"} <= at.keys() and at["service"][0] >= at["total_service"][1]


def _span(row: BracketRow) -> str:
    return "、".join(f"{within.role} {within.low}～{within.high}" for within in row.when)


def _words(bracket: Bracket) -> Iterator[str]:
    for sample in brackets.samples(bracket):
        if len(sample.sentence) > LONGEST_SENTENCE:
            yield f"的“{sample.sentence[:20]}……”连条文有 {len(sample.sentence)} 字，请删到 {LONGEST_SENTENCE} 字以内"
        if len(sentences(sample.sentence)) > 1:
            yield f"的“{sample.sentence[:20]}……”只能是一句，请合成一句"


def _unproven(bracket: Bracket, texts: Mapping[Citation, Article], figures: FigureLedger, register: Register) -> Iterator[str]:
    """Each bound and result stands in the articles of its row, or is written down for all its guides."""
    shared = frozenset.intersection(*(figures.of_guides.get(id_, frozenset()) for id_ in bracket.guides))

    def proven(articles: tuple[Citation, ...]) -> set[Value]:
        words = [texts[citation].text for citation in articles if citation in texts]
        listed = [figure for citation in articles for figure in figures.of_articles.get(citation, ())]
        values = {value for text in words for figure in grounding.find_figures(text, register) for value in _values(figure)}
        return values | {value for figure in (*listed, *shared) for value in _values(figure)}

    for row in bracket.rows:
        known = proven(row.articles or bracket.articles) | proven(bracket.articles)
        edges = {edge for within in row.when for edge in (within.low, within.high) if edge}
        said = set(grounding.find_figures(row.says or row.result or "", register))
        said |= {f"{edge.normalize():f}{_SPAN_UNITS[bracket.unit]}" for edge in edges if bracket.unit != "级"}
        yield from (_missing(figure) for figure in sorted(said) if not _values(figure) & known)
    fixed = [bracket.says, bracket.at_least, bracket.unsure, bracket.whole, bracket.capped]
    said = {figure for words in fixed if words for figure in grounding.find_figures(words.replace("{", "").replace("}", ""), register)}
    if bracket.counts is not None:
        said |= {f"{bracket.counts.year.normalize():f}月", f"{bracket.counts.less.normalize():f}月", f"{_SIX}月", f"{_ONE}年"}
        said |= {f"{bracket.counts.times.normalize():f}倍"} if bracket.counts.times != 1 else set()
    yield from (_missing(figure) for figure in sorted(said) if not _values(figure) & proven(bracket.all_articles()))


def _missing(figure: str) -> str:
    return f"的数“{figure}”在它的条文里找不到，请改成条文里的数，或者核对后写进 figures.yaml"


def _values(figure: str) -> set[Value]:
    """A figure as the ledger writes it (`30日`, `0.5月`), and what is the same in another unit."""
    spoken = figure.removesuffix("月") + "个月" if figure.endswith("月") else figure
    return {equal for number in find_numbers(spoken) for equal in equal_values((number.value.normalize(), number.unit))}
