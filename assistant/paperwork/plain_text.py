"""A paper as plain text, for a chat or a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.calculators.values import Input
from assistant.paperwork.content import LABEL, Kind, Said, Written, shown
from assistant.paperwork.paper import Paper

_BEFORE: dict[Kind, str] = {"heading": "\n", "page": "\n——————\n", "closing": "        "}
# A chat makes links of <a …>; what was told is words only.
_NO_TAGS = str.maketrans("<>", "＜＞")


def as_text(written: Written) -> str:
    """Return the paper in lines, the label first and last."""
    lines = [f"（{LABEL}）"]
    for paragraph in written.paragraphs:
        words = (shown(piece).translate(_NO_TAGS) if isinstance(piece, Said) else shown(piece) for piece in paragraph.pieces)
        lines.append(_BEFORE.get(paragraph.kind, "") + "".join(words))
    return "\n".join([*lines, "", f"（{LABEL}）"])


def as_list(papers: Sequence[Paper]) -> str:
    """Return the papers with what each asks."""
    return "\n".join(line for paper in papers for line in (f"{paper.name}  {paper.title}", *_asked(paper.inputs, 1)))


def _asked(inputs: Sequence[Input], depth: int) -> Iterator[str]:
    for field in inputs:
        choices = "：" + "、".join(f"{value}（{label}）" for value, label in field.choices) if field.choices else ""
        yield f"{'    ' * depth}{field.name}（{field.type}）{field.prompt}{choices}"
        yield from _asked(field.parts, depth + 1)
