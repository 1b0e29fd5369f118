"""What a paper is made of: paragraphs of fixed words, told words and marked blanks. How it looks is for `word` and `plain_text`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["title", "heading", "body", "line", "closing", "page", "note"]
LABEL = "本文书由程序自动整理，仅供参考，提交前请核对"


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the person, shown as they were told; kept out of what is printed of the value, for they are private."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Blank:
    """What was not told, with a hint of what to write there. `by_hand`: to be signed or dated on paper, so no answer can fill it."""

    hint: str
    by_hand: bool = False


Piece = str | Said | Blank


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: `body` runs on with an indent, `line` stands without one, `page` is the title of what is not handed in."""

    kind: Kind
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A paper as it was filled in."""

    name: str
    title: str
    paragraphs: tuple[Paragraph, ...]

    def blanks(self) -> tuple[str, ...]:
        """Return the hint of each place still to be filled, in order; what is signed by hand is not among them."""
        found = (piece for paragraph in self.paragraphs for piece in paragraph.pieces if isinstance(piece, Blank))
        return tuple(blank.hint for blank in found if not blank.by_hand)


def shown(piece: Piece) -> str:
    """Return a piece as text; a blank is a line to write on and its hint in brackets."""
    if isinstance(piece, Blank):
        return f"{UNDERLINE}（{piece.hint}）"
    return piece.text if isinstance(piece, Said) else piece


UNDERLINE = "＿＿＿＿"
