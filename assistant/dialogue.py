"""What a follow-up means: join it to the question before it where it cannot stand alone. Pure; state comes in as text."""

from __future__ import annotations

import re

from assistant import triage

_LEADS = re.compile(
    r"^(那么?|还有|另外|然后|接着|再问|继续|它|这个|这种|这样|上面|刚才|要是|如果|对方|他们?要|那我|那俺|多久|多少|几天|去哪|需要|要带|要准备|怎么算|咋算|能拿|可以吗|行吗|为什么|为啥)"
)
_TOPIC_CHANGE = re.compile(r"^(换个问题|另一个问题|还有个事|还想问个?别的|再问个别的|顺便问)")
_SHORT_CHARACTERS = 14
_LEANING_CHARACTERS = 30


def standalone(text: str, history: tuple[str, ...]) -> str:
    """Return the words to search for: *text*, with the question before it in front where *text* leans on it.

    A follow-up leans on its forerunner when it opens like one (那…, 还有…, 多久…), is a few words, or has no word of work.
    """
    if not history or _TOPIC_CHANGE.match(text):
        return text
    leans = bool(_LEADS.match(text)) and len(text) <= 3 * _SHORT_CHARACTERS
    without_matter = not triage.has_words_of_work(text) and len(text) <= _LEANING_CHARACTERS
    if not leans and not without_matter and not _is_bare(text):
        return text
    return f"{history[-1]} {text}"


def _is_bare(text: str) -> bool:
    """A few words without a matter of their own (要多久, 材料呢) cannot be searched."""
    return len(text) <= 6
