"""Read what is searched as guides: Markdown guides, the facts of union reports, and the phrasings that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from assistant.citation import format_citation
from assistant.schema import BasisRow, GuideHead, PhrasingRow, ReportFile, parse, placed_rows, text_of
from assistant.types import Beside, Citation, Decided, Guide, Section, SectionKind

HEADINGS: dict[str, SectionKind | Literal["short"]] = {
    "一句话答案": "short", "怎么办": "steps", "要准备什么": "documents", "去哪里办": "where",
    "时限": "deadline", "单位不认怎么办": "refusal", "常见误区": "mistakes", "依据说明": "basis",
}  # fmt: skip
FEWEST_ASKS = 10
STATISTICS = "这是工作统计，不是每个人能领的标准。"


def read_guides(root: Path, problems: list[str]) -> tuple[Guide, ...]:
    """Return every guide and every fact of a report below *root*, in the order of their files."""
    found = (_read_guide(path, root, problems) for path in sorted(root.glob("guides/*/*.md")))
    reports = (fact for path in sorted(root.glob("reports/*.yaml")) for fact in _read_report(path, root, problems))
    return (*(guide for guide in found if guide is not None), *reports)


def with_phrasings(
    guides: tuple[Guide, ...], root: Path, problems: list[str]
) -> tuple[tuple[Guide, ...], dict[Citation, tuple[str, ...]], tuple[str, ...]]:
    """Add the phrasings of `phrasings/*.yaml` to the asks of their guides, and what decides them.

    A row with `decided_by` may repeat an ask of the guide's own file: then it only says what decides it.
    Second come the questions that one article answers, third the places of phrasings whose guide is gone, that rest on an article
    which their guide does not name, or of which it is said twice what decides them.
    """
    orphans: list[str] = []
    more: dict[str, list[str]] = {guide.id: [] for guide in guides}
    own = {guide.id: frozenset(guide.asks) for guide in guides}
    named = {guide.id: frozenset(guide.articles()) for guide in guides}
    decided: dict[str, dict[str, Decided]] = {guide.id: {} for guide in guides}
    of_articles: dict[Citation, list[str]] = {}
    for path in sorted(root.glob("phrasings/*.yaml")):
        for row, line in placed_rows(path, PhrasingRow, problems):
            if row.article is not None:
                of_articles.setdefault(_citation(row.article), []).extend(row.asks)
            elif row.guide not in more:
                orphans.append(f"{path.relative_to(root)}:{line}: 没有指南 {row.guide}，它的问法没处放")
            elif row.decided_by is None:
                more[row.guide] += row.asks
            else:
                what = Decided(tuple(map(short_citation, row.decided_by)), tuple(map(short_citation, row.also)))
                orphans += [
                    f"{path.relative_to(root)}:{line}: {format_citation(citation)}不在指南 {row.guide} 的 basis 和 see_also 里"
                    for citation in (*what.articles, *what.also)
                    if citation not in named[row.guide]
                ]
                orphans += [
                    f"{path.relative_to(root)}:{line}: “{ask}”靠哪几条已经标过一次" for ask in row.asks if ask in decided[row.guide]
                ]
                more[row.guide] += [ask for ask in row.asks if ask not in own[row.guide]]
                decided[row.guide] |= dict.fromkeys(row.asks, what)
    asked = tuple(replace(guide, asks=(*guide.asks, *more[guide.id]), decided=decided[guide.id]) for guide in guides)
    return asked, {citation: tuple(asks) for citation, asks in of_articles.items()}, tuple(orphans)


def _read_guide(path: Path, root: Path, problems: list[str]) -> Guide | None:
    text = text_of(path, problems)
    if text is None:
        return None
    match = re.match(r"---\n(.*?)\n---\n(.*)\Z", text, re.DOTALL)
    if match is None:
        problems.append(f"{path}:1: 开头要有两行 --- 夹着的说明部分")
        return None
    head = parse(match[1], GuideHead, path, 2, problems)
    sections = _read_sections(match[2], path, match[1].count("\n") + 4, problems)
    if head is None or sections is None:
        return None
    if head.replaced_by is None and len(head.asks) < FEWEST_ASKS:
        problems.append(f"{path}:{_line_of(text, 'asks:')}: asks 太少了，至少 {FEWEST_ASKS} 条")
    if head.id != path.stem:
        problems.append(f"{path}:2: id {head.id} 和文件名不一样")
    return Guide(
        id=head.id,
        title=head.title,
        topic=head.topic,
        region=head.region,
        short="".join(sections.get("short", ())),
        sections=tuple(Section(kind, items) for kind, items in sections.items() if kind != "short"),
        basis=tuple(_citation(row) for row in head.basis),
        see_also=tuple(Beside(_citation(row), row.why) for row in head.see_also),
        asks=tuple(head.asks),
        keywords=tuple(head.keywords),
        related=tuple(head.related),
        valid_from=head.valid_from,
        valid_until=head.valid_until,
        review_by=head.review_by,
        status=head.status,
        confidence=head.confidence,
        path=path.relative_to(root).as_posix(),
        replaced_by=head.replaced_by,
        sources=tuple(head.sources),
        skills=tuple(head.skills),
    )


def _read_report(path: Path, root: Path, problems: list[str]) -> Iterator[Guide]:
    """Each fact of a report as a guide of its own: said as the union's statistic of its year, with no rule behind it."""
    text = text_of(path, problems)
    report = parse(text, ReportFile, path, 1, problems) if text is not None else None
    if report is None:
        return
    if report.id != path.stem:
        problems.append(f"{path}:1: id {report.id} 和文件名不一样")
    for fact in report.facts:
        yield Guide(
            id=f"report-{report.id}-{fact.id}",
            title=fact.title,
            topic="union",
            region=report.union if report.union in {"即墨", "青岛", "山东"} else "全国",
            short=fact.says,
            sections=(Section("basis", (f"出自《{report.title}》，说的是{report.period}的事。{STATISTICS}",)),),
            basis=(),
            asks=tuple(fact.asks),
            keywords=tuple(fact.keywords),
            related=tuple(fact.related),
            valid_from=report.since,
            valid_until=None,
            review_by=report.review_by,
            status="published",
            confidence=report.confidence,
            path=path.relative_to(root).as_posix(),
            kind="report",
            sources=(report.source,),
        )


