"""A question that goes on about the one before: searched for in several wordings, what that one found counts too. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant import dialogue, ranking
from assistant.library import Library
from assistant.ranking import Part
from assistant.types import Question, Signals

# How many questions before it are searched for once more, each in up to three wordings: with one the third question of a talk loses five
# points of recall and the fourth four, a third one gains the fourth less than one.
TURNS_SEARCHED = 2
_FIRST_WORDS = re.compile(r"[^，,：:（(、]+")


def searched(question: Question, search: Callable[[str], Signals], library: Library) -> list[Part]:
    """Search for *question* as it is meant after those before it, and return what each search says and counts.

    Turn by turn: what one question finds names the matter that the next is searched for with, and counts a little for its guides.
    """
    turns = (*question.history, question.text)
    parts: list[Part] = []
    for place in range(len(turns))[-TURNS_SEARCHED - 1 :]:
        wordings = dialogue.searched(turns[place], turns[:place], _matter(parts, question, library))
        own = parts_of(wordings, search)
        parts = [*own, *_faded(parts)] if dialogue.goes_on(turns[place], turns[:place]) else own
    return parts


def parts_of(wordings: Sequence[dialogue.Wording], search: Callable[[str], Signals]) -> list[Part]:
    """Search for each of the *wordings* of one question; which articles of a guide answer it is said by the question alone."""
    return [Part(search(wording.text), wording.share, decides=wording.alone) for wording in wordings]


def _faded(parts: Sequence[Part]) -> list[Part]:
    total = sum(part.share for part in parts)
    return [Part(part.signals, dialogue.BEFORE * part.share / total, own=False, decides=False) for part in parts]


def _matter(parts: Sequence[Part], question: Question, library: Library) -> str:
    """What people call the matter of the guide that leads in *parts*: its first keyword."""
    if not parts:
        return ""
    found = ranking.guide_hits(parts, library.guides)
    best = next((library.guides[hit.guide_id] for hit in found if library.tells(hit.guide_id, question)), None)
    if best is None:
        return ""
    return best.keywords[0] if best.keywords else _FIRST_WORDS.findall(best.title)[0]
