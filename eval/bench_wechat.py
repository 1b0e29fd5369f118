"""`make bench-wechat`: the 公众号 under load. The service is one process, this is another; people write at a steady rate.

Machines are shared and noisy: beside each figure stands its ratio to something measured in the same run. Exit 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import httpx
import psutil

from assistant.build import build_index
from assistant.knowledge import load_knowledge
from assistant.settings import knowledge_dir, load_settings
from assistant.web.wechat import phrases
from assistant.web.wechat import simulated_platform as platform
from assistant.web.wechat.simulated_api import PlatformApi
from assistant.web.wechat.simulated_service import Service, environment, new_account

RATE = 30
MAX_P99_S = 1.0
MIN_REJECTIONS = 1000.0
MAX_BLOCK_S = 0.1
# Memory that a soak may gain after its first third.
MAX_GROWTH = 0.05
CONNECTIONS = 8
NO_ANSWER = (phrases.STILL_BUSY, phrases.STILL_RUNNING, phrases.TOO_MANY, phrases.TOO_FAST, phrases.in_a_while())
SAMPLE_EVERY_S = 5.0
LONGEST_READING_AHEAD_S = 60.0
# Processor time in a second of a service that does nothing.
IDLE_SHARE = 0.05
_LARGEST = 64 * 1024


class World(NamedTuple):
    """The service, the account, and one HTTP client for everybody."""

    service: Service
    account: platform.Account
    api: PlatformApi
    http: httpx.Client
    questions: Sequence[str]


class Sent(NamedTuple):
    """What became of one message: seconds from when it was due until something was there, and whether the person saw a failure."""

    seconds: float
    has_failed: bool


class Bound(NamedTuple):
    """One line of the result."""

    name: str
    value: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the value is on the right side."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def main() -> int:
    """Measure and print; 0 where every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300, help="消息条数（全量 10000）")
    parser.add_argument("--rate", type=float, default=RATE, help="每秒几条")
    parser.add_argument("--minutes", type=float, default=0.0, help="再按每秒三分之一的量跑这么多分钟，看内存")
    parser.add_argument("--seconds", type=float, default=5.0, help="门和标签炸弹各测几秒")
    asked = parser.parse_args()
    print(f"    本机 {os.cpu_count()} 核，现在的负载 {os.getloadavg()[0]:.1f}（别的程序在跑的话，数会差）")
    with _world() as world:
        bounds = [*_replies(world, asked.messages, asked.rate), *_gate(world, asked.seconds), *_bombs(world, asked.seconds)]
        if asked.minutes:
            bounds.append(_soak(world, asked.minutes, asked.rate / 3))
    for bound in bounds:
        side = "不少于" if bound.at_least else "不超过"
        print(f"{'好' if bound.is_kept else '超'}  {bound.name}：{bound.value:.3g} {bound.unit}（{side} {bound.bound:g}）")
    return int(not all(bound.is_kept for bound in bounds))


@contextmanager
def _world() -> Iterator[World]:
    settings = load_settings()
    build_index(settings)
    guides = load_knowledge(knowledge_dir(settings)).guides
    questions = [guide.asks[0] for guide in guides if guide.asks]
    account = new_account()
    with tempfile.TemporaryDirectory() as folder, PlatformApi(app_id=account.app_id) as api:
        surroundings = environment(
            account,
            database=f"sqlite:///{folder}/bench.sqlite3",
            api_base=api.base_url,
            app_secret=api.secret,
            DATA_DIR=str(settings.data_dir),
            LLM_BASE_URL="",
        )
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
        with Service(surroundings, Path(folder) / "service.log") as service, httpx.Client(trust_env=False, limits=limits) as http:
            service.wait_until_ready()
            http.base_url = httpx.URL(service.address)
            world = World(service, account, api, http, questions)
            _wait_until_calm(world)
            yield world


