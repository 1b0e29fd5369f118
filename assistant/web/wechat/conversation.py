"""What is said to whom in the 公众号: each message once, the same reply to each resend, in time.

The platform cuts a request at 5 s and sends the same MsgId again, three requests in all. A message is committed to the database before
anything else (`wechat_messages`); whoever registers it makes the answer, apart from any request, and every request for it waits. Where
the answer takes too long, `delivery.decide` says what the request does, and the answer goes its own way. A sweep takes up what a process
that died left lying, at the start and every few seconds.

Bubbles sent in a row are one question: the first one's reply answers it, the others are acknowledged in silence. So there is one reply
to one question, and it is a resend of the first that brings it again.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from assistant import clock, triage, wechat_messages
from assistant.errors import StoreUnavailable
from assistant.privacy import mask
from assistant.text import normalise
from assistant.types import Answer, Question
from assistant.web.wechat import answers, delivery, intents, phrases
from assistant.web.wechat.answers import More
from assistant.web.wechat.channel import Channel, told
from assistant.web.wechat.messages import Message, body_of
from assistant.web.wechat.parts import bubble
from assistant.web.wechat.render import reply_text
from assistant.wechat_messages import Arrival, Entry, Made, Row

log = structlog.get_logger(__name__)

# No text of ours begins so (PostgreSQL takes no NUL): the gate sends the message on to the platform's own seats.
TRANSFER = "\ue000transfer_customer_service"
PURGE_EVERY_S = 3600.0
_SAID_TO = {"busy": phrases.TOO_MANY, "fast": phrases.TOO_FAST}


async def reply_to(message: Message, channel: Channel, arrived: float) -> str | None:
    """Return the text to send for *message*, None where nothing is to be said; *arrived* is when the request came (monotonic)."""
    if message.is_unsubscribe:
        await _forgotten(message, channel, arrived)
        return None
    body = body_of(message)
    if body is None:
        return None
    if message.kind == "text" and _is_emergency(message.content):
        # An emergency waits for no database and no limit; said twice, it gets the same words twice.
        return await channel.at_once(_emergency, message, channel, body)
    try:
        return await _once(message, channel, body, arrived)
    except StoreUnavailable as error:
        log.error("wechat_without_database", error=str(error))
        key = _stored_key(message, channel) if channel.knows_senders else ""
        if (said := channel.unsaved.get(key)) is not None:
            return said
        # Another process cannot tell a resend from a new message then; answering twice is better than not at all.
        text = await channel.in_workers(answers.without_database, channel, body)
        if key:
            channel.unsaved[key] = text
            channel.owe(key, lambda: _note(message, channel, body, key, text))
        return text


def _is_emergency(text: str) -> bool:
    return triage.classify(text).outcome == "crisis"


# -- one request ---------------------------------------------------------------------------------------------------


async def _once(message: Message, channel: Channel, body: Mapping[str, Any], arrived: float) -> str | None:
    entry = await asyncio.to_thread(_register, message, channel, body)
    row = entry.row
    if entry.verdict == "joined" and entry.joined is not None and _is_emergency(str(entry.joined.body.get("text", ""))):
        await channel.db(wechat_messages.hurry, entry.joined.key, now=channel.clock())
    if row.reply is not None:
        return row.reply or None
    if entry.verdict == "repeated":
        waited = channel.clock() - row.received_at
        return await channel.db(wechat_messages.settle, row.key, phrases.still_running(waited)) or None
    if entry.verdict in _SAID_TO:
        return await channel.db(wechat_messages.settle, row.key, _SAID_TO[entry.verdict]) or None
    if entry.is_mine:
        channel.spawn(answer_message(channel, row))
    return await _wait(channel, row, arrived, is_mine=entry.is_mine)


def _register(message: Message, channel: Channel, body: Mapping[str, Any], *, kind: str | None = None) -> Entry:
    asks = body["kind"] == "text"
    # What picks from an answer, or asks for more of it, is whole however short it is.
    gathers = asks and message.kind == "text" and "article" not in body and intents.is_unfinished(message.content)
    arrival = Arrival(
        _stored_key(message, channel),
        channel.subject(message.sender),
        channel.seal(message.sender),
        body,
        kind or ("question" if asks else "other"),
        float(message.created),
        channel.pace.gather if gathers else 0.0,
        may_wait=not (asks and ("article" in body or intents.asks_nothing_new(message.content))),
    )
    return wechat_messages.register(
        channel.store(), arrival, owner=channel.owner, stale_after_s=channel.pace.stale_after, now=channel.clock()
    )


async def _wait(channel: Channel, row: Row, arrived: float, *, is_mine: bool) -> str | None:
    """Wait for the answer as long as this request may, and return its reply."""
    with channel.waiting(row.key) as ready:
        if is_mine:
            # Just registered: the work on it begins with the first wait.
            await _at_most(ready, min(channel.pace.answer_within, channel.pace.poll * 4))
        while True:
            ready.clear()
            if row.key in channel.unsaved:
                return channel.unsaved[row.key]
            found = await _as_it_is(channel, row.key)
            if found is None or found.reply is not None:
                return (found.reply or None) if found else None
            waited_s = time.monotonic() - arrived
            age_s = max(0.0, channel.clock() - found.received_at)
            within_s = delivery.answers_within(waited_s, age_s, channel.pace)
            is_late = waited_s >= within_s
            mode = await channel.slow_mode() if is_late else "retry"
            match delivery.decide(done=False, waited_s=waited_s, age_s=age_s, mode=mode, pace=channel.pace):
                case "let_go":
                    await channel.db(wechat_messages.let_go, row.key, way="push", reply="", now=channel.clock())
                case "apologise":
                    said = phrases.in_a_while()
                    await channel.db(wechat_messages.let_go, row.key, way="mailbox", reply=said, now=channel.clock())
                case "hang_up":
                    return None
                case _:
                    if not is_mine and await _taken_over(channel, found):
                        is_mine = True
                    until = within_s - waited_s if not is_late else channel.pace.poll
                    await _at_most(ready, min(max(until, 0.01), channel.pace.poll * (4 if is_mine else 1)))


async def _as_it_is(channel: Channel, key: str) -> Row | None:
    """Return the message as it is now, None where it is gone; an answer that is there becomes its reply."""
    if (replied := channel.replied.get(key)) is not None:
        return replied
    found = await channel.db(wechat_messages.find, key)
    if found is not None and found.reply is None and not found.is_open:
        return await channel.db(wechat_messages.hand_over, key, delivery.compose, now=channel.clock())
    return found


async def _at_most(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _taken_over(channel: Channel, row: Row) -> bool:
    """Take over the message of a process that died; says whether it was."""
    if abs(channel.clock() - row.claimed_at) <= channel.pace.stale_after:
        return False
    mine = await channel.db(
        wechat_messages.claim, row.key, owner=channel.owner, stale_after_s=channel.pace.stale_after, now=channel.clock()
    )
    if mine:
        channel.spawn(answer_message(channel, row))
    return mine


# -- the work behind the requests ----------------------------------------------------------------------------------


async def answer_message(channel: Channel, row: Row) -> None:
    """Answer a message that is ours, and see to it that the answer reaches its person."""
    if row.key in channel.working:
        # The clock jumped, and our own claim looked like a dead one's.
        return
    channel.working.add(row.key)
    try:
        begun = await _gathered(channel, row)
        if begun is None or not begun.is_open:
            return
        typing = asyncio.create_task(_typing(channel, begun))
        try:
            work = channel.with_pictures if begun.body.get("kind") == "image" else channel.in_workers
            wanted = await work(answers.make, channel, begun, await _budget_s(channel, begun))
            made = await _more(channel, begun, wanted) if isinstance(wanted, More) else wanted
        finally:
            typing.cancel()
        if isinstance(made, Made):
            await _finish(channel, begun, made)
        elif made is not None:
            await channel.db(wechat_messages.settle, row.key, TRANSFER)
    except StoreUnavailable as error:
        # Nobody renews the claim on it any more: a sweep takes it up again.
        log.error("wechat_message_left", error=str(error))
    except Exception as error:  # the message was accepted: it gets an answer whatever broke, and is not tried for ever
        log.error("wechat_reply_failed", **told(error))
        with contextlib.suppress(StoreUnavailable):
            await channel.db(wechat_messages.finish, row.key, Made((phrases.STILL_BUSY,)), compose=None, now=channel.clock())
    finally:
        channel.working.discard(row.key)
        channel.wake(row.key)


async def _gathered(channel: Channel, row: Row) -> Row | None:
    """Wait until no further bubble is to be expected; returns the whole message."""
    found: Row | None = row
    while found is not None and found.state == "new":
        left = (found.begins_at or 0.0) - channel.clock()
        await asyncio.sleep(min(max(left, 0.0), channel.pace.poll))
        found = await channel.db(wechat_messages.begin, row.key, owner=channel.owner, now=channel.clock())
    return found


async def _budget_s(channel: Channel, row: Row) -> float | None:
    """The time a language model may take: all of its own where the answer goes its own way, else what is left of the request's."""
    if not channel.settings.has_llm or row.way is not None or await channel.slow_mode() != "retry":
        return None
    age_s = max(0.0, channel.clock() - row.received_at)
    return None if age_s > channel.pace.requests_over else max(channel.pace.model_budget - age_s, channel.pace.model_budget / 4)