def _read_sections(
    body: str, path: Path, first_line: int, problems: list[str]
) -> dict[SectionKind | Literal["short"], tuple[str, ...]] | None:
    sections: dict[SectionKind | Literal["short"], list[str]] = {}
    current: list[str] | None = None
    good = True
    for number, line in enumerate(body.split("\n"), start=first_line):
        if line.startswith("#"):
            kind = HEADINGS.get(line.lstrip("#").strip())
            if kind is None or kind in sections:
                problems.append(f"{path}:{number}: 小节标题“{line.strip()}”不认识或写了两次")
                good = False
                kind = None
            current = sections.setdefault(kind, []) if kind else None
        elif line.strip() and current is not None:
            item = re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", line).strip()
            if line.startswith((" ", "\t")) and current and item == line.strip():
                current[-1] += item
            else:
                current.append(item)
        elif line.strip() and current is None and good:
            problems.append(f"{path}:{number}: 文字要写在“## 小节”下面")
            good = False
    for heading in ("一句话答案", "怎么办", "依据说明"):
        if good and not sections.get(HEADINGS[heading]):
            problems.append(f"{path}:{first_line}: 缺“## {heading}”")
            good = False
    return {kind: tuple(items) for kind, items in sections.items()} if good else None


def _citation(row: BasisRow) -> Citation:
    return Citation(row.instrument, row.article)


@cache
def short_citation(text: str) -> Citation:
    """劳动合同法 82 → its citation."""
    return Citation(*text.rsplit(" ", 1))


def _line_of(text: str, words: str) -> int:
    return next((number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(words)), 1)