def _wait_until_calm(world: World) -> None:
    """Wait until the service has read ahead: what is measured is a service that has been up for half a minute."""
    until, before = time.monotonic() + LONGEST_READING_AHEAD_S, -1.0
    while time.monotonic() < until and (used := _processor_s(world)) > before + IDLE_SHARE:
        before = used
        time.sleep(1.0)


# -- replies ---------------------------------------------------------------------------------------------------


def _replies(world: World, messages: int, rate: float) -> list[Bound]:
    alone = [_send(world, f"oAlone{number}", number, time.monotonic()).seconds for number in range(20)][5:]
    before = _processor_s(world)
    sent = _at_rate(world, messages, rate, name="oBench")
    each_ms = (_processor_s(world) - before) / messages * 1000
    seconds, failed = [one.seconds for one in sent], sum(one.has_failed for one in sent)
    middle, late, base = _percentile(seconds, 50), _percentile(seconds, 99), statistics.median(alone)
    print(f"    一次一条：p50 {base * 1000:.0f} 毫秒")
    print(f"    每秒 {rate:g} 条，共 {messages} 条：p50 {middle * 1000:.0f}、p99 {late * 1000:.0f}、最慢 {max(seconds) * 1000:.0f} 毫秒")
    print(f"    比一次一条：p50 {middle / base:.1f} 倍，p99 {late / base:.1f} 倍")
    print(f"    每条用处理器 {each_ms:.0f} 毫秒：一个核每秒最多 {1000 / each_ms:.0f} 条")
    return [Bound("答复 p99", late, MAX_P99_S, "秒"), Bound(f"{messages} 条里职工看到故障的", failed, 0, "条")]


def _processor_s(world: World) -> float:
    """Processor time the service has used; other programs on the machine do not count."""
    assert world.service.process is not None
    times = psutil.Process(world.service.process.pid).cpu_times()
    return float(times.user + times.system)


def _at_rate(world: World, messages: int, rate: float, *, name: str) -> list[Sent]:
    """Send at a steady rate, whether or not earlier messages are answered; seconds count from when a message was due."""
    began = time.monotonic() + 0.2

    def one(number: int) -> Sent:
        due = began + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        return _send(world, f"{name}{number}", number, due)

    # A message waits in a thread for its turn; enough of them that fifteen seconds of silence hold up nobody else.
    with ThreadPoolExecutor(min(messages, int(rate * 16) + 8)) as people:
        return list(people.map(one, range(messages)))


def _send(world: World, sender: str, number: int, due: float) -> Sent:
    question = world.questions[number % len(world.questions)]
    world.api.hears(sender)
    message = platform.text_message(question, sender=sender, ToUserName=world.account.original_id)
    delivery = platform.Platform(platform.over_socket(world.http), world.account).deliver(message)
    # Whoever is told to ask again, or later, noticed a failure too.
    seen = delivery.seen
    return Sent(time.monotonic() - due, bool(delivery.fault) or seen is None or any(words in seen for words in NO_ANSWER))


# -- the gate --------------------------------------------------------------------------------------------------


def _gate(world: World, seconds: float) -> list[Bound]:
    refused = platform.sealed(b"<xml/>", world.account).with_params(signature="0" * 40)
    rejections = _requests_a_second(world, _raw(world, refused), b"HTTP/1.1 403", seconds)
    health = _requests_a_second(world, f"GET /healthz HTTP/1.1\r\nHost: {world.service.port}\r\n\r\n".encode(), b"HTTP/1.1 200", seconds)
    print(f"    每秒拒绝 {rejections:.0f} 个假请求，是 /healthz（每秒 {health:.0f} 个）的 {rejections / health:.2f} 倍")
    return [Bound("只过签名就拒绝", rejections, MIN_REJECTIONS, "个/秒", at_least=True)]


def _requests_a_second(world: World, request: bytes, expected: bytes, seconds: float) -> float:
    """How many requests are answered a second over a few connections that stay open."""
    counts, until = [0] * CONNECTIONS, time.monotonic() + seconds

    def ask(number: int) -> None:
        with _Connection(world.service.port) as connection:
            while time.monotonic() < until:
                if not connection.ask(request).startswith(expected):
                    raise RuntimeError("not the answer that was expected")
                counts[number] += 1

    with ThreadPoolExecutor(CONNECTIONS) as callers:
        list(callers.map(ask, range(CONNECTIONS)))
    return sum(counts) / seconds


