"""What one process needs to talk in the 公众号: settings, database, platform, its running work, and how long everything may take."""

from __future__ import annotations

import asyncio
import secrets
import time
import traceback
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Concatenate, Literal, NamedTuple, ParamSpec, Protocol, TypeVar

import structlog

from assistant.build import Desk, subject_of
from assistant.errors import ConfigError, StoreUnavailable
from assistant.settings import Settings
from assistant.store import Store
from assistant.types import Answer
from assistant.web.wechat.platform import PlatformClient
from assistant.web.wechat.sealing import cipher, opened
from assistant.wechat_messages import Row

log = structlog.get_logger(__name__)
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
SlowMode = Literal["push", "retry", "pull"]

# A language model makes four answers at once; whoever gets none of it is answered in less time than a thread takes to start.
WORKERS = 16
# Emergencies wait for none of them, and pictures, which are fetched first, take none.
EMERGENCY_WORKERS, PICTURE_WORKERS = 4, 2

# So much is kept in memory for a database that is out of reach; what is beyond that may be answered again.
MOST_OWED, PAID_AGAIN_AFTER_S = 10_000, 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds. The platform cuts a request at 5 s and makes three; tests run it faster, all in proportion."""

    answer_within: float = 4.5
    # After the third request there is none: what it says goes out earlier, so that it is not cut.
    last_margin: float = 0.2
    hold_until: float = 6.0
    last_request_age: float = 9.0
    requests_over: float = 16.0
    stale_after: float = 5.0
    model_budget: float = 3.6
    gather: float = 2.0
    typing_after: float = 1.2
    poll: float = 0.2
    beat_every: float = 1.5
    sweep_every: float = 5.0

    @classmethod
    def answering_within(cls, seconds: float) -> Pace:
        """Return the pace of a server that has so many of the platform's five seconds: far away, more is left for the way."""
        usual = cls()
        return replace(usual, answer_within=seconds, model_budget=usual.model_budget - max(0.0, usual.answer_within - seconds))

    def scaled(self, factor: float) -> Pace:
        """Return the same pace, everything *factor* times as long."""
        return Pace(**{field.name: getattr(self, field.name) * factor for field in fields(self)})


class Counted(Protocol):
    """Counts answers."""

    def count(self, channel: str, answer: Answer) -> None:
        """Count one answer."""


class _Owed(NamedTuple):
    """What the database is still to be told, and what is set once it was."""

    work: Callable[[], object]
    told: asyncio.Event


