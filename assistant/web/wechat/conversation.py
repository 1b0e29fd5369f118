"""What is said to whom in the 公众号: each message once, the same reply to each resend, in time.

The platform cuts a request at 5 s and sends the same MsgId again, three requests in all. A message is registered in the
database before anything else; whoever registers it makes the reply, every other request for it waits for that reply.
`decide` is where a later way of sending slow answers (push, mailbox) joins in.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal

import structlog

from assistant import triage
from assistant.build import subject_of
from assistant.errors import StoreUnavailable
from assistant.privacy import mask
from assistant.rendering import FIXED_LABEL
from assistant.store import Store, Thread
from assistant.text import normalise
from assistant.types import Answer, Question
from assistant.web.wechat.render import reply_text

log = structlog.get_logger(__name__)

ANSWER_WITHIN_S = 4.5
MODEL_BUDGET_S = 3.6
HOLD_UNTIL_S = 6.0
LAST_REQUEST_AGE_S = 9.0
TAKE_OVER_AFTER_S = 5.0
REMEMBER = timedelta(minutes=30)
POLL_S = 0.1

ONLY_TEXT = "现在只能看懂文字，请把您的问题打字发给我。急事打 12351，有人受伤打 120。" + FIXED_LABEL
STILL_BUSY = "还没有查完，对不起。请过一分钟把问题再发一次，或者直接打 12351。" + FIXED_LABEL


@dataclass(frozen=True, slots=True)
class Message:
    """One message or event as the platform sends it; all fields are text."""

    sender: str
    recipient: str
    kind: str
    created: str
    message_id: str = ""
    content: str = ""
    event: str = ""
    event_key: str = ""

    @property
    def key(self) -> str:
        """What makes the message itself: MsgId, and for events sender, time, event and key (platform rule)."""
        if self.kind == "event":
            return f"event:{self.sender}:{self.created}:{self.event}:{self.event_key}"[:160]
        return f"message:{self.message_id}"


def decide(*, done: bool, waited_s: float, age_s: float) -> Literal["reply", "wait", "apologise", "hang_up"]:
    """Return what a request does now: *waited_s* since it came, *age_s* since the message was first seen."""
    if done:
        return "reply"
    if age_s >= LAST_REQUEST_AGE_S and waited_s >= ANSWER_WITHIN_S:
        return "apologise"
    if waited_s >= HOLD_UNTIL_S:
        return "hang_up"
    return "wait"


async def reply_to(message: Message, state: Any, arrived: float) -> str | None:
    """Return the text to send for *message*, None where nothing is to be said."""
    if message.kind == "event" and message.event.lower() == "unsubscribe":
        await asyncio.to_thread(_forget, message, state)
        return None
    if message.kind == "event" and message.event.lower() != "subscribe":
        return None
    if message.kind == "text" and triage.classify(message.content).outcome == "crisis":
        # An emergency waits for no database; said twice, it gets the same words twice.
        return await asyncio.to_thread(_emergency, message, state)
    try:
        return await _once(message, state, arrived)
    except StoreUnavailable as error:
        # Without a database a resend cannot be told from a new message; answering twice is better than not at all.
        log.error("wechat_without_database", error=str(error))
        return await asyncio.to_thread(_reply, message, state, None, MODEL_BUDGET_S)


async def _once(message: Message, state: Any, arrived: float) -> str | None:
    store: Store = await asyncio.to_thread(state.history.store)
    subject = _subject(message, state)
    claim = await asyncio.to_thread(
        store.claim, _stored_key(message, state), subject=subject, owner=state.owner, stale_after_s=TAKE_OVER_AFTER_S
    )
    if claim.reply is not None:
        return claim.reply
    if claim.is_mine:
        # Not tied to the request: the platform may hang up, the reply is still wanted for the resend.
        task = asyncio.create_task(asyncio.to_thread(_make, message, state, store, subject))
        _running.add(task)
        task.add_done_callback(_running.discard)
    while True:
        reply = await asyncio.to_thread(store.find_reply, _stored_key(message, state))
        match decide(done=reply is not None, waited_s=time.monotonic() - arrived, age_s=time.time() - claim.received_at):
            case "reply":
                return reply
            case "apologise":
                return STILL_BUSY
            case "hang_up":
                return None
            case "wait":
                await asyncio.sleep(POLL_S if not claim.is_mine else POLL_S / 5)


_running: set[asyncio.Task[str]] = set()


def _make(message: Message, state: Any, store: Store, subject: str) -> str:
    try:
        reply = _reply(message, state, subject, MODEL_BUDGET_S)
    except Exception:  # the message was accepted: it gets an answer whatever broke
        log.exception("wechat_reply_failed")
        reply = STILL_BUSY
    return store.settle(_stored_key(message, state), reply)


def _reply(message: Message, state: Any, subject: str | None, budget_s: float) -> str:
    desk, settings = state.desk, state.settings
    if message.kind == "event":
        return _welcome(desk.assistant.replies)
    if message.kind != "text":
        return ONLY_TEXT
    before = _before(state, subject)
    question = Question(
        message.content,
        date.today(),
        history=before.history,
        channel="wechat",
        subject=subject,
        budget_s=budget_s,
        asked=before.asked,
        open_fork=before.open_fork,
    )
    answer = desk.assistant.ask(question)
    state.metrics.count("wechat", answer)
    return reply_text(answer, settings.public_base_url)


def _emergency(message: Message, state: Any) -> str:
    question = Question(message.content, date.today(), channel="wechat")
    answer = replace(state.desk.assistant, history=None).ask(question)
    state.metrics.count("wechat", answer)
    threading.Thread(target=_keep, args=(message, state, question, answer), daemon=True).start()
    return reply_text(answer, state.settings.public_base_url)


def _keep(message: Message, state: Any, question: Question, answer: Answer) -> None:
    """Keep an emergency once, after it was answered."""
    try:
        store, subject = state.history.store(), _subject(message, state)
        claim = store.claim(_stored_key(message, state), subject=subject, owner=state.owner, stale_after_s=TAKE_OVER_AFTER_S)
        if claim.is_mine:
            store.record(replace(question, text=mask(normalise(question.text)), subject=subject), answer)
            store.settle(_stored_key(message, state), reply_text(answer, ""))
    except StoreUnavailable as error:
        log.error("emergency_not_recorded", error=str(error))


def _welcome(replies: Any) -> str:
    welcome = replies["welcome"]
    return "\n".join((welcome.short, *(f"· {line}" for line in welcome.lines)))


def _before(state: Any, subject: str | None) -> Thread:
    if subject is None:
        return Thread()
    store: Store = state.history.store()
    return store.thread(subject, since=datetime.now(timezone.utc) - REMEMBER)


def _forget(message: Message, state: Any) -> None:
    """Delete what is kept of a person who unsubscribes, as the platform demands."""
    try:
        state.history.store().forget(_subject(message, state))
    except StoreUnavailable as error:
        log.error("wechat_not_forgotten", error=str(error))


def _subject(message: Message, state: Any) -> str:
    if state.secret_key is None:
        raise StoreUnavailable("没有密钥，不能登记发信人")
    return subject_of(state.secret_key, message.sender)


def _stored_key(message: Message, state: Any) -> str:
    """The key under which the message is kept: events name their sender, so theirs is hashed as well."""
    return message.key if message.kind != "event" else "event:" + subject_of(state.secret_key or b"", message.key)