async def _typing(channel: Channel, row: Row) -> None:
    await asyncio.sleep(channel.pace.typing_after)
    await delivery.show_typing(channel, row)


async def _more(channel: Channel, row: Row, more: More) -> Made | None:
    """Show the next part of an earlier answer, waiting a little for it; returns what is to be said instead, if anything."""
    started = time.monotonic()
    while True:
        late_s = channel.pace.last_request_age
        pulled = await channel.db(wechat_messages.pull, row.key, delivery.compose, late_s=late_s, now=channel.clock())
        if pulled.verdict == "shown":
            return None
        if pulled.verdict == "nothing" or pulled.row is None:
            return more.made or await channel.in_workers(answers.ask, channel, row, more.ask, None, await _budget_s(channel, row))
        if time.monotonic() - started >= channel.pace.model_budget:
            said = phrases.still_running(channel.clock() - pulled.row.received_at)
            await channel.db(wechat_messages.settle, row.key, said)
            return None
        await asyncio.sleep(channel.pace.poll)


async def _finish(channel: Channel, row: Row, made: Made) -> None:
    """Keep the answer; where the database is out of reach for a while, a request that waits gets it all the same."""
    if row.key in channel.unsaved:
        return  # A request has said something else meanwhile, for want of the database: that is the answer.
    compose = delivery.compose if channel.is_awaited(row.key) else None
    try:
        kept = await channel.db(wechat_messages.finish, row.key, made, compose=compose, now=channel.clock())
    except StoreUnavailable as error:
        log.error("wechat_answer_not_kept", error=str(error))
        kept = None
        _say_from_memory(channel, row, made)
    if kept is not None and kept.reply is not None and channel.is_awaited(row.key):
        channel.replied[row.key] = kept
    channel.wake(row.key)
    if kept is not None and kept.state == "done" and kept.way == "push":
        await delivery.send(channel, kept)


