"""The `channel` suite: the same cases through the real callback of the 公众号, over HTTP on a socket, in safe mode.

Each case is another sender. What the worker would see is what is scored; beside it the desk's own answer must say the same,
and a stranger who sends the last words of a conversation must not get an answer out of somebody else's.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn

from assistant import clock
from assistant.errors import StoreUnavailable
from assistant.settings import Settings
from assistant.types import Question
from assistant.web.app import build_app
from assistant.web.wechat import simulated_platform as platform
from assistant.web.wechat.render import reply_text
from eval.cases import Case
from eval.observe import Observed, Progress, Subject, ask_case

READY_S = 60.0


def fitting(cases: Sequence[Case]) -> list[Case]:
    """Return the cases that can be sent: the channel knows no day but today, no place but 即墨, and no planted document."""
    present = max(case.as_of for case in cases)
    return [case for case in cases if not case.planted and case.as_of == present and case.region == "即墨"]


def observe(cases: Sequence[Case], subject: Subject, progress: Progress | None = None) -> Iterator[Observed]:
    """Send every case through the callback, as asked today."""
    with tempfile.TemporaryDirectory() as folder, _service(subject.settings, Path(folder)) as address, _client(address) as client:
        wechat = platform.Platform(platform.over_socket(client))
        for done, case in enumerate(cases, start=1):
            yield from _converse(case.model_copy(update={"as_of": clock.today()}), subject, wechat)
            if progress:
                progress(done, len(cases))


def _converse(case: Case, subject: Subject, wechat: platform.Platform) -> Iterator[Observed]:
    deliveries, strangers = _deliver(case, wechat)
    for one in ask_case(case, subject):
        if one.answer is None:
            yield one
            continue
        delivery = deliveries[one.turn]
        seen, desk = delivery.seen or "", reply_text(one.answer)
        judged = {"same_as_desk": float(seen == desk), "in_time": float(delivery.seen is not None and not delivery.fault)}
        if one.history:
            alone = subject.assistant.ask(Question(one.question, case.as_of, region=case.region))
            judged["no_state_leak"] = float(strangers[one.turn] == reply_text(alone))
        yield replace(one, text=seen, milliseconds=round(sum(delivery.seconds) * 1000, 1), judged=judged)


def _deliver(case: Case, wechat: platform.Platform) -> tuple[dict[int, platform.Delivery], dict[int, str]]:
    """Send the turns as one worker; before each follow-up a stranger sends the same words, who must get nothing of the talk so far."""
    sender = f"oEval-{secrets.token_hex(6)}"
    deliveries, strangers = {}, {}
    for number, turn in enumerate(case.turns, start=1):
        if number > 1:
            message = platform.text_message(turn.question, sender=f"oEval-{secrets.token_hex(6)}")
            strangers[number] = wechat.deliver(message).seen or ""
        deliveries[number] = wechat.deliver(platform.text_message(turn.question, sender=sender))
    return deliveries, strangers


@contextmanager
def _service(settings: Settings, folder: Path) -> Iterator[str]:
    """Run the service in this process on a free port, with its own database and our made-up account."""
    account = platform.ACCOUNT
    settings = Settings.model_validate(
        settings.model_dump()
        | {
            "database_url": f"sqlite:///{folder / 'channel.sqlite3'}",
            "wechat_token": account.token,
            "wechat_aes_key": account.aes_key,
            "wechat_app_id": account.app_id,
            "wechat_original_id": account.original_id,
            "llm_base_url": "",
            "public_base_url": "",
        }
    )
    app = build_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + READY_S
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise StoreUnavailable("评测用的服务没有启动起来")
        time.sleep(0.05)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@contextmanager
def _client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False) as client:
        yield client
