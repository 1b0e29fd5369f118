"""A message or event as the platform sends it, and what of it is kept: masked words, never the sender. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant import menu
from assistant.privacy import mask
from assistant.text import MAX_QUESTION_CHARACTERS, normalise
from assistant.web.wechat import intents

LONGEST_ADDRESS = 1000
# What lies behind it is not looked at: reading 64 KiB of telephone numbers would hold up everybody for a second.
LONGEST_CONTENT = 2 * MAX_QUESTION_CHARACTERS


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
    latitude: str = ""
    longitude: str = ""
    picture: str = ""

    @property
    def key(self) -> str:
        """What makes the message itself: MsgId, and for events sender, time, event and key (platform rule)."""
        if self.kind == "event":
            return f"event:{self.sender}:{self.created}:{self.event}:{self.event_key}"[:160]
        return f"message:{self.message_id}"

    @property
    def is_unsubscribe(self) -> bool:
        """Whether the person stopped following the account."""
        return self.kind == "event" and self.event.lower() == "unsubscribe"


def body_of(message: Message) -> dict[str, Any] | None:
    """Return what is kept of *message* until it is answered, None where nothing is to be said to it.

    A pressed button asks as if typed. A position sent by the phone itself whenever the chat is opened (event LOCATION) asks nothing.
    """
    if message.kind == "event":
        return _event(message)
    if message.kind == "text":
        place = intents.article(message.content)
        # Whatever is longer is only told to be too long.
        text = mask(normalise(message.content))[: MAX_QUESTION_CHARACTERS + 1]
        return {"kind": "text", "text": text} | ({"article": place} if place else {})
    if message.kind == "image" and 0 < len(message.picture) <= LONGEST_ADDRESS:
        return {"kind": "image", "picture": message.picture}
    if message.kind == "location" and (here := _position(message)):
        return {"kind": "location", "at": here}
    return {"kind": message.kind[:16]}


def _event(message: Message) -> dict[str, Any] | None:
    match message.event.lower():
        case "subscribe":
            return {"kind": "fixed", "reply": "welcome"}
        case "scan":
            return {"kind": "fixed", "reply": "clarify_greeting"} if message.event_key else None
        case "click":
            wanted = menu.pressed(message.event_key)
            if wanted is None:
                return None
            return {"kind": "text", "text": wanted.ask} if wanted.ask else {"kind": "fixed", "reply": wanted.reply}
    return None


def _position(message: Message) -> list[float]:
    """Where somebody is, to about a kilometre; empty where it is no place on earth."""
    try:
        latitude, longitude = float(message.latitude), float(message.longitude)
    except ValueError:
        return []
    return [round(latitude, 2), round(longitude, 2)] if abs(latitude) <= 90 and abs(longitude) <= 180 else []