def _say_from_memory(channel: Channel, row: Row, made: Made) -> None:
    """Say it from memory where a request waits, and owe the database the note of it; where none waits, the answer itself."""
    store, key = channel.store, row.key
    if not channel.is_awaited(key):
        channel.owe(key, lambda: wechat_messages.finish(store(), key, made, compose=None, now=channel.clock()))
        return
    text = bubble(made.parts[0], made.label)
    channel.unsaved[key] = text
    channel.owe(key, lambda: wechat_messages.settle(store(), key, text))


def _note(message: Message, channel: Channel, body: Mapping[str, Any], key: str, text: str) -> None:
    """Keep what was said of a message without the database: it is answered, and nobody answers it again."""
    _register(message, channel, body, kind="other")
    wechat_messages.settle(channel.store(), key, text)


async def keep_going(channel: Channel) -> None:
    """Take up what lies there, from the start on: messages whose process died, and answers that no request will fetch."""
    purged_at = float("-inf")
    beating = asyncio.create_task(_beat(channel))
    try:
        while True:
            try:
                full = await _sweep(channel)
                if time.monotonic() - purged_at >= PURGE_EVERY_S:
                    await channel.db(wechat_messages.purge, now=channel.clock())
                    purged_at = time.monotonic()
            except StoreUnavailable as error:
                full = False
                log.warning("wechat_not_swept", error=str(error))
            await asyncio.sleep(channel.pace.poll if full else channel.pace.sweep_every)
    finally:
        beating.cancel()


