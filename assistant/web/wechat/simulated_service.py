"""The real service as a process of its own, for rehearsals, tests of crashes and measurements: started, killed, started again."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Self
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from assistant.errors import StoreUnavailable
from assistant.settings import PREFIX
from assistant.web.wechat.simulated_platform import Account, aes_key

# A first start may have to build the index.
READY_WITHIN_S = 300.0
_STOP_WITHIN_S = 15.0


def new_account() -> Account:
    """Return the settings of an account that nobody has."""
    return Account(
        token=secrets.token_hex(12),
        aes_key=aes_key(secrets.randbits(64)),
        app_id=f"wx{secrets.token_hex(8)}",
        original_id=f"gh_{secrets.token_hex(6)}",
    )


# Settings of how the 公众号 behaves, which are not of a real account.
OF_MANNER = ("WECHAT_SLOW_MODE", "WECHAT_TRANSFER_TO_SEATS")


def environment(account: Account, *, database: str, api_base: str, app_secret: str, **more: str) -> dict[str, str]:
    """Return the environment of a service of *account*: ours, but for every setting of a real 公众号."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(f"{PREFIX}WECHAT_")}
    mode = {name: value for name, value in os.environ.items() if name.upper() in {f"{PREFIX}{one}" for one in OF_MANNER}}
    ours = {
        "DATABASE_URL": database,
        "WECHAT_TOKEN": account.token,
        "WECHAT_AES_KEY": account.aes_key,
        "WECHAT_AES_KEY_PREVIOUS": "",
        "WECHAT_APP_ID": account.app_id,
        "WECHAT_APP_SECRET": app_secret,
        "WECHAT_ORIGINAL_ID": account.original_id,
        "WECHAT_API_BASE": api_base,
        "SECRET_KEY": secrets.token_hex(16),
        **more,
    }
    return kept | mode | {PREFIX + name: value for name, value in ours.items()}


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """`gonghui serve` on a port of this machine, from `with` to its end; its log goes to *log*."""

    def __init__(self, environment: Mapping[str, str], log: Path, *, port: int | None = None) -> None:
        self._environment = dict(environment)
        self._log_path = log
        self._log: IO[bytes] | None = None
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment[f"{PREFIX}PUBLIC_BASE_URL"] = self.address
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._log is not None:
            self._log.close()

    def start(self) -> None:
        """Start the process; `wait_until_ready` says when it answers."""
        if self._log is None:
            self._log = self._log_path.open("ab")
        command = [sys.executable, "-m", "assistant", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def kill(self) -> None:
        """End the process as a power cut does: SIGKILL, nothing is put in order."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait_until_ready(self, within_s: float = READY_WITHIN_S) -> list[str]:
        """Wait until the service answers; returns what it says is wrong with it. Raises StoreUnavailable where it does not start."""
        opener = build_opener(ProxyHandler({}))
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise StoreUnavailable(f"服务没有启动起来，最后说的是：{self._last_words()}")
            try:
                with opener.open(f"{self.address}/readyz", timeout=10) as response:
                    return list(json.load(response)["problems"])
            except HTTPError as error:
                return list(json.load(error)["problems"])
            except (URLError, OSError):
                time.sleep(0.05)
        raise StoreUnavailable(f"服务在 {within_s:g} 秒里没有启动起来，最后说的是：{self._last_words()}")

    def _last_words(self) -> str:
        lines = self._log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][-300:] if lines else "（什么也没说）"
