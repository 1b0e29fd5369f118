"""A service of the 公众号 with both halves of the platform around it, and the phones of those who write; everything on real sockets.

The platform cuts, and the service hurries, in proportion (`SCALE`): what is said when is the same, only faster.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from assistant.settings import Settings
from assistant.types import Signals
from assistant.web.app import build_app
from assistant.web.wechat.channel import Channel, Pace
from assistant.web.wechat.simulated_api import PlatformApi
from assistant.web.wechat.simulated_platform import CUT_S, Cut, Delivery, Platform, Post, event, text_message
from tests.web.conftest import running, settings_for

SCALE = 0.5


class SlowRetriever:
    """The real search. The first text with one of these words takes as many seconds as it says; notes what was searched for."""

    def __init__(self, real: Any, seconds: Mapping[str, float]) -> None:
        self._real, self._seconds = real, dict(seconds)
        self.searched: list[str] = []

    def search(self, text: str) -> Signals:
        self.searched.append(text)
        if word := next((word for word in self._seconds if word in text), None):
            time.sleep(self._seconds.pop(word))
        return self._real.search(text)  # type: ignore[no-any-return]


@dataclass
class Service:
    """One process' service: its address, and what stands behind it."""

    app: FastAPI
    address: str
    api: PlatformApi | None
    scale: float
    _http: httpx.Client = field(repr=False, kw_only=True)

    @property
    def channel(self) -> Channel:
        return self.app.state.channel  # type: ignore[no-any-return]

    @property
    def searched(self) -> list[str]:
        return self.app.state.desk.assistant.retriever.searched  # type: ignore[no-any-return]

    def post(self, request: Post) -> tuple[int, bytes]:
        """Post as the platform does; what takes too long is cut."""
        try:
            response = self._http.post("/wechat", params=request.params, content=request.body, timeout=CUT_S * self.scale)
        except httpx.TimeoutException as error:
            raise Cut from error
        return response.status_code, response.content

    def deliver(self, message: Mapping[str, str]) -> Delivery:
        """Deliver a message or event, with resends; the API half knows that the person did something."""
        if self.api is not None and message.get("Event") != "unsubscribe":
            kind = message.get("Event", "")
            self.api.hears(message["FromUserName"], {"subscribe": "subscribe", "CLICK": "click"}.get(kind, "message"))  # type: ignore[arg-type]
        return Platform(self.post).deliver(message)

    def says(self, text: str, sender: str = "oWorker-0001", **more: Any) -> str:
        """Return what the person sees in reply to *text*; nothing for silence."""
        return self.deliver(text_message(text, sender=sender, **more)).seen or ""

    def does(self, name: str, sender: str = "oWorker-0001", **more: str) -> str:
        """Return what the person sees in reply to an event."""
        return self.deliver(event(name, sender=sender, **more)).seen or ""

    def inbox(self, sender: str = "oWorker-0001") -> list[str]:
        """What was pushed to the person."""
        return self.api.inbox[sender] if self.api is not None else []

    def later(self, text: str, sender: str = "oWorker-0001", **more: Any) -> Callable[[], Delivery]:
        """Send *text* from another thread; returns how to wait for what becomes of it."""
        done: list[Delivery] = []
        thread = threading.Thread(target=lambda: done.append(self.deliver(text_message(text, sender=sender, **more))))
        thread.start()

        def wait() -> Delivery:
            thread.join(30)
            return done[0]

        return wait


@contextlib.contextmanager
def service(
    folder: Path,
    *,
    api: PlatformApi | None = None,
    slow: Mapping[str, float] | None = None,
    scale: float = SCALE,
    pace: Mapping[str, float] | None = None,
    **changes: Any,
) -> Iterator[Service]:
    """A running service; *slow* says how many seconds (before scaling) a search takes for texts with a word."""
    if api is not None:
        changes = {"wechat_app_secret": api.secret, "wechat_api_base": api.base_url} | changes
    app = build_app(settings_of(folder, **changes))
    app.state.channel.pace = replace(Pace().scaled(scale), **(pace or {}))
    desk = app.state.desk
    seconds = {word: one * scale for word, one in (slow or {}).items()}
    if desk.assistant.retriever is not None:
        desk._assistant = replace(desk.assistant, retriever=SlowRetriever(desk.assistant.retriever, seconds))
    with running(app) as address, httpx.Client(base_url=address, trust_env=False) as http:
        http.get("/healthz")
        yield Service(app, address, api, scale, _http=http)


def settings_of(folder: Path, **changes: Any) -> Settings:
    """The settings of a service whose database lies in *folder*."""
    return settings_for(folder, **changes)


def wait_until(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until something holds; fails where it does not come true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
