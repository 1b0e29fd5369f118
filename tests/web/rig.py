"""A made-up 公众号 with one or more service processes over one database, and people who write to it at once."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from assistant.web.wechat import simulated_platform as platform
from assistant.web.wechat.simulated_api import PlatformApi
from assistant.web.wechat.simulated_model import SimulatedModel
from assistant.web.wechat.simulated_platform import Account, Delivery, Lost, Platform, Post
from assistant.web.wechat.simulated_service import Service, environment, new_account

CLOCK = Path(__file__).parent.parent / "data" / "clock"


@dataclass
class Rig:
    """What a test acts on. *clock* holds the seconds by which the services' clocks are wrong."""

    account: Account
    api: PlatformApi
    database: Path
    services: list[Service]
    http: httpx.Client
    clock: Path
    model: SimulatedModel | None = None
    _turn: int = field(default=0)

    def text(self, content: str, sender: str, **more: str) -> dict[str, str]:
        """A text message of *sender*, who may be written to from now on."""
        self.api.hears(sender)
        return platform.text_message(content, sender=sender, ToUserName=self.account.original_id, **more)

    def send(self, message: Mapping[str, str], *, to: int | None = None) -> Delivery:
        """Deliver as the platform does; to one service, or each request to the next one that takes connections."""
        return Platform(self._balanced if to is None else self._to(to), self.account).deliver(message)

    def ask(self, content: str, sender: str) -> Delivery:
        """Send a new text message."""
        return self.send(self.text(content, sender))

    def ask_all(self, questions: Mapping[str, str]) -> dict[str, Delivery]:
        """Everybody (a question by sender) writes at once."""
        with ThreadPoolExecutor(len(questions)) as pool:
            return dict(zip(questions, pool.map(lambda sender: self.ask(questions[sender], sender), questions), strict=True))

    def seen(self, delivery: Delivery, sender: str) -> list[str]:
        """Everything the person got for one message: the reply, and what was pushed."""
        return [*([delivery.seen] if delivery.seen is not None else []), *self.api.inbox[sender]]

    def _to(self, number: int) -> Callable[[Post], tuple[int, bytes]]:
        return platform.over_socket(_Based(self.http, self.services[number].address))

    def _balanced(self, post: Post) -> tuple[int, bytes]:
        """As nginx does it: in turn, and where nobody listens at once to the next."""
        self._turn += 1
        order = [(self._turn + offset) % len(self.services) for offset in range(len(self.services))]
        for number in order:
            try:
                return self._to(number)(post)
            except Lost as lost:
                if not isinstance(lost.__cause__, httpx.ConnectError):
                    raise
        raise Lost


@dataclass(frozen=True)
class _Based:
    """One HTTP client for all services: a client of its own for each takes longer to make than an answer."""

    http: httpx.Client
    base: str

    def post(self, path: str, **rest: object) -> httpx.Response:
        return self.http.post(self.base + path, **rest)


@contextlib.contextmanager
def rig(folder: Path, data: Path, *, services: int = 1, model: SimulatedModel | None = None, **settings: str) -> Iterator[Rig]:
    """Start everything, send one message to each service to warm it up, and end everything."""
    account, clock, database = new_account(), folder / "clock", folder / "rig.sqlite3"
    clock.write_text("0")
    with contextlib.ExitStack() as stack:
        api = stack.enter_context(PlatformApi(app_id=account.app_id))
        if model is not None:
            stack.enter_context(model)
            settings |= {"LLM_BASE_URL": model.base_url, "LLM_MODEL": "simulated"}
        surroundings = environment(
            account, database=f"sqlite:///{database}", api_base=api.base_url, app_secret=api.secret, DATA_DIR=str(data), **settings
        )
        surroundings |= {"PYTHONPATH": os.pathsep.join((str(CLOCK), str(Path(__file__).parents[2]))), "CLOCK_OFFSET": str(clock)}
        # A log on a disk that is full is another matter than a database on one: this one goes nowhere.
        running = [stack.enter_context(Service(surroundings, Path(os.devnull))) for _ in range(services)]
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        http = stack.enter_context(httpx.Client(trust_env=False, limits=limits))
        for service in running:
            service.wait_until_ready()
        made = Rig(account, api, database, running, http, clock, model)
        for number in range(services):
            made.send(made.text("你好", f"oWarmUp{number}"), to=number)
        yield made


def eventually(is_so: Callable[[], bool], *, within_s: float) -> bool:
    """Whether it becomes so in time."""
    deadline = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
