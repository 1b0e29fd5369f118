"""An Answer as plain text, for the command line, the API and WeChat. Pure; lays out, never changes what was said."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.citation import format_citation
from assistant.passages import SECTION_TITLES
from assistant.text import cut_bytes, to_chinese_number
from assistant.types import Answer, CitedArticle, SectionKind

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MODEL_LABEL = "【AI生成】"
FIXED_LABEL = "（自动回答，仅供参考）"
LONGEST_QUOTE = 200
MORE_STEPS, MORE_STEPS_LINKED = "……后面的步骤，把这一件单独再问一次。", "……后面的步骤在全文里。"


def label(answer: Answer) -> str:
    """Return the closing line every automatic answer carries (标识办法第四条): how it was made, for which day and place."""
    if answer.source == "fixed":
        return "（自动回复）" if answer.outcome == "crisis" else FIXED_LABEL
    made = "本回答由人工智能生成" if answer.source == "model" else "本回答由程序自动整理"
    return f"（{made}，依据截至 {answer.as_of.isoformat()} {answer.region}适用的规定，仅供参考，不是律师意见）"


def full_text(answer: Answer) -> str:
    """Return the whole answer with the wording of its articles; of several, the short answer of each first and the label once."""
    blocks = [_head(answer)]
    for number, part in enumerate(answer.parts, start=1):
        blocks += _body(part, heading=f"{to_chinese_number(number)}、{part.matter}")
    blocks += _body(answer) if not answer.parts else []
    if answer.suggestions:
        blocks.append("您可能还想问：\n" + "\n".join(f"· {question}" for question in answer.suggestions))
    blocks.append(label(answer))
    return "\n\n".join(blocks)


def _body(answer: Answer, heading: str = "") -> list[str]:
    """The blocks under a short answer, *heading* above them; none, and no heading, where nothing more is said."""
    blocks = [_section(answer, index) for index in range(len(answer.sections))]
    if answer.citations:
        quotes = (_quote(number, cited) for number, cited in enumerate(answer.citations))
        blocks.append("法律依据：\n" + "\n".join(quotes))
    if answer.notes:
        blocks.append("\n".join(answer.notes))
    return [heading, *blocks] if heading and blocks else blocks


def short_text(answer: Answer, limit: int, *, link: str | None = None) -> str:
    """Return what fits into *limit* UTF-8 bytes: the short answer and the label always, then as many whole parts as fit.

    Order of worth: steps, deadlines, what to do where they refuse, notes, sources by name, papers, places, suggestions.
    Of several answers each has the same room for its first steps. The text ends with *link* if given.
    """
    first, last = _head(answer), label(answer)
    tail = f"全文和法条：{link}\n{last}" if link else last
    parts = list(_of_kinds(answer, *(("deadline", "refusal") if answer.parts else ("steps", "deadline", "refusal"))))
    if notes := list(dict.fromkeys(note for one in (answer, *answer.parts) for note in one.notes)):
        parts.append("\n".join(notes))
    if answer.citations:
        parts.append("依据：" + "、".join(_marked(number, cited) for number, cited in enumerate(answer.citations[:6])))
    parts += _of_kinds(answer, "documents", "where")
    if answer.suggestions:
        parts.append("还可以问：\n" + "\n".join(f"· {question}" for question in answer.suggestions))
    room = limit - len(f"\n\n{tail}".encode())
    text = cut_bytes(first, room)
    steps = list(_of_kinds(answer, "steps")) if answer.parts else []
    for place, block in enumerate(steps):
        text += _first_lines(block, (room - len(text.encode())) // (len(steps) - place), MORE_STEPS_LINKED if link else MORE_STEPS)
    for part in parts:
        longer = f"{text}\n\n{part}"
        if len(longer.encode()) <= room:
            text = longer
    return f"{text}\n\n{tail}"


def _first_lines(block: str, room: int, more: str) -> str:
    """Return the lines of *block* that fit into *room* bytes, and *more* where there are others; nothing where not even two fit."""
    heading, *lines = block.split("\n")
    for count in range(len(lines), 0, -1):
        rest = [] if count == len(lines) else [more]
        text = "\n".join(("\n", heading, *lines[:count], *rest))
        if len(text.encode()) <= room:
            return text
    return ""


def _of_kinds(answer: Answer, *kinds: SectionKind) -> Iterator[str]:
    """The sections of these kinds in this order, those of several answers with the number of theirs."""
    for kind in kinds:
        for number, one in enumerate(answer.parts or (answer,), start=1):
            mark = f"{to_chinese_number(number)}、" if answer.parts else ""
            yield from (mark + _section(one, index) for index, section in enumerate(one.sections) if section.kind == kind)


def _head(answer: Answer) -> str:
    return f"{MODEL_LABEL}{answer.short}" if answer.source == "model" else answer.short


def _section(answer: Answer, index: int) -> str:
    section = answer.sections[index]
    numbered = section.kind == "steps" and answer.outcome == "answered"
    lines = (f"{number}. {item}" if numbered else f"· {item}" for number, item in enumerate(section.items, start=1))
    heading = f"{SECTION_TITLES[section.kind]}：\n" if answer.outcome == "answered" else ""
    return heading + "\n".join(lines)


def _marked(number: int, cited: CitedArticle) -> str:
    mark = CIRCLED[number] if number < len(CIRCLED) else f"({number + 1})"
    return f"{mark}{format_citation(cited.citation)}"


def _quote(number: int, cited: CitedArticle) -> str:
    head = _marked(number, cited)
    if cited.text is None:
        return f"{head}（大意）：{cited.gist}" if cited.gist else head
    text = cited.text if len(cited.text) <= LONGEST_QUOTE else cited.text[:LONGEST_QUOTE] + "……"
    return f"{head}：{text}"