class Channel:
    """The collaborators of one conversation with everybody, and the work that goes on behind the requests."""

    def __init__(
        self,
        settings: Settings,
        *,
        desk: Desk,
        store: Callable[[], Store],
        metrics: Counted,
        secret_key: bytes | None,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings, self.desk, self.metrics, self.clock = settings, desk, metrics, clock
        self.store = store
        self.pace = pace or Pace.answering_within(settings.wechat_reply_within_s)
        self.owner = secrets.token_hex(8)
        self.client = _client(settings, store, secret_key)
        # What was said of a message without the database knowing.
        self.unsaved: dict[str, str] = {}
        # What the database is still to be told, by message, in the order of trying.
        self._owed: dict[str, _Owed] = {}
        # Messages with the reply that the database has for them, as long as a request of this process waits for it.
        self.replied: dict[str, Row] = {}
        # The messages this process is answering.
        self.working: set[str] = set()
        # The messages whose answer it is pushing.
        self.pushing: set[str] = set()
        self._secret_key = secret_key
        self._cipher = cipher(secret_key, f"receiver\n{settings.wechat_app_id}") if secret_key else None
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="wechat")
        self._emergency_workers = ThreadPoolExecutor(EMERGENCY_WORKERS, thread_name_prefix="wechat-emergency")
        self._picture_workers = ThreadPoolExecutor(PICTURE_WORKERS, thread_name_prefix="wechat-picture")
        self._tasks: set[asyncio.Task[None]] = set()
        self._events: dict[str, asyncio.Event] = {}
        self._awaited: Counter[str] = Counter()

    # -- who --

    def subject(self, sender: str) -> str:
        """Return the pseudonym of a sender; raises StoreUnavailable where there is no key to make it."""
        if self._secret_key is None:
            raise StoreUnavailable("没有密钥，不能登记发信人")
        return subject_of(self._secret_key, sender)

    def seal(self, sender: str) -> str | None:
        """Return the sender's address as it may be kept: only this instance's key opens it."""
        return self._cipher.encrypt(sender.encode()).decode() if self._cipher else None

    def unseal(self, receiver: str | None) -> str | None:
        """Return the address again, None where it cannot be opened."""
        return opened(self._cipher, receiver) if self._cipher and receiver else None

    # -- where the work is done --

    async def db(
        self, work: Callable[Concatenate[Store, Arguments], Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """Do something in the database, off the event loop; raises StoreUnavailable."""
        return await asyncio.to_thread(lambda: work(self.store(), *arguments, **named))

    async def in_workers(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do the work of an answer, which may take long, in threads of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)

    async def at_once(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do the work of an emergency, in threads that nothing else takes."""
        return await asyncio.get_running_loop().run_in_executor(self._emergency_workers, work, *arguments)

    async def with_pictures(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Do work that fetches and reads a picture, a few at a time."""
        return await asyncio.get_running_loop().run_in_executor(self._picture_workers, work, *arguments)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with *work* whatever becomes of the request it began with."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what the database is still to be told --

    @property
    def knows_senders(self) -> bool:
        """Whether there is a key to make pseudonyms with; without one nothing is kept of anybody."""
        return self._secret_key is not None

    def owe(self, key: str, work: Callable[[], object]) -> asyncio.Event:
        """Tell the database once it can be reached; returns what is set then.

        One thread does it for all messages: a database in trouble is not pressed.
        """
        is_first = not self._owed
        owed = self._owed[key] = _Owed(work, asyncio.Event())
        if len(self._owed) > MOST_OWED:
            oldest = next(iter(self._owed))
            del self._owed[oldest]  # whoever waits for it is not told that it was done
            self.unsaved.pop(oldest, None)
        if is_first:
            self.spawn(self._pay())
        return owed.told

    async def _pay(self) -> None:
        while self._owed:
            key, owed = next(iter(self._owed.items()))
            try:
                await asyncio.to_thread(owed.work)
            except StoreUnavailable as error:
                log.error("wechat_database_not_told", error=str(error))
                if key in self._owed:  # What one row's trouble holds up must not hold up the others.
                    self._owed[key] = self._owed.pop(key)
                await asyncio.sleep(PAID_AGAIN_AFTER_S)
            except Exception as error:  # nobody waits for it; the others still are to be told
                log.error("wechat_database_not_told", **told(error))
                self._paid(key)
            else:
                self._paid(key)

    def _paid(self, key: str) -> None:
        if (owed := self._owed.pop(key, None)) is not None:
            owed.told.set()
        self.unsaved.pop(key, None)

    @property
    def at_work(self) -> frozenset[str]:
        """The messages this process has in hand just now."""
        return frozenset(self.working | self.pushing)

    @contextmanager
    def waiting(self, key: str) -> Iterator[asyncio.Event]:
        """Count a request that waits for the message *key*; yields what `wake` sets."""
        self._awaited[key] += 1
        try:
            yield self._events.setdefault(key, asyncio.Event())
        finally:
            self._awaited[key] -= 1
            if not self._awaited[key]:
                del self._awaited[key]
                self._events.pop(key, None)
                self.replied.pop(key, None)

    def is_awaited(self, key: str) -> bool:
        """Whether a request of this process waits for the message."""
        return self._awaited[key] > 0 if key in self._awaited else False

    def wake(self, key: str) -> None:
        """Let the requests that wait for the message look again."""
        if (event := self._events.get(key)) is not None:
            event.set()

    # -- pushing --

    async def slow_mode(self) -> SlowMode:
        """Return how a slow answer is sent now: pushed only where the platform has shown that we may."""
        mode = self.settings.wechat_slow_mode
        if mode in {"retry", "pull"}:
            return "pull" if mode == "pull" else "retry"
        right = await self._right()
        if mode == "push":
            return "push" if right in {"permitted", "unknown"} else "retry"
        return "push" if right == "permitted" else "retry"

    async def may_push(self) -> bool:
        """Whether to try a push for what no request waits for: also where nobody knows yet, for that is how it is learned."""
        return self.settings.wechat_slow_mode in {"auto", "push"} and await self._right() in {"permitted", "unknown"}

    async def _right(self) -> str:
        if self.client is None:
            return "none"
        try:
            return (await self.client.push_right()).state
        except StoreUnavailable:
            return "none"

    async def close(self) -> None:
        """Stop; what is not answered yet is taken up by the next start."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for workers in (self._workers, self._emergency_workers, self._picture_workers):
            workers.shutdown(wait=True, cancel_futures=True)
        if self.client is not None:
            await self.client.close()


def told(error: BaseException) -> dict[str, str]:
    """Return what may be logged of an error nobody expected: its kind and where it arose, never its words or what it was about."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "at": " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-4:])),
    }


def welcome_facts(settings: Settings) -> Mapping[str, str]:
    """Return the language model's name and filing number, empty where answers are made without one."""
    return {"model": settings.llm_model if settings.has_llm else "", "filing": settings.llm_filing if settings.has_llm else ""}


def _client(settings: Settings, store: Callable[[], Store], key: bytes | None) -> PlatformClient | None:
    if not settings.has_wechat or not settings.wechat_app_secret.get_secret_value():
        return None
    try:
        return PlatformClient(settings, store=store, key=key)
    except ConfigError as error:
        log.error("wechat_no_platform", error=str(error))
        return None