async def _sweep(channel: Channel) -> bool:
    """Take up once; says whether there may be more."""
    pace = channel.pace
    swept = await channel.db(
        wechat_messages.sweep, owner=channel.owner, stale_after_s=pace.stale_after, over_after_s=pace.requests_over, now=channel.clock()
    )
    for row in swept.taken:
        channel.spawn(answer_message(channel, row))
    for row in swept.due:
        channel.spawn(_send(channel, row))
    return len(swept.taken) == wechat_messages.MOST_TAKEN or len(swept.due) == wechat_messages.MOST_TAKEN


async def _send(channel: Channel, row: Row) -> None:
    try:
        await delivery.send(channel, row)
    except StoreUnavailable as error:
        log.error("wechat_message_left", error=str(error))


async def _beat(channel: Channel) -> None:
    """Show other processes that this one is alive."""
    while True:
        await asyncio.sleep(channel.pace.beat_every)
        if at_work := channel.at_work:
            with contextlib.suppress(StoreUnavailable):
                await channel.db(wechat_messages.beat, at_work, owner=channel.owner, now=channel.clock())


# -- emergencies, and whoever leaves -------------------------------------------------------------------------------


def _emergency(message: Message, channel: Channel, body: Mapping[str, Any]) -> str:
    question = Question(message.content, clock.today(), channel="wechat")
    answer = replace(channel.desk.assistant, history=None).ask(question)
    channel.metrics.count("wechat", answer)
    text = reply_text(answer)
    threading.Thread(target=_keep, args=(message, channel, body, question, answer, text), daemon=True).start()
    return text


def _keep(message: Message, channel: Channel, body: Mapping[str, Any], question: Question, answer: Answer, text: str) -> None:
    """Keep an emergency once, after it was answered."""
    try:
        store = channel.store()
        entry = _register(message, channel, body, kind="emergency")
        if entry.verdict == "mine" and entry.row.reply is None:
            masked = replace(question, text=mask(normalise(question.text)), subject=entry.row.subject)
            wechat_messages.record(store, entry.row.key, owner=channel.owner, question=masked, answer=answer)
            wechat_messages.settle(store, entry.row.key, text)
    except StoreUnavailable as error:
        log.error("emergency_not_recorded", error=str(error))


async def _forgotten(message: Message, channel: Channel, arrived: float) -> None:
    """Delete what is kept of a person who unsubscribes, as the platform demands.

    Where the database is out of reach, that is owed; and nothing is acknowledged before it is done: the platform cuts, and sends it again.
    """
    if not channel.knows_senders:
        return  # nothing was ever kept of anybody
    subject, left_at = channel.subject(message.sender), float(message.created)
    told = channel.owe(f"left:{subject}", lambda: wechat_messages.forget(channel.store(), subject, left_at=left_at))
    await _at_most(told, max(0.0, channel.pace.hold_until - (time.monotonic() - arrived)))


def _stored_key(message: Message, channel: Channel) -> str:
    """The key under which the message is kept: events name their sender, so theirs is hashed as well."""
    return message.key if message.kind != "event" else "event:" + channel.subject(message.key)
