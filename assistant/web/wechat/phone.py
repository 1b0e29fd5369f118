"""What the phone of one worker shows of a text of the 公众号: links as numbered places to tap. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from urllib.parse import parse_qs, urlsplit

Kind = Literal["mine", "ours", "pushed", "notice", "typing", "page"]
_LINK = re.compile(
    r"<a\s[^>]*?href\s*=\s*([\"'])(?P<address>.*?)\1[^>]*>(?P<words>.*?)</a>|(?P<bare>https?://[\w.~:/?#@!$&'*+;=%-]+)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_MENU = "weixin://bizmsgmenu?"


class Link(NamedTuple):
    """A place to tap: it sends a message (bizmsgmenu) or opens a page."""

    words: str
    sends: str | None
    opens: str | None
    menu_id: str = ""


class Shown(NamedTuple):
    """One thing on a phone: whose, when (seconds since the rehearsal began), what kind of thing, and its text as read there."""

    person: str
    at_s: float
    kind: Kind
    text: str


@dataclass
class Phone:
    """One worker's phone: the openid the platform gave, what it shows, and what can be tapped (the newest number counts on)."""

    person: str
    openid: str
    shown: list[Shown] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    # Expectations look at what came after this many entries: since the person last did something.
    acted_at: int = 0

    def read(self, text: str) -> str:
        """Return *text* as the phone shows it, each link as 〔点 1：words〕, an address in the text too; they are kept for tapping."""

        def number(match: re.Match[str]) -> str:
            words = match["words"] or match["bare"]
            self.links.append(_link(match["address"] or words, words))
            return f"〔点 {len(self.links)}：{words}〕"

        return _LINK.sub(number, text)

    def find_link(self, wanted: str) -> Link | None:
        """Return the link with that number or those words, the newest first; None where there is none."""
        if wanted.isascii() and wanted.isdigit():
            return self.links[int(wanted) - 1] if 1 <= int(wanted) <= len(self.links) else None
        return next((link for link in reversed(self.links) if wanted and wanted in link.words), None)

    def since_acting(self) -> str:
        """Return everything we said to the person since they last did something."""
        return "\n".join(shown.text for shown in self.shown[self.acted_at :] if shown.kind != "mine")


def _link(address: str, words: str) -> Link:
    if not address.lower().startswith(_MENU):
        return Link(words, None, address)
    query = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    return Link(words, query.get("msgmenucontent", [words])[0], None, query.get("msgmenuid", [""])[0])