class _Connection:
    """One connection that stays open; a client library would take longer than the service does."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> bytes:
        """Send *request*; returns head and body of the answer."""
        self._socket.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._received()
        head, _, body = answer.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._received()
        return head + b"\r\n\r\n" + body

    def _received(self) -> bytes:
        if not (data := self._socket.recv(65536)):
            raise ConnectionError("the service hung up")
        return data


def _raw(world: World, post: platform.Post) -> bytes:
    address = httpx.URL("/wechat", params=post.params)
    head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1:{world.service.port}\r\nContent-Length: {len(post.body)}\r\n\r\n"
    return head.encode() + post.body


# -- the event loop --------------------------------------------------------------------------------------------


def _bombs(world: World, seconds: float) -> list[Bound]:
    """How long a small request waits while 64 KiB of tags come in one after another, rightly signed."""
    nested = b"<a>" * (_LARGEST // 3)
    siblings = b"<xml>" + b"<a/>" * ((_LARGEST - 11) // 4) + b"</xml>"
    bombs = [_raw(world, platform.enveloped("x", body, world.account)) for body in (nested, siblings)]
    quiet = _waits(world, lambda _connection: time.sleep(0.02), seconds)
    turn = iter(range(10**9))
    under_fire = _waits(world, lambda connection: connection.ask(bombs[next(turn) % 2]), seconds)
    for name, waits in (("平时", quiet), ("标签炸弹期间", under_fire)):
        print(f"    小请求的等待，{name}：中位 {statistics.median(waits) * 1000:.1f} 毫秒，最长 {max(waits) * 1000:.0f} 毫秒")
    print(f"    最长的是平时的 {max(under_fire) / max(quiet):.1f} 倍")
    return [Bound("标签炸弹期间最长的等待", max(under_fire), MAX_BLOCK_S, "秒")]


def _waits(world: World, meanwhile: Callable[[_Connection], object], seconds: float) -> list[float]:
    request = _raw(world, platform.sealed(b"<xml/>", world.account).with_params(signature="0" * 40))
    stop = threading.Event()

    def attack() -> None:
        with _Connection(world.service.port) as connection:
            while not stop.is_set():
                meanwhile(connection)

    attacker = threading.Thread(target=attack)
    attacker.start()
    waits: list[float] = []
    until = time.monotonic() + seconds
    with _Connection(world.service.port) as connection:
        while time.monotonic() < until:
            started = time.monotonic()
            connection.ask(request)
            waits.append(time.monotonic() - started)
            time.sleep(0.005)
    stop.set()
    attacker.join()
    return waits


# -- memory ----------------------------------------------------------------------------------------------------


def _soak(world: World, minutes: float, rate: float) -> Bound:
    """Resident memory while people go on writing: what it gains from the first third of the time to the last."""
    assert world.service.process is not None
    process = psutil.Process(world.service.process.pid)
    samples: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLE_EVERY_S):
            samples.append(process.memory_info().rss / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    sent = _at_rate(world, max(1, int(minutes * 60 * rate)), rate, name="oSoak")
    done.set()
    watcher.join()
    samples = samples or [process.memory_info().rss / 2**20]
    third = max(1, len(samples) // 3)
    first, last = statistics.median(samples[:third]), statistics.median(samples[-third:])
    failed = sum(one.has_failed for one in sent)
    print(f"    {minutes:g} 分钟，{len(sent)} 条，{failed} 条失败")
    print(f"    内存：前三分之一 {first:.0f} MiB，后三分之一 {last:.0f} MiB，最多 {max(samples):.0f} MiB")
    return Bound("内存多了", last / first - 1, MAX_GROWTH, "倍")


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    raise SystemExit(main())
