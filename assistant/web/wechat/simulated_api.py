"""The platform's API as this program calls it, on a socket of this machine: token, messages to a person, 正在输入, the menu.

It keeps the rules of the platform's pages (who may be written to, how often, how long), refuses with their numbers, and can be told
to refuse or to misbehave. What it was asked stands in `calls`, what people got in `inbox`. `platform` plays the other half.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from assistant.web.wechat.simulated_faults import FAULTS, Faulty, says

TOKEN, OLD_TOKEN = "/cgi-bin/stable_token", "/cgi-bin/token"
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
MENU_CREATE, MENU_GET, MENU_DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/get", "/cgi-bin/menu/delete"
METHODS = {TOKEN: "POST", OLD_TOKEN: "GET", SEND: "POST", TYPING: "POST", MENU_CREATE: "POST", MENU_GET: "GET", MENU_DELETE: "GET"}

TOKEN_LIVES_S = 7200
RENEWED_BEFORE_S = 300
# So often a new token may be forced, a day and at the soonest.
FORCED_A_DAY, FORCED_EVERY_S = 20, 30.0
LONGEST_TEXT = 2048
TYPING_LASTS_S = 15.0
# How many messages may be pushed after what a person did, and for how long.
GRANTS: Mapping[str, tuple[int, float]] = {"message": (5, 48 * 3600.0), "click": (3, 60.0), "subscribe": (3, 60.0)}
# A day and a minute of a new account.
DAILY = {TOKEN: 500_000, OLD_TOKEN: 2000, SEND: 500_000, MENU_CREATE: 1000}
A_MINUTE = {TOKEN: 10_000}
SAYS = {
    0: "ok",
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40125: "invalid appsecret",
    42001: "access_token expired",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    46003: "menu no exist",
    48001: "api unauthorized",
}


@dataclass(frozen=True)
class Call:
    """One request: to which call, with what body, and the number it got (None for a fault, which says nothing of the sort)."""

    path: str
    body: Any
    raw: bytes
    token: str | None
    errcode: int | None


@dataclass
class Follower:
    """What the platform knows of one person: what may still be sent, until when, and when they were last active."""

    grants: dict[str, tuple[float, int]] = field(default_factory=dict)
    active_at: float = float("-inf")
    typing_until: float = float("-inf")
    is_blocked: bool = False


class PlatformApi:
    """The API on 127.0.0.1, from `with` to its end. *clock* is moved by tests that wait for no hour."""

    def __init__(
        self,
        *,
        app_id: str = "wx0123456789abcdef",
        secret: str = "0123456789abcdef0123456789abcdef",
        is_verified: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app_id, self.secret, self.is_verified = app_id, secret, is_verified
        self.calls: list[Call] = []
        self.inbox: dict[str, list[str]] = defaultdict(list)
        # Pictures people sent, by name: served below `/pictures/`.
        self.pictures: dict[str, bytes] = {}
        # Told what a phone shows because of a call: who, and the text, None while we type.
        self.on_shown: Callable[[str, str | None], None] = lambda _openid, _text: None
        self.followers: dict[str, Follower] = {}
        self.menu: dict[str, Any] | None = None
        # The address as the platform sees it, where it is not on the list.
        self.unlisted_address: str | None = None
        self.daily, self.a_minute = dict(DAILY), dict(A_MINUTE)
        self._clock = clock
        self._token, self._token_until = "", float("-inf")
        self._previous = ("", float("-inf"))
        self._old_token, self._old_token_until = "", float("-inf")
        self._forced: list[float] = []
        self._refusals: dict[str, tuple[int, int | None]] = {}
        self._faults: dict[str, str] = {}
        self._counted: Counter[tuple[str, str, int]] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    # -- what a test or a rehearsal does to it --

    def hears(self, openid: str, what: Literal["message", "click", "subscribe"] = "message") -> None:
        """A person did something: that many messages may be pushed now."""
        with self._lock:
            count, lasts_s = GRANTS[what]
            follower = self.followers.setdefault(openid, Follower())
            follower.grants[what] = (self._clock() + lasts_s, count)
            follower.active_at = self._clock()

    def loses(self, openid: str) -> None:
        """A person unfollowed the account: what was granted is gone."""
        with self._lock:
            self.followers[openid] = Follower()

    def block(self, openid: str) -> None:
        """A person is put on the account's blacklist."""
        with self._lock:
            self.followers.setdefault(openid, Follower()).is_blocked = True

    def refuse(self, path: str, errcode: int, *, times: int | None = None) -> None:
        """From now on refuse a call with *errcode*, *times* or for good."""
        self._refusals[path] = (errcode, times)

    def misbehave(self, path: str, fault: str) -> None:
        """From now on answer a call with one of `FAULTS`."""
        self._faults[path] = fault

    def behave(self) -> None:
        """Refuse and misbehave no more."""
        self._refusals.clear()
        self._faults.clear()

    def replace_token(self) -> None:
        """Make the token invalid, as a forced renewal by somebody else does; the next one asked for is new."""
        with self._lock:
            self._token, self._token_until, self._previous = "", float("-inf"), ("", float("-inf"))

    def calls_to(self, path: str) -> list[Call]:
        """Return the requests to one call, in order."""
        return [call for call in self.calls if call.path == path]

    # -- the rules --

    def _answer(self, method: str, path: str, token: str | None, body: Any) -> dict[str, Any]:
        """The answer by the rules; raises Faulty where it was told to misbehave."""
        if (fault := self._faults.get(path)) is not None:
            raise Faulty(FAULTS[fault])
        if METHODS.get(path) != method:
            raise Faulty(says(404, b"no such call"))
        if (number := self._told_to_refuse(path)) is not None or (number := self._used_up(path)) is not None:
            return _refused(number)
        if path in {TOKEN, OLD_TOKEN}:
            return self._give_token(path, body if isinstance(body, dict) else {})
        if (number := self._judge_caller(token)) is not None:
            return _refused(number)
        if path == MENU_GET:
            return {"menu": self.menu} if self.menu is not None else _refused(46003)
        rules = {SEND: self._send, TYPING: self._type, MENU_CREATE: self._create_menu, MENU_DELETE: self._delete_menu}
        return _refused(rules[path](body if isinstance(body, dict) else {}))

    def _told_to_refuse(self, path: str) -> int | None:
        number, times = self._refusals.get(path, (0, 0))
        if times == 0:
            return None
        self._refusals[path] = (number, None if times is None else times - 1)
        return number

    def _used_up(self, path: str) -> int | None:
        for limits, seconds, number in ((self.daily, 86400, 45009), (self.a_minute, 60, 45011)):
            key = (path, f"{seconds}", int(self._clock() // seconds))
            self._counted[key] += 1
            if path in limits and self._counted[key] > limits[path]:
                return number
        return None

    def _give_token(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.unlisted_address:
            seen = self.unlisted_address
            return {"errcode": 40164, "errmsg": f"invalid ip {seen} ipv6 ::ffff:{seen}, not in whitelist rid: 0"}
        for name, right, number in (
            ("grant_type", "client_credential", 40002),
            ("appid", self.app_id, 40013),
            ("secret", self.secret, 40125),
        ):
            if body.get(name) != right:
                return _refused(number)
        now = self._clock()
        return self._new_old_token(now) if path == OLD_TOKEN else self._stable_token(now, is_forced=body.get("force_refresh") is True)

    def _new_old_token(self, now: float) -> dict[str, Any]:
        """Give a new token each time; the one before is good no more. The stable one knows nothing of it."""
        self._old_token, self._old_token_until = f"84_{secrets.token_urlsafe(90)}", now + TOKEN_LIVES_S
        return {"access_token": self._old_token, "expires_in": TOKEN_LIVES_S}

    def _stable_token(self, now: float, *, is_forced: bool) -> dict[str, Any]:
        """Give everybody the same token while it is good; in its last five minutes a new one, and both are good.

        Forced, the new one comes at once and the old one is good no more; too soon or too often, nothing is forced.
        """
        self._forced = [then for then in self._forced if now - then < 86400]
        is_forced = is_forced and len(self._forced) < FORCED_A_DAY and all(now - then >= FORCED_EVERY_S for then in self._forced)
        if is_forced:
            self._forced.append(now)
        if is_forced or now >= self._token_until - RENEWED_BEFORE_S:
            self._previous = ("", float("-inf")) if is_forced else (self._token, self._token_until)
            self._token, self._token_until = f"84_{secrets.token_urlsafe(90)}", now + TOKEN_LIVES_S
        return {"access_token": self._token, "expires_in": int(self._token_until - now)}

    def _judge_caller(self, token: str | None) -> int | None:
        if not token:
            return 41001
        for known, until in ((self._token, self._token_until), self._previous, (self._old_token, self._old_token_until)):
            if token == known:
                return 42001 if self._clock() >= until else None if self.is_verified else 48001
        return 40001

    def _send(self, body: dict[str, Any]) -> int:
        openid = body.get("touser")
        follower = self.followers.get(openid) if isinstance(openid, str) else None
        if follower is None:
            return 40003
        if follower.is_blocked:
            return 43019
        if body.get("msgtype") == "news" and len(body.get("news", {}).get("articles", [])) > 1:
            return 45008
        text = _text_of(body)
        if len(text.encode()) > LONGEST_TEXT:
            return 45002
        open_ = {what: left for what, (until, left) in follower.grants.items() if self._clock() < until}
        if not open_:
            return 45015
        if (what := next((what for what, left in open_.items() if left), None)) is None:
            return 45047
        follower.grants[what] = (follower.grants[what][0], open_[what] - 1)
        follower.typing_until = float("-inf")
        self.inbox[str(openid)].append(text)
        self.on_shown(str(openid), text)
        return 0

    def _type(self, body: dict[str, Any]) -> int:
        follower = self.followers.get(body.get("touser", ""))
        if follower is None:
            return 40003
        now = self._clock()
        match body.get("command"):
            case "CancelTyping":
                follower.typing_until = float("-inf")
                return 0
            case "Typing":
                if now - follower.active_at > 30:
                    return 45080
                if now < follower.typing_until:
                    return 45081
                follower.typing_until = now + TYPING_LASTS_S
                self.on_shown(str(body["touser"]), None)
                return 0
        return 45072

    def _create_menu(self, body: dict[str, Any]) -> int:
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
            return 40016
        for button in buttons:
            if not 1 <= len(button.get("name", "").encode()) <= 16:
                return 40018
            below = button.get("sub_button")
            if below is not None and not 1 <= len(below) <= 5:
                return 40023
            for leaf in below or [button]:
                if not 1 <= len(leaf.get("name", "").encode()) <= 40:
                    return 40025
                if leaf.get("type") == "click" and not 1 <= len(leaf.get("key", "").encode()) <= 128:
                    return 40019
                if leaf.get("type") == "view" and not 1 <= len(leaf.get("url", "").encode()) <= 256:
                    return 40020
        self.menu = {"button": [_as_given_back(button) for button in buttons]}
        return 0

    def _delete_menu(self, _body: dict[str, Any]) -> int:
        self.menu = None
        return 0

    # -- the socket --

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self._take(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

            def do_GET(self) -> None:
                if (picture := outer.pictures.get(self.path.removeprefix("/pictures/"))) is None:
                    self._take(b"")
                    return
                with contextlib.suppress(OSError):
                    says(200, picture, Content_Type="image/jpeg")(self, outer._stopped)

            def _take(self, raw: bytes) -> None:
                address = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(address.query).items()}
                token = asked.get("access_token")
                body: Any = asked if self.command == "GET" else None
                with contextlib.suppress(ValueError):
                    body = json.loads(raw)
                write: Callable[[BaseHTTPRequestHandler, threading.Event], None]
                with outer._lock:
                    errcode = None
                    try:
                        answer = outer._answer(self.command, address.path, token, body)
                        errcode = answer.get("errcode", 0)
                        write = says(200, json.dumps(answer, ensure_ascii=False).encode())
                    except Faulty as fault:
                        write = fault.write
                    outer.calls.append(Call(address.path, body, raw, token, errcode))
                with contextlib.suppress(OSError):  # whoever asked may have hung up
                    write(self, outer._stopped)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _text_of(body: Mapping[str, Any]) -> str:
    """What the person reads of a message: of a menu (msgmenu) its head, its choices as links, and its tail."""
    kind = body.get("msgtype")
    inside = body.get(str(kind))
    inside = inside if isinstance(inside, dict) else {}
    if kind != "msgmenu":
        return str(inside.get("content", ""))
    choices = (
        f'<a href="weixin://bizmsgmenu?msgmenucontent={one["content"]}&msgmenuid={one["id"]}">{one["content"]}</a>'
        for one in inside.get("list", [])
    )
    return "\n".join((inside.get("head_content", ""), *choices, inside.get("tail_content", "")))


def _refused(number: int) -> dict[str, Any]:
    return {"errcode": number, "errmsg": SAYS.get(number, "refused")}


def _as_given_back(button: Mapping[str, Any]) -> dict[str, Any]:
    """A button as menu/get shows it: each has its sub_button, empty where there is none."""
    return {**button, "sub_button": [_as_given_back(below) for below in button.get("sub_button", [])]}
