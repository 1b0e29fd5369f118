"""How an answer reaches its person: as the reply to a request, by push, or from the mailbox with whatever they send next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import structlog

from assistant import wechat_messages
from assistant.errors import PlatformError
from assistant.web.wechat.channel import Channel, Pace, SlowMode
from assistant.web.wechat.parts import EARLIER, LIMIT, WAITING, bubble, going_on
from assistant.wechat_messages import Row, Shown

log = structlog.get_logger(__name__)

# The platform takes so many after a message of the person's.
MOST_PUSHED = 5
_BETWEEN = "\n\n"


def decide(
    *, done: bool, waited_s: float, age_s: float, mode: SlowMode = "retry", pace: Pace | None = None
) -> Literal["reply", "wait", "let_go", "apologise", "hang_up"]:
    """Return what a request does now: *waited_s* since it came, *age_s* since the message was first seen.

    Which of the three it is, is told by how old the message was when it came: requests get lost on the way, so they are not counted.

    `let_go`: acknowledge, the answer is pushed. `apologise`: say how to get it later. `hang_up`: the platform has cut and sends again.
    """
    pace = pace or Pace()
    if done:
        return "reply"
    if waited_s >= answers_within(waited_s, age_s, pace):
        if mode == "push":
            return "let_go"
        if mode == "pull" or is_last(waited_s, age_s, pace):
            return "apologise"
    return "hang_up" if waited_s >= pace.hold_until else "wait"


def is_last(waited_s: float, age_s: float, pace: Pace) -> bool:
    """Return whether no further request comes after the one that has waited *waited_s*."""
    return age_s - waited_s >= pace.last_request_age


def answers_within(waited_s: float, age_s: float, pace: Pace) -> float:
    """Return how long a request may wait for the answer, in seconds since it came."""
    return pace.answer_within - (pace.last_margin if is_last(waited_s, age_s, pace) else 0.0)


def compose(own: Row | None, mail: Sequence[Row]) -> Shown:
    """Return one bubble: what lay in the mailbox, then the answer *own*, as much as goes in; the rest comes for 1.

    Where *own* is None the first of *mail* was asked for.
    """
    rows = [*mail, own] if own is not None else list(mail)
    text, marks = "", {}
    for place, row in enumerate(rows):
        is_last = place == len(rows) - 1
        part, more = row.parts[row.shown], row.unseen > 1
        above = EARLIER if own is not None and row is not own and row.kind != "case" else ""
        piece = bubble(part, row.label, below=going_on(row.offers, row.shown) if more else "", above=above)
        if not is_last and not more and not _fits(text, piece, _next_piece(rows[place + 1], own)):
            piece = bubble(part, row.label, below=WAITING, above=above)
        if text and not _fits(text, piece):
            break
        text, marks[row.key] = f"{text}{_BETWEEN}{piece}" if text else piece, row.shown + 1
        if more:
            break
    return Shown(text, marks)


def _next_piece(row: Row, own: Row | None) -> str:
    above = EARLIER if row is not own and row.kind != "case" else ""
    return bubble(row.parts[row.shown], row.label, below=going_on(row.offers, row.shown) if row.unseen > 1 else WAITING, above=above)


def _fits(*pieces: str) -> bool:
    return len(_BETWEEN.join(filter(None, pieces)).encode()) <= LIMIT


async def send(channel: Channel, row: Row) -> None:
    """Push an answer that no request waits for, with what lies in the mailbox; where that is not possible it lies there too."""
    if not await channel.may_push():
        await channel.db(wechat_messages.to_mailbox, row.key)
        return
    earlier = await channel.db(wechat_messages.mailbox, row.subject)
    left = MOST_PUSHED
    for one in (*(other for other in earlier if other.key != row.key), row):
        taken = await channel.db(wechat_messages.begin_push, one.key, owner=channel.owner, now=channel.clock())
        if taken is None:
            continue
        channel.pushing.add(one.key)
        try:
            pushed = await _push(channel, taken, left, above="" if one.key == row.key or one.kind == "case" else EARLIER)
        finally:
            channel.pushing.discard(one.key)
        if pushed is None:
            await channel.db(wechat_messages.to_mailbox, taken.key)
            await channel.db(wechat_messages.to_mailbox, row.key)
            return
        left -= pushed


async def _push(channel: Channel, row: Row, most: int, *, above: str) -> int | None:
    """Push up to *most* parts, noting each; returns how many went, None where the platform would not take one."""
    openid = channel.unseal(row.receiver)
    if openid is None or channel.client is None or not most:
        return None
    last = min(len(row.parts), row.shown + most)
    for place in range(row.shown, last):
        below = going_on(row.offers, place) if place == last - 1 and last < len(row.parts) else ""
        try:
            await channel.client.send_text(
                openid, bubble(row.parts[place], row.label, below=below, above=above if place == row.shown else "")
            )
        except PlatformError as error:
            log.warning("wechat_push_refused", reason=str(error.reason), code=error.code)
            return None
        await channel.db(wechat_messages.note_pushed, row.key, place + 1, is_over=place == last - 1, now=channel.clock())
    return last - row.shown


async def show_typing(channel: Channel, row: Row) -> None:
    """Show 正在输入. Refused or taken, it tells whether we may push at all, before an answer depends on it."""
    openid = channel.unseal(row.receiver)
    if channel.client is None or openid is None or not await channel.may_push():
        return
    try:
        await channel.client.show_typing(openid)
    except PlatformError as error:
        log.info("wechat_typing_refused", reason=str(error.reason), code=error.code)
