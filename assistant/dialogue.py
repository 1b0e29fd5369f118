"""What a follow-up means: join it to the question before it where it cannot stand alone. Pure; state comes in as text."""

from __future__ import annotations

import re

from assistant import triage

_LEADS = re.compile(
    r"^(那么?|还有|另外|然后|接着|再问|继续|它|这个|这种|这样|上面|刚才|要是|如果|对方|他们?要|那我|那俺|多久|多少|几天|去哪|需要|要带|要准备|怎么算|咋算|能拿|可以吗|行吗|为什么|为啥)"
)
_TOPIC_CHANGE = re.compile(r"^(换个问题|另一个问题|还有个事|还想问个?别的|再问个别的|顺便问)")
_MASK = re.compile(r"\[[^\[\]]{1,8}\]")
_SHORT_CHARACTERS = 14
_LEANING_CHARACTERS = 30


# What each wording of a follow-up counts for in the search: of a dozen tried on the follow-ups of both halves of the cases; those near
# them give the same within a point.
TOGETHER, ALONE, BEFORE = 1.0, 0.5, 0.3
BEFORE_A_WHOLE_QUESTION = 0.4
# The same for one of several questions of a message, with what the message tells in front. With full weight 没签合同 would lead
# 社保能补吗 to the contract; without any, 能辞退我吗 would no longer know of the pregnancy.
TOLD_TOGETHER = 0.5


def searched(text: str, history: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Return what to search for and what each counts, the first being what *text* asks, put together (`standalone`).

    A follow-up is searched for together with what it leans on, alone, and what went before alone: neither the old matter nor the
    few new words may drown the other. A question that could stand alone may still go on about the matter before it.
    """
    text, history = _without_masks(text), tuple(map(_without_masks, history))
    whole = standalone(text, history)
    if not history or _TOPIC_CHANGE.match(text):
        return ((whole, 1.0),)
    before = standalone(history[-1], history[:-1])
    if whole == text:
        return ((whole, 1.0), (before, BEFORE_A_WHOLE_QUESTION))
    return ((whole, TOGETHER), (text, ALONE), (before, BEFORE))


def beside(words: str, told: str) -> tuple[tuple[str, float], ...]:
    """Return what to search for and what each counts for *words*, one question of a message that tells *told*; empty for no *told*."""
    words = _without_masks(words)
    return ((words, 1.0), (f"{_without_masks(told)}{words}", TOLD_TOGETHER)) if told else ()


def standalone(text: str, history: tuple[str, ...]) -> str:
    """Return *text* with the questions it leans on in front: the one before it, and the one that began the matter.

    A follow-up leans on its forerunner when it opens like one (那…, 还有…, 多久…), is a few words, or has no word of work.
    """
    thread = [text]
    while history and _leans(thread[0]):
        thread.insert(0, history[-1])
        history = history[:-1]
    return " ".join((thread[0], *thread[1:][-2:]))


def _without_masks(text: str) -> str:
    """Leave out what stands for somebody's name or number (`privacy.mask`): it belongs to no matter."""
    return _MASK.sub("", text).strip() or text


def _leans(text: str) -> bool:
    if _TOPIC_CHANGE.match(text):
        return False
    opens = bool(_LEADS.match(text)) and len(text) <= 3 * _SHORT_CHARACTERS
    without_matter = not triage.has_words_of_work(text) and len(text) <= _LEANING_CHARACTERS
    return opens or without_matter or _is_bare(text)


def _is_bare(text: str) -> bool:
    """A few words without a matter of their own (要多久, 材料呢) cannot be searched."""
    return len(text) <= 6
