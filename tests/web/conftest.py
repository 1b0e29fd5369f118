from __future__ import annotations

import contextlib
import re
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from assistant.settings import Settings
from assistant.web.app import build_app
from assistant.web.wechat.simulated_model import SimulatedModel
from assistant.web.wechat.simulated_platform import ACCOUNT, aes_key
from tests.clock import Clock


def settings_for(folder: Path, **changes: object) -> Settings:
    """Settings of a service with the 公众号 of the fake platform, its database and (unless said otherwise) no index in *folder*."""
    values: dict[str, object] = {
        "data_dir": folder,
        "database_url": f"sqlite:///{folder / 'gonghui.sqlite3'}",
        "wechat_token": ACCOUNT.token,
        "wechat_aes_key": ACCOUNT.aes_key,
        "wechat_aes_key_previous": aes_key(2),
        "wechat_app_id": ACCOUNT.app_id,
        "wechat_original_id": ACCOUNT.original_id,
        "secret_key": "a secret of the tests",
    }
    return Settings(_env_file=None, **(values | changes))


class WebClient(httpx.Client):
    """Speaks to one service on a real socket; `app` is that service."""

    app: FastAPI


@contextlib.contextmanager
def client_of(settings: Settings) -> Iterator[WebClient]:
    """A running application and who speaks to it."""
    app = build_app(settings)
    with running(app) as address, WebClient(base_url=address, trust_env=False, timeout=30) as client:
        client.app = app
        yield client


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The application on a real socket; yields its address."""
    with running(build_app(settings)) as address:
        yield address


@contextlib.contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """An application on a real socket; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            assert time.monotonic() < deadline, "the service did not start in time"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(15)


def says_number(number: str, text: str) -> bool:
    """Return whether *text* has a number that begins with the digits *number*; times and ports have them in the middle by chance."""
    return re.search(rf"(?<![\d.]){number}", text) is not None


def rows(database: Path, table: str) -> list[sqlite3.Row]:
    """Every row of *table*, read past our own code."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(f"select * from {table}").fetchall()


@pytest.fixture(scope="session")
def settings_with_index(small_data: Path) -> Callable[..., Settings]:
    """Settings over the index of the small knowledge, with a database of their own in the folder given."""

    def make(folder: Path, **changes: object) -> Settings:
        return settings_for(folder, **({"data_dir": small_data} | changes))

    return make


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    """A service without an index: all that the gate needs."""
    with client_of(settings_for(tmp_path_factory.mktemp("bare"))) as client:
        client.get("/readyz")
        yield client


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the module's `client`."""
    return tmp_path_factory.mktemp("web") / "gonghui.sqlite3"


@pytest.fixture(scope="module")
def client(settings_with_index: Callable[..., Settings], database: Path) -> Iterator[WebClient]:
    """A service over the small knowledge."""
    with client_of(settings_with_index(database.parent)) as client:
        client.get("/readyz")  # makes the database, so that a test may look into it first
        yield client


# An OpenAI-compatible endpoint that says one thing; None: it takes the question and stays silent.
ModelServer = SimulatedModel


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client that follows no proxy of the environment."""
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def real_client(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebClient]:
    """A service over the real knowledge."""
    folder = tmp_path_factory.mktemp("real-web")
    with client_of(settings_for(folder, data_dir=real_data)) as client:
        yield client
