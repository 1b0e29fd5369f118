"""An Answer as hotline staff read it to a caller. Pure; lays out for the ear, never changes what was said.

How figures, dates and brackets are said is for `speech`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from assistant import speech
from assistant.citation import format_article, format_citation
from assistant.composing import UNCONFIRMED_NOTE
from assistant.deadlines import days, is_said, most_urgent
from assistant.passages import UNCONFIRMED
from assistant.rendering import LIMITING, label
from assistant.skills import saying
from assistant.text import sentences
from assistant.types import Answer, SectionKind

# Without the label, which takes ten seconds more.
FIRST_PART_S = 45
SEVERAL_FIRST_PART_S = 50
FIRST_STEPS = 3
SPOKEN_TITLES: dict[SectionKind, str] = {
    "reasons": "为什么这么说",
    "calculation": "这笔账怎么算的",
    "documents": "要带的东西",
    "where": "去哪里办",
    "steps": "接着怎么办",
    "deadline": "还有别的时限",
    "cases": "看您是哪一种",
    "refusal": "单位不认的话",
    "mistakes": "有些话别信",
}
FIRST, REMEMBER = "先这样办", "时间要记住"
GO_ON = "要不要我接着说"


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
    urgent = most_urgent(_lines_of(answer, "deadline"))
    deadline = _titled(REMEMBER, [_told(urgent).opening] if urgent else [])
    head = _spoken_head(answer) + _main_law(answer)
    cautions = "".join(_cautions(answer))
    steps = _told_of(answer, "steps")
    told = _fitting([line.opening for line in steps[:FIRST_STEPS]], head + cautions + deadline)
    left = _titled(SPOKEN_TITLES["steps"], _steps_left(steps, len(told)))
    rest = [*_spoken_rest(answer, left, _deadlines_left(answer, urgent)), _asked_next("您可能还想问", answer), _asked_back_aloud(answer)]
    matter = "要带什么、去哪里" if _told_of(answer, "documents") or _told_of(answer, "where") else "下去"
    cases = _titled(SPOKEN_TITLES["cases"], (line.opening + line.more for line in _told_of(answer, "cases")))
    first = [head, cases, cautions, _numbered(FIRST, told), deadline, _spoken_label(answer)]
    return _two_parts(first, f"{GO_ON}{matter}？", rest)


@dataclass(frozen=True)
class _Matter:
    """One of several matters as it is said: *cautions* at once, *weighed* later or whole, *deadline* beside its short answer."""

    name: str
    part: Answer
    short: _Told
    cautions: tuple[str, ...]
    weighed: tuple[str, ...]
    deadline: str

    @property
    def title(self) -> str:
        """Which one it is and what it is about."""
        return f"{self.name}，{_sentence(self.part.matter)}"

    def in_short(self, chosen: Collection[str]) -> str:
        """What the first part says of it; what could wait only where it was *chosen*."""
        more, weighed = ("".join(words for words in could_wait if words in chosen) for could_wait in ((self.short.more,), self.weighed))
        return "".join((self.title, self.short.opening, more, _main_law(self.part), *self.cautions, weighed))

    def rest(self, chosen: Collection[str]) -> list[str]:
        """What is said after the question: all but what was *chosen* for the first part."""
        if self.part.outcome != "answered":
            return ["".join(_sentence(item) for section in self.part.sections for item in section.items)]
        explained = "".join(words for words in (self.short.more, *self.weighed) if words not in chosen)
        deadlines = _deadlines_left(self.part, self.deadline if _told(self.deadline).opening in chosen else None)
        return [explained, _enumerated(FIRST, _told_of(self.part, "steps")), *_spoken_rest(self.part, "", deadlines)]


def _matters(answer: Answer) -> Iterator[_Matter]:
    said: list[str] = []
    for number, part in enumerate(answer.parts, start=1):
        short, deadline = _short_and_deadline(part)
        cautions = [caution for caution in _cautions(part) if caution not in said]
        said += cautions
        # Several sentences weigh two rules: the first alone would leave open which one counts. Of a figure its own sentence says that it
        # is not confirmed.
        weighed = tuple(caution for caution in cautions if len(sentences(caution)) > 1 or caution == _spoken_note(UNCONFIRMED_NOTE))
        brief = tuple(caution for caution in cautions if caution not in weighed)
        yield _Matter(f"第{speech.number_words(str(number))}件", part, short, brief, weighed, deadline)


def _short_and_deadline(part: Answer) -> tuple[_Told, str]:
    """The short answer and the deadline that must be said beside it, if any; a short answer that says it says it all at once.

    A reply that is no answer says where else to turn, all of it.
    """
    opening, more = _told(part.short)
    urgent = most_urgent(_lines_of(part, "deadline")) or ""
    by = _told(urgent).opening if days(urgent) < inf else ""
    if part.outcome != "answered" or (is_said(by, opening + more) and not is_said(by, opening)):
        return _Told(opening + more, ""), ""
    return _Told(opening, more), urgent if by and not is_said(by, opening) else ""


def _spoken_several(answer: Answer) -> str:
    """Each matter by its name with the first sentence of its short answer, its law and its cautions; then the deadline that ends first.

    Where there is time the other deadlines come too, then the rest of the short answers, then which of two rules counts. All else
    comes after the question, each matter from its first step.
    """
    matters = list(_matters(answer))
    opening = _sentence(answer.short.partition("\n")[0])
    left = SEVERAL_FIRST_PART_S - speech.seconds(opening + "".join(matter.in_short(()) for matter in matters))
    named: dict[str, list[str]] = {}
    for matter in sorted((matter for matter in matters if matter.deadline), key=lambda matter: days(matter.deadline)):
        named.setdefault(_told(matter.deadline).opening, []).append(matter.name)
    remember = {opening: f"{'和'.join(names)}，{opening}" for opening, names in named.items()}
    explained = [*(matter.short.more for matter in matters), *(words for matter in matters for words in matter.weighed)]
    chosen: set[str] = set()
    for words in [*remember, *filter(None, explained)]:
        time = speech.seconds(remember.get(words, words))
        # One deadline is always said.
        if (words in remember and not chosen) or time <= left:
            chosen.add(words)
            left -= time
    deadlines = [remember[words] for words in remember if words in chosen]
    first = [opening, *(matter.in_short(chosen) for matter in matters), _titled(REMEMBER, deadlines), _spoken_label(answer)]
    rest = [block for matter in matters for block in _under(matter.title, matter.rest(chosen))]
    return _two_parts(first, f"{GO_ON}怎么办？", [*rest, _asked_next("您可能还想问", answer)])


def _under(title: str, blocks: Iterable[str]) -> list[str]:
    """The blocks that say something, *title* in front of the first: by then its short answer was said minutes ago."""
    first, *others = [block for block in blocks if block] or [""]
    return [title + first, *others] if first else []


def _spoken_rest(answer: Answer, steps: str, deadlines: Iterable[_Told]) -> list[str]:
    """What is said after the question whether to go on, with what is left of the *steps* and the *deadlines*."""
    return [
        *(_enumerated(SPOKEN_TITLES[kind], _told_of(answer, kind)) for kind in ("reasons", "documents", "where")),
        steps,
        _enumerated(SPOKEN_TITLES["deadline"], deadlines),
        *(_enumerated(SPOKEN_TITLES[kind], _told_of(answer, kind)) for kind in ("refusal", "mistakes", "calculation")),
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
    return _two_parts(first, f"{GO_ON}下去？", ["".join(wording[len(told) :])])


def _two_parts(first: Sequence[str], question: str, rest: Sequence[str]) -> str:
    told, more = [part for part in first if part], [part for part in rest if part]
    return "\n\n".join([*told, question, *more] if more else told)


def in_two(spoken: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs of a spoken text up to the question whether to go on, and those after it."""
    paragraphs = spoken.split("\n\n")
    first = next((place for place, one in enumerate(paragraphs, start=1) if one.startswith(GO_ON)), len(paragraphs))
    return paragraphs[:first], paragraphs[first:]


def _sentence(text: str) -> str:
    """*text* in words, closed with a stop."""
    said = speech.say(text)
    return said if not said or said.endswith(("。", "？", "！", "。”", "？”", "！”")) else said.rstrip("，、：") + "。"


def _told(item: str) -> _Told:
    """Split a line after its first sentence and whatever limits that sentence."""
    item = re.sub(r"^误：(.*?。)\s*正：", r"有人说，\1这不对。", item)
    pieces = sentences(item)
    end = next((place for place in range(1, len(pieces)) if not pieces[place].startswith(LIMITING)), len(pieces))
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


def _deadlines_left(answer: Answer, told: str | None) -> Iterator[_Told]:
    """The deadlines but for the opening of the one that was *told*."""
    for item in _lines_of(answer, "deadline"):
        line = _told(item)
        if item != told:
            yield line
        elif line.more:
            yield _Told("", line.more)


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
    if note.startswith((saying.TAKEN, saying.MIND)):
        return True
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
