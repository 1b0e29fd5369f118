"""An Answer as plain text, for the command line, the API, WeChat and the telephone. Pure; lays out, never changes what was said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant import speech
from assistant.citation import format_article, format_citation
from assistant.composing import UNCONFIRMED_NOTE
from assistant.passages import SECTION_TITLES, UNCONFIRMED
from assistant.text import cut_bytes, sentences, to_chinese_number
from assistant.types import Answer, AsksBack, CitedArticle, SectionKind

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
MODEL_LABEL = "【AI生成】"
FIXED_LABEL = "（自动回答，仅供参考）"
LONGEST_QUOTE = 200
CUT_QUOTE = "……（没有列完，后面还有，全文请到国家法律法规数据库查看）"
FIRST_PART_S = 45
FIRST_STEPS = 3
SPOKEN_TITLES: dict[SectionKind, str] = {
    "documents": "要带的东西",
    "where": "去哪里办",
    "steps": "接着怎么办",
    "deadline": "还有别的时限",
    "cases": "看您是哪一种",
    "refusal": "单位不认的话",
    "mistakes": "有些话别信",
}
FIRST, REMEMBER = "先这样办", "时间要记住"
# What limits the sentence before it is never left off that sentence.
_LIMITING = ("但", "不过", "可是", "除非", "只有", "否则", "不然", "例外")
# What to send where one doesn't know what an answer asks back.
UNKNOWN = "不知道"
ASKING = "再问您一句，好答得更准："
CLOSE = "  "
MORE_STEPS, MORE_STEPS_LINKED = "……后面的步骤，把这一件单独再问一次。", "……后面的步骤在全文里。"


def label(answer: Answer) -> str:
    """Return the closing line every automatic answer carries (标识办法第四条): how it was made, for which day and place."""
    if answer.source == "fixed":
        return "（自动回复）" if answer.outcome == "crisis" else FIXED_LABEL
    made = "本回答由人工智能生成" if answer.source == "model" else "本回答由程序自动整理"
    return f"（{made}，依据截至 {answer.as_of.isoformat()} {answer.region}适用的规定，仅供参考，不是律师意见）"


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
    asked for with its wording), papers, places, suggestions. Of several answers each has the same room for its first steps. What is
    asked back stands last, before *link* if given.
    """
    first, last = _head_applied(answer), label(answer)
    tail = f"全文和法条：{link}\n{last}" if link else last
    parts = list(_of_kinds(answer, *(("deadline", "refusal") if answer.parts else ("cases", "steps", "deadline", "refusal"))))
    if notes := list(dict.fromkeys(note for one in (answer, *answer.parts) for note in one.notes)):
        parts.append("\n".join(notes))
    if answer.asks_back and _fits((first, *parts[:1], asked := _asks_back(answer.asks_back, CLOSE), tail), limit):
        tail = f"{asked}\n\n{tail}"
    room = limit - len(f"\n\n{tail}".encode())
    text = cut_bytes(first, room)
    steps = list(_of_kinds(answer, "steps")) if answer.parts else []
    for place, block in enumerate(steps):
        text += _first_lines(block, (room - len(text.encode())) // (len(steps) - place), MORE_STEPS_LINKED if link else MORE_STEPS)
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


def _fits(parts: Sequence[str], limit: int) -> bool:
    return len("\n\n".join(parts).encode()) <= limit


def _asks_back(asks: AsksBack, between: str) -> str:
    """The question asked back, with the number to send for each choice."""
    choices = between.join(f"{number} {says}" for number, says in enumerate(asks.choices, start=1))
    return f"{ASKING}{asks.question}\n{choices}\n回复前面的数字就行，说不准就回复“{UNKNOWN}”。"


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
    ends = [end for end in ends if not text[end:].lstrip().startswith(_LIMITING)]
    within = [end for end in ends if end <= LONGEST_QUOTE][-1:] or ends[:1]
    if len(text) <= LONGEST_QUOTE or not within or not text[within[0] :].strip():
        return text
    return text[: within[0]] + CUT_QUOTE


# -- for the ear ------------------------------------------------------------------------------


class _Told(NamedTuple):
    """A line as it is said: its opening, enough to act on, and what follows."""

    opening: str
    more: str


def spoken_text(answer: Answer) -> str:
    """Return the answer as hotline staff read it to a caller: sentences only, figures in words, each law named once.

    The first part takes about FIRST_PART_S seconds: the short answer, what to be careful about, the first steps, the deadline. The label
    follows in words, then the question whether to go on, then the rest. An emergency has no label: a person is speaking. Of several
    answers the first part says each in short, the rest each in full.
    """
    if answer.parts:
        return _spoken_several(answer)
    if answer.outcome != "answered":
        return _spoken_reply(answer)
    if answer.source == "article":
        return _spoken_articles(answer)
    deadline = _titled(REMEMBER, _deadlines_first(answer))
    head = _spoken_head(answer) + _main_law(answer)
    cautions = "".join(_cautions(answer))
    steps = _told_of(answer, "steps")
    told = _fitting([line.opening for line in steps[:FIRST_STEPS]], head + cautions + deadline)
    left = _titled(SPOKEN_TITLES["steps"], _steps_left(steps, len(told)))
    rest = [*_spoken_rest(answer, left), _asked_next("您可能还想问", answer), _asked_back_aloud(answer)]
    matter = "要带什么、去哪里" if _told_of(answer, "documents") or _told_of(answer, "where") else "下去"
    cases = _titled(SPOKEN_TITLES["cases"], (line.opening + line.more for line in _told_of(answer, "cases")))
    first = [head, cases, cautions, _numbered(FIRST, told), deadline, _spoken_label(answer)]
    return _two_parts(first, f"要不要我接着说{matter}？", rest)


def _spoken_several(answer: Answer) -> str:
    """Each matter by its name, in short, with its cautions; then the deadlines; after the question each from its first step."""
    parts = [(f"第{speech.number_words(str(number))}件", part) for number, part in enumerate(answer.parts, start=1)]
    first = [_sentence(answer.short.partition("\n")[0])]
    said: list[str] = []
    for name, part in parts:
        cautions = [caution for caution in _cautions(part) if caution not in said]
        said += cautions
        first.append("".join((f"{name}，{_sentence(part.matter)}", _spoken_head(part), _main_law(part), *cautions)))
    first.append(_titled(REMEMBER, (f"{name}，{line}" for name, part in parts for line in _deadlines_first(part))))
    rest = [block for name, part in parts for block in _spoken_matter(name, part)]
    return _two_parts([*first, _spoken_label(answer)], "要不要我接着说怎么办？", [*rest, _asked_next("您可能还想问", answer)])


def _spoken_matter(name: str, part: Answer) -> list[str]:
    """What is left to say of one of several matters, which one in front: by then its short answer was said minutes ago."""
    if part.outcome != "answered":
        blocks = ["".join(_sentence(item) for section in part.sections for item in section.items)]
    else:
        blocks = [_enumerated(FIRST, _told_of(part, "steps")), *_spoken_rest(part, "")]
    first, *others = [block for block in blocks if block] or [""]
    return [f"{name}，{_sentence(part.matter)}{first}", *others] if first else []


def _spoken_rest(answer: Answer, steps: str) -> list[str]:
    """What is said after the question whether to go on, with what is left of the *steps*."""
    return [
        *(_enumerated(SPOKEN_TITLES[kind], _told_of(answer, kind)) for kind in ("documents", "where")),
        steps,
        _enumerated(SPOKEN_TITLES["deadline"], _deadlines_left(answer)),
        *(_enumerated(SPOKEN_TITLES[kind], _told_of(answer, kind)) for kind in ("refusal", "mistakes")),
        _other_laws(answer),
        "".join(_spoken_note(note) for note in answer.notes if _can_wait(note, answer.short)),
    ]


def _spoken_reply(answer: Answer) -> str:
    """A fixed reply: its sentences in order, and what may have been meant."""
    lines = [_sentence(item) for section in answer.sections for item in section.items]
    label_said = "" if answer.outcome == "crisis" else _spoken_label(answer)
    parts = [_sentence(answer.short), "".join(lines), _asked_next("您是不是想问", answer), label_said]
    return "\n\n".join(part for part in parts if part)


def _spoken_articles(answer: Answer) -> str:
    """Articles asked for by number: as many sentences of their wording as fit, the rest when the caller wants it."""
    short = answer.short.replace("的原文在下面", "的原文是这样的").replace("下面是它的大意", "我说一下它的大意")
    cautions = "".join(_spoken_note(note) for note in answer.notes)
    wording = [sentence for cited in answer.citations for sentence in sentences(_sentence(cited.text or cited.gist or ""))]
    told = _fitting(wording, short + cautions)
    first = [_sentence(short), "".join(told), cautions, _spoken_label(answer)]
    return _two_parts(first, "要不要我接着说下去？", ["".join(wording[len(told) :])])


def _two_parts(first: Sequence[str], question: str, rest: Sequence[str]) -> str:
    told, more = [part for part in first if part], [part for part in rest if part]
    return "\n\n".join([*told, question, *more] if more else told)


def _sentence(text: str) -> str:
    """*text* in words, closed with a stop."""
    said = speech.say(text)
    return said if not said or said.endswith(("。", "？", "！", "。”", "？”", "！”")) else said.rstrip("，、：") + "。"


def _told(item: str) -> _Told:
    """Split a line after its first sentence and whatever limits that sentence."""
    item = re.sub(r"^误：(.*?。)\s*正：", r"有人说，\1这不对。", item)
    pieces = sentences(item)
    end = next((place for place in range(1, len(pieces)) if not pieces[place].startswith(_LIMITING)), len(pieces))
    return _Told(_sentence("".join(pieces[:end])), _sentence("".join(pieces[end:])))


def _fitting(lines: Sequence[str], taken: str) -> list[str]:
    """The first of *lines*, at least one, that can be said in the first part beside what is *taken*."""
    left = FIRST_PART_S - speech.seconds(taken)
    fitting = list(lines[:1])
    left -= speech.seconds("".join(fitting))
    for line in lines[1:]:
        left -= speech.seconds(line)
        if left < 0:
            break
        fitting.append(line)
    return fitting


def _numbered(title: str, lines: Sequence[str], *, start: int = 1) -> str:
    """第一，…。第二，…。 A single line needs no number."""
    if not lines:
        return ""
    if len(lines) == 1 and start == 1:
        return f"{title}。{lines[0]}"
    ordinals = (f"第{speech.number_words(str(number))}，{line}" for number, line in enumerate(lines, start=start))
    return f"{title}。{''.join(ordinals)}"


def _titled(title: str, lines: Iterable[str]) -> str:
    body = "".join(lines)
    return f"{title}。{body}" if body else ""


def _enumerated(title: str, lines: Iterable[_Told]) -> str:
    return _numbered(title, [line.opening + line.more for line in lines])


def _steps_left(steps: Sequence[_Told], told: int) -> Iterator[str]:
    """What of the steps was not said: of those begun the rest, then the others."""
    for number, line in enumerate(steps, start=1):
        place = f"第{speech.number_words(str(number))}步"
        if number > told:
            yield f"{place}，{line.opening}{line.more}"
        elif line.more:
            yield f"{place}还要知道，{line.more}"


def _lines_of(answer: Answer, kind: SectionKind) -> tuple[str, ...]:
    return next((section.items for section in answer.sections if section.kind == kind), ())


def _told_of(answer: Answer, kind: SectionKind) -> list[_Told]:
    return [_told(item) for item in _lines_of(answer, kind)]


def _cautions(answer: Answer) -> list[str]:
    return [_spoken_note(note) for note in answer.notes if not _can_wait(note, answer.short)]


def _urgent(answer: Answer) -> str | None:
    """The deadline that the caller can miss: the first for something to be applied for, else the first."""
    deadlines = _lines_of(answer, "deadline")
    return next((line for line in deadlines if re.search(r"申请|仲裁|起诉|提出", line)), deadlines[0] if deadlines else None)


def _deadlines_first(answer: Answer) -> list[str]:
    urgent = _urgent(answer)
    return [_told(urgent).opening] if urgent else []


def _deadlines_left(answer: Answer) -> Iterator[_Told]:
    urgent = _urgent(answer)
    for item in _lines_of(answer, "deadline"):
        told = _told(item)
        if item != urgent:
            yield told
        elif told.more:
            yield _Told("", told.more)


def _spoken_head(answer: Answer) -> str:
    return ("下面的话是人工智能写的。" if answer.source == "model" else "") + _sentence(answer.short) + _sentence(answer.applied)


def _main_law(answer: Answer) -> str:
    """The first article decides the matter; an answer that names its law itself needs no more."""
    if not answer.citations or "《" in answer.short:
        return ""
    return f"这{'主要' if len(answer.citations) > 1 else ''}是按{speech.say(format_citation(answer.citations[0].citation))}说的。"


def _other_laws(answer: Answer) -> str:
    """The other articles, each law named once."""
    others: dict[str, list[str]] = {}
    for cited in answer.citations[1:]:
        others.setdefault(cited.citation.law, []).append(format_article(cited.citation.article))
    named = (speech.say(f"《{law}》{'、'.join(articles)}") for law, articles in others.items())
    return f"依据还有，{'，'.join(named)}。" if others else ""


def _can_wait(note: str, short: str) -> bool:
    """A term of law put in plain words, and a word on unconfirmed figures where the short answer has none."""
    return note.startswith("您说的“") or (note == UNCONFIRMED_NOTE and UNCONFIRMED not in short)


def _spoken_note(note: str) -> str:
    """Nothing is marked for the ear: of each figure it was said that it is unconfirmed."""
    return _sentence("没有核实的数，用之前请打 12351 问一下。" if note == UNCONFIRMED_NOTE else note)


def _spoken_label(answer: Answer) -> str:
    return _sentence(label(answer).strip("（）"))


def _asked_back_aloud(answer: Answer) -> str:
    if answer.asks_back is None:
        return ""
    return "再问您一句。" + _sentence(answer.asks_back.question) + _sentence("，还是".join(answer.asks_back.choices) + "？")


def _asked_next(title: str, answer: Answer) -> str:
    return _numbered(title, [_sentence(question) for question in answer.suggestions])
