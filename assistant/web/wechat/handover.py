"""A person is wanted: when that is, opening the case, and what the worker is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import structlog

from assistant import wechat_cases
from assistant.errors import StoreUnavailable
from assistant.rendering import FIXED_LABEL
from assistant.store import StoredAnswer
from assistant.types import Answer, Place
from assistant.web.wechat import intents
from assistant.web.wechat.channel import Channel
from assistant.web.wechat.phrases import fixed
from assistant.wechat_cases import Reason, Turn
from assistant.wechat_messages import Row

log = structlog.get_logger(__name__)

# The place of `places.yaml` whose hours are those in which people of the union read what comes here.
SEATS = "wechat-seats"
FAILED_IN_A_ROW = 3
TURNS_KEPT = 20
LOOK_BACK = timedelta(hours=24)
SAME_MATTER = timedelta(minutes=30)
_NO_ANSWER = frozenset({"handed_over_outside", "handed_over_near", "handed_over_broken", "handed_over_no_article", "clarify_vague"})
_SORRY = {"asked": "", "angry": "对不起，没有答好，让您着急了。", "failed": "对不起，连着几次都没有答上来。"}


def reason_for(text: str, answer: Answer, before: Sequence[StoredAnswer]) -> Reason | None:
    """Return why a person is wanted: asked for, anger at us, or the third message in a row (after *before*) without an answer."""
    if answer.outcome == "crisis":
        return None
    if answer.reply_id == intents.WANTED:
        return "asked"
    if intents.is_angry(text):
        return "angry"
    row = [*(kept.answer for kept in before), answer][-FAILED_IN_A_ROW:]
    return "failed" if len(row) == FAILED_IN_A_ROW and all(one.reply_id in _NO_ANSWER for one in row) else None


def recent(channel: Channel, subject: str) -> list[StoredAnswer]:
    """Return the answers of this matter before the one being made."""
    return channel.store().recent(subject, since=datetime.now(timezone.utc) - SAME_MATTER, limit=FAILED_IN_A_ROW - 1)


def open_case(channel: Channel, row: Row, reason: Reason, text: str) -> str | None:
    """Open a case with what was said in the last day; returns what the worker is told, None where it could not be opened."""
    if row.receiver is None:
        return None
    store = channel.store()
    try:
        kept = store.recent(row.subject, since=datetime.now(timezone.utc) - LOOK_BACK, limit=TURNS_KEPT)
        turns = [Turn(one.question, one.answer.short) for one in kept]
        transcript = turns if turns and turns[-1].said == text else [*turns, Turn(text, "")]
        number = wechat_cases.open_case(
            store, subject=row.subject, receiver=row.receiver, reason=reason, transcript=transcript, now=channel.clock()
        )
    except StoreUnavailable as error:
        log.error("wechat_case_not_opened", error=str(error))
        return None
    log.info("wechat_case_opened", number=number, reason=reason)
    return told(channel, reason, number)


def told(channel: Channel, reason: Reason, number: int) -> str:
    """Return what a worker whose case was opened is told: what happens next, in which hours, and the hotline."""
    assistant = channel.desk.assistant
    hours = staff_hours(assistant.library.knowledge.places if assistant.library else ())
    when = f"工作人员看消息的时间：{hours}。" if hours else "几点有人看，工会还没有确认时间，等不及就打 12351。"
    reply = assistant.replies["handed_over_case"]
    first, *others = fixed(reply).split("\n")
    return "\n".join((f"{_SORRY[reason]}{first}", f"· 记录号是 {number}。", f"· {when}", *others)) + FIXED_LABEL


def staff_hours(places: Sequence[Place]) -> str | None:
    """Return the hours in which people of the union answer here, None until the union has confirmed them."""
    return next((place.hours for place in places if place.id == SEATS and place.confirmed and place.hours), None)
