"""When to heed an emergency that no rule of `triage` spells out, learned from `emergencies.yaml` (`classifier.alarm`). Pure."""

from __future__ import annotations

from assistant.text import bare
from assistant.types import Alarm

# How much more probably an emergency than something calm it must be, −1 to 1. A guide that fits well (its score, see `ranking`) is seldom
# found for a cry for help; one that hardly fits, or none, takes little from anybody: there a quarter, or a fourteenth, of probability is
# enough. What is surely about something else (clams, a divorce: `Foreign.margin`) must be as probably a cry as not. Found on the dev half
# of the cases: of 77 emergencies it and the rules of `triage` hear 70, and take 6 of 902 calm messages for one.
FIRM = 0.15
ALARM = 0.3
ALARM_HARDLY_FITS = -0.5
ALARM_UNANSWERED = -0.85
SURELY_FOREIGN, ALARM_FOREIGN = 0.5, 0.0
# So few characters hint at anything: what is learned from hints must be sure of them, or asks whether somebody is in danger; and what
# ends a talk (可能吧, 烦死了) is no hint yet.
SHORT, ALARM_SHORT, ALARM_SHORT_UNANSWERED = 8, 0.9, -0.65
_ALARM_REPLIES = {"self_harm": "crisis_self_harm", "injury_now": "crisis_injury", "violence": "crisis_violence"}


def heed(alarm: Alarm | None, text: str, *, fit: float | None, foreign: float = 0.0) -> str | None:
    """Return the id of the reply that what was learned from `emergencies.yaml` calls for after *text*, or None.

    *fit* is the score of the guide that would be told, None where there is none; *foreign* how much more probably *text* is about
    something that no guide answers than ours, −1 to 1. Of a few characters that no guide answers (就这样吧)
    it is asked whether somebody is in danger: the reply names the numbers all the same.

    The rules of `triage` come first and need nothing else; this hears what no rule spells out.
    """
    is_short = fit is None and len(bare(text)) <= SHORT
    unanswered = ALARM_SHORT_UNANSWERED if is_short else ALARM_FOREIGN if foreign >= SURELY_FOREIGN else ALARM_UNANSWERED
    bound = unanswered if fit is None else ALARM if fit >= FIRM else ALARM_HARDLY_FITS
    if alarm is None or alarm.margin < bound:
        return None
    if is_short and alarm.margin < ALARM_SHORT:
        return "clarify_danger"
    return _ALARM_REPLIES[alarm.kind]


def may_be_emergency(alarm: Alarm | None) -> bool:
    """Say whether `heed` may call for an emergency reply, whatever is found."""
    return alarm is not None and alarm.margin >= min(ALARM, ALARM_HARDLY_FITS, ALARM_UNANSWERED)
