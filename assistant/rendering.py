"""An Answer as plain text, for the command line, the API and WeChat. Pure; lays out, never changes what was said."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.citation import format_citation
from assistant.passages import SECTION_TITLES
from assistant.text import cut_bytes
from assistant.types import Answer, AsksBack, CitedArticle

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MODEL_LABEL = "【AI生成】"
FIXED_LABEL = "（自动回答，仅供参考）"
LONGEST_QUOTE = 200
# What to send where one doesn't know what an answer asks back.
UNKNOWN = "不知道"
ASKING = "再问您一句，好答得更准："
CLOSE = "  "


def label(answer: Answer) -> str:
    """Return the closing line every automatic answer carries (标识办法第四条): how it was made, for which day and place."""
    if answer.source == "fixed":
        return "（自动回复）" if answer.outcome == "crisis" else FIXED_LABEL
    made = "本回答由人工智能生成" if answer.source == "model" else "本回答由程序自动整理"
    return f"（{made}，依据截至 {answer.as_of.isoformat()} {answer.region}适用的规定，仅供参考，不是律师意见）"


def full_text(answer: Answer) -> str:
    """Return the whole answer with the wording of its articles."""
    blocks = [_head(answer)]
    blocks += [_section(answer, index) for index in range(len(answer.sections))]
    if answer.citations:
        quotes = (_quote(number, cited) for number, cited in enumerate(answer.citations))
        blocks.append("法律依据：\n" + "\n".join(quotes))
    if answer.notes:
        blocks.append("\n".join(answer.notes))
    if answer.asks_back:
        blocks.append(_asks_back(answer.asks_back, "\n"))
    if answer.suggestions:
        blocks.append("您可能还想问：\n" + "\n".join(f"· {question}" for question in answer.suggestions))
    blocks.append(label(answer))
    return "\n\n".join(blocks)


def short_text(answer: Answer, limit: int, *, link: str | None = None) -> str:
    """Return what fits into *limit* UTF-8 bytes: the short answer and the label always, then as many whole parts as fit.

    Order of worth: the cases or steps, what is asked back, deadlines, what to do where they refuse, notes, sources by name, papers,
    places, suggestions. What is asked back stands last, before *link* if given.
    """
    first, last = _head(answer), label(answer)
    tail = f"全文和法条：{link}\n{last}" if link else last
    order = {section.kind: index for index, section in enumerate(answer.sections)}
    parts = [_section(answer, order[kind]) for kind in ("cases", "steps", "deadline", "refusal") if kind in order]
    if answer.notes:
        parts.append("\n".join(answer.notes))
    if answer.citations:
        parts.append("依据：" + "、".join(_marked(number, cited) for number, cited in enumerate(answer.citations[:6])))
    parts += [_section(answer, order[kind]) for kind in ("documents", "where") if kind in order]
    if answer.suggestions:
        parts.append("还可以问：\n" + "\n".join(f"· {question}" for question in answer.suggestions))
    if answer.asks_back and _fits((first, *parts[:1], asked := _asks_back(answer.asks_back, CLOSE), tail), limit):
        tail = f"{asked}\n\n{tail}"
    room = limit - len(f"\n\n{tail}".encode())
    text = cut_bytes(first, room)
    for part in parts:
        longer = f"{text}\n\n{part}"
        if len(longer.encode()) <= room:
            text = longer
    return f"{text}\n\n{tail}"


def _fits(parts: Sequence[str], limit: int) -> bool:
    return len("\n\n".join(parts).encode()) <= limit


def _asks_back(asks: AsksBack, between: str) -> str:
    """The question asked back, with the number to send for each choice."""
    choices = between.join(f"{number} {says}" for number, says in enumerate(asks.choices, start=1))
    return f"{ASKING}{asks.question}\n{choices}\n回复前面的数字就行，说不准就回复“{UNKNOWN}”。"


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
