"""An Answer as plain text to read, for the command line, the API and WeChat. Pure; lays out, never changes what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant.citation import format_citation
from assistant.deadlines import most_urgent
from assistant.passages import SECTION_TITLES
from assistant.text import cut_bytes, to_chinese_number
from assistant.types import Answer, AsksBack, CitedArticle, Section, SectionKind

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MODEL_LABEL = "【AI生成】"
FIXED_LABEL = "（自动回答，仅供参考）"
LONGEST_QUOTE = 200
CUT_QUOTE = "……（没有列完，后面还有，全文请到国家法律法规数据库查看）"
# What limits the sentence before it is never left off that sentence.
LIMITING = ("但", "不过", "可是", "除非", "只有", "否则", "不然", "例外")
# What to send where one doesn't know what an answer asks back.
UNKNOWN = "不知道"
ASKING = "再问您一句，好答得更准："
CLOSE = "  "
# How a sum was worked out goes last where what it comes to stands under the short answer, and first where it is what was asked for.
_IN_ORDER: tuple[SectionKind, ...] = ("reasons", "cases", "steps", "deadline", "refusal", "calculation")
_SUM_FIRST: tuple[SectionKind, ...] = ("calculation", "reasons", "cases", "steps", "deadline", "refusal")
MORE_STEPS, MORE_STEPS_LINKED = "……后面的步骤，把这一件单独再问一次。", "……后面的步骤在全文里。"
MORE_DEADLINES = "……还有别的时限。"


def label(answer: Answer) -> str:
    """Return the closing line every automatic answer carries (标识办法第四条): how it was made, for which day and place."""
    if answer.source == "fixed":
        return "（自动回复）" if answer.outcome == "crisis" else FIXED_LABEL
    made = "本回答由人工智能生成" if answer.source == "model" else "本回答由程序自动整理"
    return f"（{made}，依据截至 {answer.as_of.isoformat()} {answer.region}适用的规定，仅供参考，不是律师意见）"


def sum_label(on: date) -> str:
    """Return the closing line of a sum or a deadline worked out on day *on*."""
    return f"（本结果由程序自动计算，依据截至 {on.isoformat()} 即墨适用的规定，仅供参考，不是律师意见）"


def check_label(on: date) -> str:
    """Return the closing line of a self-test or a checklist of day *on*."""
    return f"（本结果由程序自动整理，依据截至 {on.isoformat()} 即墨适用的规定，不是认定，仅供参考，不是律师意见）"


def full_text(answer: Answer) -> str:
    """Return the whole answer with the wording of its articles; of several, the short answer of each first and the label once."""
    blocks = [_head_applied(answer)]
    for number, part in enumerate(answer.parts, start=1):
        blocks += _body(part, heading=f"{to_chinese_number(number)}、{part.matter}")
    blocks += _body(answer) if not answer.parts else []
    if answer.asks_back:
        blocks.append(_asks_back(answer.asks_back, "\n"))
    if answer.suggestions:
        blocks.append("您可能还想问：\n" + "\n".join(f"· {question}" for question in answer.suggestions))
    blocks.append(label(answer))
    return "\n\n".join(blocks)


def _body(answer: Answer, heading: str = "") -> list[str]:
    """The blocks under a short answer, *heading* above them; none, and no heading, where nothing more is said."""
    blocks = [_section(answer, index) for index in range(len(answer.sections))]
    if answer.citations:
        blocks.append("法律依据：\n" + _quotes(answer, whole=answer.source == "article"))
    if answer.notes:
        blocks.append("\n".join(answer.notes))
    return [heading, *blocks] if heading and blocks else blocks


def short_text(answer: Answer, limit: int, *, link: str | None = None) -> str:
    """Return what fits into *limit* UTF-8 bytes: the short answer, what it comes to and the label always, then as many whole parts as fit.

    Order of worth: the cases or steps, what is asked back, deadlines, what to do where they refuse, notes, sources by name (an article
    asked for with its wording), papers, places, suggestions. Of several answers each has its most urgent deadline and the same room for
    its first steps. What is asked back stands last, before *link* if given.
    """
    first, last = _head_applied(answer), label(answer)
    tail = f"全文和法条：{link}\n{last}" if link else last
    parts = list(_of_kinds(answer, *(("refusal",) if answer.parts else _IN_ORDER if answer.applied else _SUM_FIRST)))
    if notes := list(dict.fromkeys(note for one in (answer, *answer.parts) for note in one.notes)):
        parts.append("\n".join(notes))
    if answer.asks_back and _fits((first, *parts[:1], asked := _asks_back(answer.asks_back, CLOSE), tail), limit):
        tail = f"{asked}\n\n{tail}"
    room = limit - len(f"\n\n{tail}".encode())
    text = cut_bytes(first, room)
    if answer.parts:
        text += _steps_and_deadlines(answer, room - len(text.encode()), MORE_STEPS_LINKED if link else MORE_STEPS)
    if answer.citations:
        parts.append(_sources(answer, room - len("\n\n".join([text, *parts, ""]).encode())))
    parts += _of_kinds(answer, "documents", "where")
    if answer.suggestions:
        parts.append("还可以问：\n" + "\n".join(f"· {question}" for question in answer.suggestions))
    for part in parts:
        longer = f"{text}\n\n{part}"
        if len(longer.encode()) <= room:
            text = longer
    return f"{text}\n\n{tail}"


def _steps_and_deadlines(answer: Answer, room: int, more_steps: str) -> str:
    """The first steps of each of several answers in *room* bytes, then the deadlines of each: all of them or the most urgent one."""
    answer = replace(answer, parts=tuple(_most_urgent_first(part) for part in answer.parts))
    steps, deadlines = list(_of_kinds(answer, "steps")), list(_of_kinds(answer, "deadline"))
    # A first step of each, then a deadline of each, then more steps.
    first_steps = [len(_lines(block, 1, more_steps).encode()) for block in steps]
    least: list[int] = []
    for block in deadlines:
        size = len(_lines(block, 1, MORE_DEADLINES).encode())
        least.append(size if sum(first_steps) + sum(least) + size <= room else 0)
    text = ""
    for place, block in enumerate(steps):
        left = room - sum(least) - len(text.encode())
        share = max(left // (len(steps) - place), min(first_steps[place], left - sum(first_steps[place + 1 :])))
        text += _longest(block, range(block.count("\n"), 0, -1), share, more_steps)
    for place, block in enumerate(deadlines):
        text += _longest(block, (block.count("\n"), 1), room - sum(least[place + 1 :]) - len(text.encode()), MORE_DEADLINES)
    return text


def _most_urgent_first(answer: Answer) -> Answer:
    def ordered(section: Section) -> Section:
        urgent = most_urgent(section.items) if section.kind == "deadline" else None
        return replace(section, items=tuple(sorted(section.items, key=lambda item: item != urgent))) if urgent else section

    return replace(answer, sections=tuple(ordered(section) for section in answer.sections))


def _fits(parts: Sequence[str], limit: int) -> bool:
    return len("\n\n".join(parts).encode()) <= limit


def _asks_back(asks: AsksBack, between: str) -> str:
    """The question asked back, with the number to send for each choice."""
    choices = between.join(f"{number} {says}" for number, says in enumerate(asks.choices, start=1))
    how = f"{choices}\n回复前面的数字就行" if choices else "直接回复就行"
    return f"{ASKING}{asks.question}\n{how}，说不准就回复“{UNKNOWN}”。"


def _longest(block: str, counts: Iterable[int], room: int, more: str) -> str:
    """Return the first of so many lines of *block* that fit into *room* bytes; nothing where none do."""
    return next((text for count in counts if len((text := _lines(block, count, more)).encode()) <= room), "")


def _lines(block: str, count: int, more: str) -> str:
    """Return the heading of *block* and its first lines, and *more* where there are others."""
    heading, *lines = block.split("\n")
    return "\n".join(("\n", heading, *lines[:count], *([more] if count < len(lines) else [])))


def _of_kinds(answer: Answer, *kinds: SectionKind) -> Iterator[str]:
    """The sections of these kinds in this order, those of several answers with the number of theirs."""
    for kind in kinds:
        for number, one in enumerate(answer.parts or (answer,), start=1):
            mark = f"{to_chinese_number(number)}、" if answer.parts else ""
            yield from (mark + _section(one, index) for index, section in enumerate(one.sections) if section.kind == kind)


def _sources(answer: Answer, room: int) -> str:
    """The articles by name; one asked for (原文在下面, says its short answer) with its wording, whole where that fits, or its beginning."""
    names = "依据：" + "、".join(_marked(number, cited) for number, cited in enumerate(answer.citations[:6]))
    if answer.source != "article":
        return names
    wordings = (_quotes(answer, whole=True), _quotes(answer, whole=False), names)
    return next((wording for wording in wordings if len(wording.encode()) <= room), names)


def _head(answer: Answer) -> str:
    return f"{MODEL_LABEL}{answer.short}" if answer.source == "model" else answer.short


def _head_applied(answer: Answer) -> str:
    """The short answer, under it what it comes to for the person; of several answers each with its number."""
    applied = [
        answer.applied,
        *(f"{to_chinese_number(number)}、{part.applied}" for number, part in enumerate(answer.parts, 1) if part.applied),
    ]
    return "\n".join((_head(answer), *filter(None, applied)))


def _section(answer: Answer, index: int) -> str:
    section = answer.sections[index]
    numbered = section.kind == "steps" and answer.outcome == "answered"
    lines = (f"{number}. {item}" if numbered else f"· {item}" for number, item in enumerate(section.items, start=1))
    heading = f"{SECTION_TITLES[section.kind]}：\n" if answer.outcome == "answered" else ""
    return heading + "\n".join(lines)


def _marked(number: int, cited: CitedArticle) -> str:
    mark = CIRCLED[number] if number < len(CIRCLED) else f"({number + 1})"
    return f"{mark}{format_citation(cited.citation)}"


def _quotes(answer: Answer, *, whole: bool) -> str:
    return "\n".join(_quote(number, cited, whole=whole) for number, cited in enumerate(answer.citations))


def _quote(number: int, cited: CitedArticle, *, whole: bool) -> str:
    head = _marked(number, cited)
    if cited.text is None:
        return f"{head}（大意）：{cited.gist}" if cited.gist else head
    return f"{head}：{cited.text if whole else _quoted(cited.text)}"


def _quoted(text: str) -> str:
    """The wording up to the last sentence or item (款、项) that ends within LONGEST_QUOTE characters, and that more follows.

    A sentence is never parted from the 但 that limits it; a first sentence longer than that is quoted whole.
    """
    ends = [match.end() for match in re.finditer(r"[。；]", text)]
    ends = [end for end in ends if not text[end:].lstrip().startswith(LIMITING)]
    within = [end for end in ends if end <= LONGEST_QUOTE][-1:] or ends[:1]
    if len(text) <= LONGEST_QUOTE or not within or not text[within[0] :].strip():
        return text
    return text[: within[0]] + CUT_QUOTE
