"""The access token (access_token) of the 公众号: had once, renewed in time, shared by all processes through the database.

There it is sealed with a key derived from the instance's secret key, so that a copy of the database alone opens nothing.
Nothing here logs a token or puts one into an error. `platform` asks for it; how it is had is `fetch`'s matter.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from assistant import wechat_store
from assistant.errors import PlatformError, StoreUnavailable
from assistant.store import Store
from assistant.web.wechat.sealing import cipher, opened
from assistant.wechat_store import KeptToken

log = structlog.get_logger(__name__)

RENEW_BEFORE_S = 60.0
# The platform's own figure: whoever promises more is not believed.
LONGEST_LIFE_S = 7200.0
# So long one failure, or one renewal that did not help, speaks for all who ask: nobody knocks again meanwhile.
PAUSE_S = 10.0


class Fetched(NamedTuple):
    """A token as the platform gave it."""

    token: str
    lives_s: float


@dataclass(frozen=True, slots=True)
class _Held:
    token: str = field(repr=False)
    renew_at: float = 0.0


class SharedToken:
    """One account's token; in this process one request for it is under way at a time.

    Between processes a second request does no harm: the platform gives everybody the same token while it is good (stable_token).
    Without a database, or without *key*, each process asks for itself.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Fetched]],
        *,
        account: str,
        address: str,
        store: Callable[[], Store],
        key: bytes | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._fetch = fetch
        self._account = account
        self._store = store
        # Bound to the address too: what a rehearsal on this machine was given is never taken for the platform's.
        self._cipher = cipher(key, f"access token\n{address}\n{account}") if key else None
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: _Held | None = None
        self._renewed_at = float("-inf")
        self._failed: tuple[float, PlatformError] | None = None

    async def current(self) -> str:
        """Return the token to use; raises PlatformError where there is none to be had."""
        if (held := self._usable()) is not None:
            return held.token
        async with self._lock:
            if (held := self._usable() or await self._shared()) is not None:
                return held.token
            return await self._renew()

    async def renew(self) -> None:
        """Ask the platform now, whatever is held or kept: what it says of us is news."""
        async with self._lock:
            await self._renew()

    async def after(self, refused: str) -> str | None:
        """Return the token to use after *refused* was; None where it was renewed for that just now: then there is nothing left to try."""
        async with self._lock:
            if (held := self._usable()) is not None and held.token != refused:
                return held.token
            if (held := await self._shared()) is not None and held.token != refused:
                return held.token
            if 0 <= self._clock() - self._renewed_at < PAUSE_S:
                return None
            token = await self._renew()
            self._renewed_at = self._clock()
            return token

    def _usable(self) -> _Held | None:
        return self._held if self._held is not None and self._clock() < self._held.renew_at else None

    async def _renew(self) -> str:
        now = self._clock()
        if self._failed is not None and 0 <= now - self._failed[0] < PAUSE_S:
            failure = self._failed[1]
            raise type(failure)(str(failure), failure.reason, failure.code)
        try:
            token, lives_s = await self._fetch()
        except PlatformError as error:
            self._failed = (self._clock(), error)
            raise
        lives_s = min(lives_s, LONGEST_LIFE_S)
        self._failed = None
        self._held = _Held(token, now + max(lives_s - RENEW_BEFORE_S, lives_s / 2))
        await self._share(self._held)
        return token

    async def _shared(self) -> _Held | None:
        """What another process keeps for us, from now on held here too."""
        if self._cipher is None:
            return None
        try:
            kept = await asyncio.to_thread(lambda: wechat_store.find_token(self._store(), self._account))
        except StoreUnavailable as error:
            log.warning("wechat_token_not_shared", error=str(error))
            return None
        if kept is None or not self._clock() < kept.renew_at <= self._clock() + LONGEST_LIFE_S:
            return None
        if (token := opened(self._cipher, kept.sealed)) is None:
            # Sealed under another secret key, or damaged: ours replaces it.
            return None
        self._held = _Held(token, kept.renew_at)
        return self._held

    async def _share(self, held: _Held) -> None:
        if self._cipher is None:
            return
        kept = KeptToken(self._cipher.encrypt(held.token.encode()).decode(), held.renew_at)
        try:
            await asyncio.to_thread(lambda: wechat_store.keep_token(self._store(), self._account, kept))
        except StoreUnavailable as error:
            log.warning("wechat_token_not_shared", error=str(error))
