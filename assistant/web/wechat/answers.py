"""The answer to one message: the Assistant's, an article's wording, a fixed sentence, or that more of an earlier answer is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

import structlog

from assistant import clock, papers, recognising, triage, wechat_messages
from assistant.citation import format_citation
from assistant.rendering import CIRCLED, FIXED_LABEL
from assistant.store import Thread
from assistant.text import normalise
from assistant.types import Answer, Citation, Question
from assistant.web.wechat import handover, intents, parts, phrases
from assistant.web.wechat.channel import Channel, told, welcome_facts
from assistant.web.wechat.pictures import read_picture
from assistant.wechat_messages import Made, Row

log = structlog.get_logger(__name__)

# So long after an answer 那多久呢 still belongs to it, and 1 or ① may still be typed after it.
REMEMBER = timedelta(minutes=30)
PICK_WITHIN_S = 24 * 3600.0


class More(NamedTuple):
    """More of an earlier answer is wanted. Where there is none, `made` says so, or *ask* is a question after all."""

    made: Made | None
    ask: str = ""


class Transfer(NamedTuple):
    """The platform's own seats take over."""


@dataclass(frozen=True)
class _Keeper:
    """Keeps an answer only as long as its message is still to be answered by this process: nothing of whoever left meanwhile."""

    channel: Channel
    key: str

    def record(self, question: Question, answer: Answer) -> str:
        return wechat_messages.record(self.channel.store(), self.key, owner=self.channel.owner, question=question, answer=answer)


def make(channel: Channel, row: Row, budget_s: float | None) -> Made | More | Transfer:
    """Return what the message *row* gets; whatever breaks, it gets something."""
    try:
        return _made(channel, row, budget_s)
    except Exception as error:  # the message was accepted: it gets an answer whatever broke
        log.error("wechat_reply_failed", **told(error))
        return Made((phrases.STILL_BUSY,))


def _made(channel: Channel, row: Row, budget_s: float | None) -> Made | More | Transfer:
    body = row.body
    match body.get("kind"):
        case "text":
            return _typed(channel, row, str(body.get("text", "")), budget_s)
        case "fixed":
            return Made((_fixed(channel, str(body["reply"])),))
        case "location" if "at" in body:
            library = channel.desk.assistant.library
            return Made((phrases.places(library.knowledge.places if library else (), body["at"]),))
        case "image" if "picture" in body and recognising.is_installed():
            return _picture(channel, str(body["picture"]))
    return Made((phrases.only_text(str(body.get("kind"))),))


def _picture(channel: Channel, address: str) -> Made:
    """What stands on a picture, for the person to check; a thread of the workers waits for it, no request does."""
    read = asyncio.run(read_picture(address, channel.settings))
    if isinstance(read, str):
        return Made(*parts.of_text(read, FIXED_LABEL))
    return Made(*parts.to_confirm(papers.confirmation(read), FIXED_LABEL, {"picture": papers.shown(read), "paper": read.kind}))


def _picture_checked(channel: Channel, row: Row, offers: Mapping[str, Any], before: Thread, *, is_right: bool) -> Made:
    """What is said once somebody has checked what was read; if it is right it counts as told, and the next question leans on it."""
    if not is_right:
        return Made((phrases.NOT_AS_READ,))
    short, suggestions = papers.confirmed(offers.get("paper"))
    today = clock.today()
    told = Question(
        normalise(str(offers["picture"])), today, history=before.history, channel="wechat", subject=row.subject, asked=before.asked
    )
    answer = Answer("clarify", short, today, told.region, suggestions=suggestions)
    _Keeper(channel, row.key).record(told, answer)
    return Made(*parts.write(answer))


def _typed(channel: Channel, row: Row, text: str, budget_s: float | None) -> Made | More | Transfer:
    store = channel.store()
    last = wechat_messages.last_shown(store, row.subject, since=channel.clock() - PICK_WITHIN_S)
    # Of an answer that was only promised nothing can be picked yet, nor what it asks be replied to.
    offers: Mapping[str, Any] = last.offers if last and last.shown else {}
    if place := row.body.get("article"):
        return _article(channel, int(place), offers)
    before = store.thread(row.subject, since=datetime.now(timezone.utc) - REMEMBER)
    if "picture" in offers and (is_right := intents.confirms(text)) is not None:
        return _picture_checked(channel, row, offers, before, is_right=is_right)
    has_more = last is not None and (last.is_open or last.unseen > 0)
    # The choices stand in the first part: while that is what was seen last, a number picks one.
    asks_back = before.open_fork is not None and (last is None or last.shown == 1 or not has_more)
    intent = intents.read(text, offers, has_more=has_more, asks_back=asks_back)
    if intent.kind == "more":
        return More(Made((phrases.NOTHING_LEFT,)) if intent.must else None, intent.text)
    if channel.settings.wechat_transfer_to_seats and triage.classify(intent.text).reply_id == intents.WANTED and row.way is None:
        return Transfer()
    return ask(channel, row, intent.text, before, budget_s)


def ask(channel: Channel, row: Row, text: str, before: Thread | None, budget_s: float | None) -> Made:
    """Return the Assistant's answer to *text*; where a person is wanted, a case is opened and the answer says so."""
    store = channel.store()
    before = before or store.thread(row.subject, since=datetime.now(timezone.utc) - REMEMBER)
    earlier = handover.recent(channel, row.subject)
    question = Question(
        text,
        clock.today(),
        history=before.history,
        channel="wechat",
        subject=row.subject,
        budget_s=budget_s,
        asked=before.asked,
        open_fork=before.open_fork,
    )
    answer = replace(channel.desk.assistant, history=_Keeper(channel, row.key)).ask(question)
    channel.metrics.count("wechat", answer)
    reason = handover.reason_for(text, answer, earlier)
    if reason and (said := handover.open_case(channel, row, reason, text)):
        return Made((said,))
    return Made(*parts.write(answer, channel.settings.public_base_url))


def without_database(channel: Channel, body: Mapping[str, Any]) -> str:
    """Return the reply where nothing can be kept: the first bubble of an answer that knows nothing of what was said before."""
    match body.get("kind"):
        case "text":
            question = Question(str(body["text"]), clock.today(), channel="wechat", budget_s=channel.pace.model_budget)
            answer = replace(channel.desk.assistant, history=None).ask(question)
            channel.metrics.count("wechat", answer)
            written = parts.write(answer)
            return parts.bubble(written.parts[0], written.label)
        case "fixed":
            return _fixed(channel, str(body["reply"]))
    return phrases.only_text(str(body.get("kind")))


def _fixed(channel: Channel, reply_id: str) -> str:
    """A reviewed reply; a button of an old menu may name one that is gone."""
    replies = channel.desk.assistant.replies
    if reply_id == "welcome" or reply_id not in replies:
        return phrases.welcome(replies, **welcome_facts(channel.settings))
    return phrases.fixed(replies[reply_id])


def _article(channel: Channel, place: int, offers: Mapping[str, Any]) -> Made:
    """The wording of an article of the last answer. It goes through the Assistant and its gate, but is no question of the matter."""
    citations = offers.get("citations", [])
    if not 0 < place <= len(citations):
        return Made((phrases.NO_ARTICLE,), "", {"citations": citations})
    citation = Citation(*citations[place - 1])
    question = Question(format_citation(citation), clock.today(), channel="wechat")
    answer = replace(channel.desk.assistant, history=None).ask(question)
    channel.metrics.count("wechat", answer)
    written = parts.write(replace(answer, suggestions=()), "")
    first, *others = written.parts
    return Made((f"{CIRCLED[place - 1]} {first}", *others), written.label, {"citations": citations})
