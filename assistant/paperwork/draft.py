"""The sheet a paper is written on: what was told goes in as it was told, what was not becomes a blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.calculators.inputs import Told
from assistant.calculators.values import plain
from assistant.citation import format_citation
from assistant.paperwork.content import Blank, Kind, Paragraph, Piece, Said
from assistant.types import Citation, Parameter

_WHERE_FORMS_ARE = "办理的窗口可能要用它自己的表格，那就照着这份把内容抄上去；有没有固定的表、交几份、交到哪里，先打 {} 问清楚。"
_MARKS = ("。", "，", "；", "！", "？", ".", ";", "!", "?")


@dataclass(slots=True)
class Draft:
    """Paragraphs of one paper, then remarks for the worker; `today` and `parameters` are all it knows of the world."""

    today: date
    parameters: Sequence[Parameter]
    paragraphs: list[Paragraph] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def title(self, words: str) -> None:
        """Write the title."""
        self._add("title", words)

    def heading(self, words: str) -> None:
        """Write a heading."""
        self._add("heading", words)

    def body(self, *pieces: Piece) -> None:
        """Write a paragraph; told words of several lines go on in paragraphs of their own."""
        self._add("body", *pieces)

    def line(self, *pieces: Piece) -> None:
        """Write a line without indent, such as the name of an office."""
        self._add("line", *pieces)

    def items(self, rows: Iterable[Sequence[Piece]]) -> None:
        """Write a numbered list."""
        for number, pieces in enumerate(rows, start=1):
            self._add("body", f"{number}．", *pieces)

    def sign(self, who: str) -> None:
        """Write where to sign; neither signature nor day is ever filled in for somebody."""
        self._add("closing", f"{who}：", Blank("本人签名或者按手印", by_hand=True))
        self._add("closing", "日期：", Blank("签名那天的年月日", by_hand=True))

    def note(self, *sentences: str) -> None:
        """Tell the worker something that is not handed in, each sentence once."""
        self.notes += [sentence for sentence in sentences if sentence not in self.notes]

    def finished(self, hotline: str) -> tuple[Paragraph, ...]:
        """Return all paragraphs, those of the remarks last on a page of their own."""
        remarks = (
            "横线后面带括号的地方，是还没有说到的，请照实填上，不用的划掉；程序没有替您编。",
            _WHERE_FORMS_ARE.format(hotline),
            *self.notes,
        )
        numbered = (Paragraph("note", (f"{number}．{words}",)) for number, words in enumerate(remarks, start=1))
        return (*self.paragraphs, Paragraph("page", ("给您的提示（这一页不用交）",)), *numbered)

    def _add(self, kind: Kind, *pieces: Piece) -> None:
        self.paragraphs.append(Paragraph(kind, tuple(_joined(pieces))))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield *pieces* without our mark where the words told before it end with one."""
    before: Piece = ""
    for piece in pieces:
        has_mark = isinstance(before, Said) and before.text.endswith(_MARKS)
        yield piece.removeprefix("。").removeprefix("，") if has_mark and isinstance(piece, str) else piece
        before = piece


def text(told: Told, name: str, hint: str) -> Piece:
    """Return a told text, a blank where it was not told."""
    found = told.find_text(name)
    return Blank(hint) if found is None else Said(found)


def choice(told: Told, name: str, words: dict[str, str], hint: str) -> Piece:
    """Return the words that stand for the choice told, a blank where none was."""
    found = told.find_text(name)
    return Blank(hint) if found is None else Said(words[found])


def day(told: Told, name: str, hint: str) -> Piece:
    """Return a told day as 2026年1月31日, a blank where it was not told."""
    found = told.find_day(name)
    return Blank(hint) if found is None else Said(said_day(found))


def said_day(given: date) -> str:
    """Write a day as papers have it."""
    return f"{given.year}年{given.month}月{given.day}日"


def number(told: Told, name: str, unit: str, hint: str) -> tuple[Piece, ...]:
    """Return a told number with its unit, a blank where it was not told."""
    found = told.find_number(name)
    return (Blank(hint),) if found is None else (Said(amount(found)), unit)


def amount(given: Decimal) -> str:
    """Write a number as papers have it: 5000, 5333.33, 0.5."""
    return plain(given)


def by_law(*basis: Iterable[Citation]) -> str:
    """Write articles for a sentence: 《劳动合同法》第四十六条、第四十七条."""
    cited = dict.fromkeys(citation for citations in basis for citation in citations)
    written, law = [], ""
    for citation in cited:
        name = format_citation(citation)
        written.append(name.removeprefix(f"《{law}》") if citation.law == law else name)
        law = citation.law
    return "、".join(written)
