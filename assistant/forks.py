"""Forks: a fact the question leaves out and the answer turns on. When to ask it back, what a reply to it means. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from assistant import dialogue, ranking
from assistant.composing import Composed
from assistant.passages import Figures
from assistant.skills.heard import own_words
from assistant.text import bare
from assistant.types import AsksBack, Choice, Draft, Fork, GuideHit, Question, SearchResult, Section

# How near the best guide's score another guide of the fork must come, and how long a question may be: a long story tells its facts in
# its own words. Of 1,851 answered asks that an index did not know (2,000 taken out of `phrasings/` before it was built) these ask back
# 7 in 100, of which the best guide is wrong for 53 in 100 (for 34 of all), and half of those a choice puts right.
NEAR, NEAR_FEW_WORDS = 0.65, 0.45
FEW_CHARACTERS = 8
LONGEST_ASKED = 40
RIVALS = 5
LONGEST_REPLY = 16
CITATIONS_OF_A_CASE = 2
IT_DEPENDS = "这要看是哪一种情况，下面分开说，您对着看。"
_NUMBER = re.compile(r"(?:选|第|我选|回复)?([1-6一二三四五六])(?:个|种|项|条)?(?:吧|的)?")
_UNKNOWN = re.compile(
    r"(?:我|俺|这个?)?(?:也|都|还|实在)?(?:不太?|说不|弄不|搞不|记不|想不|分不|拿不)(?:知道|清楚|清|准|明白|懂|得|起来|了)(?:了|是?哪一?[个种样]|啊|呀|呢|咋回事)*|不好说|忘了|都不是|没数|不晓得|木知道"
)
_ASKS = re.compile(r"[?？]|吗|怎么|咋|多少|多久|几[个天年级]|什么|啥|哪|呢|能不能|行不行|算不算|为何|为啥")
_NOT = re.compile(r"(?:不是|不算|没有|并非|别|没|不|未|无)$")


class Reply(NamedTuple):
    """What a message says to an open fork: the choice it takes, None where the person does not know."""

    fork: Fork
    choice: Choice | None


class Meant(NamedTuple):
    """What a message asks, put in words of its own; what it replies to a fork; and what to search for where that is something else.

    `goes_on` says that it goes on with a sum (`skills`).
    """

    question: Question
    reply: Reply | None = None
    searched: Question | None = None
    goes_on: bool = False


def said(fork: Fork, text: str) -> list[Choice]:
    """Return the choices of *fork* that *text* already says, those it denies (不是辞退) left out."""
    words = bare(text)
    return [choice for choice in fork.choices if any(_says(words, bare(one)) for one in (choice.says, *choice.said_by))]


def _says(words: str, said_by: str) -> bool:
    at = words.find(said_by)
    while at >= 0:
        if not _NOT.search(words[:at]):
            return True
        at = words.find(said_by, at + 1)
    return False


def find_fork(result: SearchResult, text: str, forks: Sequence[Fork], *, asked: Collection[str] = ()) -> Fork | None:
    """Return the fork to ask back, None where the question says enough.

    It is one the best guide stands in, of which *text* (the question with what it leans on) says no side, that was not *asked* in this
    matter, and another of whose guides is found nearly as well; of several the one whose other guide is nearest.
    """
    length = len(bare(text))
    if not result.guides or length > LONGEST_ASKED:
        return None
    best, *others = result.guides[: RIVALS + 1]
    bound = best.score * (NEAR_FEW_WORDS if length <= FEW_CHARACTERS else NEAR)
    rivals = [hit for hit in others if hit.score >= bound]
    candidates = [
        (rival.score, fork)
        for fork in forks
        if fork.id not in asked and best.guide_id in fork.guides() and (rival := _rival(fork, best, rivals)) and not said(fork, text)
    ]
    return max(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _rival(fork: Fork, best: GuideHit, rivals: Sequence[GuideHit]) -> GuideHit | None:
    return next((hit for hit in rivals if hit.guide_id in fork.guides() and hit.guide_id != best.guide_id), None)


def asks_back(fork: Fork) -> AsksBack:
    """Return *fork* as an answer asks it."""
    return AsksBack(fork.id, fork.question, tuple(choice.says for choice in fork.choices))


def reply_to(fork: Fork, text: str) -> Reply | None:
    """Return what *text* says to *fork*: a choice by its words, its number or what it is said by, or that the person does not know.

    A longer message, or one that asks something itself, is a question of its own: None.
    """
    words = bare(text)
    if number := _NUMBER.fullmatch(words):
        place = "123456".find(number[1]) if number[1].isascii() else "一二三四五六".find(number[1])
        return Reply(fork, fork.choices[place]) if place < len(fork.choices) else None
    for choice in fork.choices:
        if words == bare(choice.says):
            return Reply(fork, choice)
    if len(words) > LONGEST_REPLY:
        return None
    if _UNKNOWN.fullmatch(words):
        return Reply(fork, None)
    chosen = said(fork, text)
    return Reply(fork, chosen[0]) if len(chosen) == 1 and not _ASKS.search(text) else None


def understand(
    question: Question,
    known: Sequence[Fork],
    asked_by: Callable[[Question], Fork | None],
    of_a_sum: Callable[[Question], str | None] = lambda _: None,
) -> Meant:
    """Return what *question* asks once the questions before it are taken in.

    A choice is added to the question it belongs to, a fact put right or added in it, "I don't know" leaves it as it was: so what was
    said first is never lost, and whoever reads only the texts knows all. Where the channel keeps no state, its history may hold such
    messages too, and *asked_by* says which fork the answer to a question asked back.
    """
    if question.asked is None:
        past: tuple[str, ...] = ()
        for text in question.history:
            turn = _understood(replace(question, text=text, history=past), known, asked_by, of_a_sum).question
            past = () if dialogue.begins_again(text) else (*turn.history, turn.text)
        question = replace(question, history=past)
    return _understood(question, known, asked_by, of_a_sum)


def _understood(
    question: Question,
    known: Sequence[Fork],
    asked_by: Callable[[Question], Fork | None],
    of_a_sum: Callable[[Question], str | None],
) -> Meant:
    text, history = question.text, question.history
    if not history:
        return Meant(question)
    if dialogue.changes_topic(text):
        return Meant(replace(question, history=(), asked=None if question.asked is None else (), open_fork=None))
    if told := of_a_sum(question):
        asked = replace(question, text=own_words(told), history=(), open_fork=None)
        return Meant(replace(asked, text=told), searched=asked, goes_on=True)
    before = dialogue.standalone(history[-1], history[:-1])
    fork = _open(question, known, asked_by)
    if fork is not None and (reply := reply_to(fork, text)):
        told = f"{before.rstrip('?？。！!，, ')}，{reply.choice.says}" if reply.choice else before
        return Meant(replace(question, text=told, history=(), open_fork=None), reply)
    if mended := dialogue.corrected(text, history):
        # Another figure is no other matter: it is looked for as it was before.
        same = dialogue.differ_in_figures_only(mended, history)
        as_before = replace(question, text=history[-1], history=history[:-1]) if same else None
        return Meant(replace(question, text=mended[-1], history=mended[:-1]), searched=as_before)
    if told_as := dialogue.with_status(text, history):
        return Meant(replace(question, text=told_as, history=()))
    return Meant(question)


def _open(question: Question, known: Sequence[Fork], asked_by: Callable[[Question], Fork | None]) -> Fork | None:
    """The fork that waits for a reply; worked out only for what could be one."""
    if question.asked is not None:
        return next((fork for fork in known if fork.id == question.open_fork), None)
    if not any(reply_to(fork, question.text) for fork in known):
        return None
    return asked_by(replace(question, text=question.history[-1], history=question.history[:-1]))


def lead(result: SearchResult, choice: Choice) -> SearchResult:
    """Return *result* with the guide that *choice* leads to in front, as near as the best one was."""
    top = result.guides[0].score if result.guides else 1.0
    own = next((hit.sources for hit in result.guides if hit.guide_id == choice.leads), ())
    others = tuple(hit for hit in result.guides if hit.guide_id != choice.leads)
    chosen = GuideHit(choice.leads, top, (*own, ("chosen", 1.0)))
    return replace(result, guides=(chosen, *others), lapsed=(), elsewhere=(), nearness=max(result.nearness, ranking.GUIDE_FLOOR))


def compose_cases(cases: Mapping[str, Composed], on: date) -> Composed:
    """Return one answer for a fork nobody knows the side of: what each guide says, under the words (*cases*' keys) it goes for."""
    lines = tuple(f"如果是“{says}”：{composed.draft.short}" for says, composed in cases.items())
    cited = {item.citation: item for composed in cases.values() for item in composed.draft.citations[:CITATIONS_OF_A_CASE]}
    notes = dict.fromkeys(note for composed in cases.values() for note in composed.draft.notes)
    draft = Draft(
        "cases",
        IT_DEPENDS,
        sections=(Section("cases", lines),),
        citations=tuple(cited.values()),
        guide_ids=tuple(dict.fromkeys(id_ for composed in cases.values() for id_ in composed.draft.guide_ids)),
        notes=tuple(notes),
    )
    used = {id_: figure for composed in cases.values() for id_, figure in composed.figures.used.items()}
    figures = Figures((), on)
    figures.used.update(used)
    passages = tuple(passage for composed in cases.values() for passage in composed.passages)
    return Composed(draft, passages, frozenset().union(*(composed.citations for composed in cases.values())), figures)
