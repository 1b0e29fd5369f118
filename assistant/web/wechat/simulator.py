"""`gonghui wechat simulate`: people with phones, the platform between, and the real service behind a socket.

The platform's half is `simulated_platform` (with a cipher of its own) and `simulated_api`; here people act, and phones show.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import httpx

from assistant.errors import ConfigError
from assistant.web.wechat import simulated_platform as platform
from assistant.web.wechat.phone import Kind, Phone, Shown
from assistant.web.wechat.script import MODEL, WRITER, Step, what_fails
from assistant.web.wechat.simulated_api import SEND, TOKEN, TYPING, PlatformApi
from assistant.web.wechat.simulated_model import SimulatedModel
from assistant.web.wechat.simulated_service import Service

LARGEST_PICTURE = 10 * 1024 * 1024
# So long after the last delivery an expected message may still be pushed.
PATIENCE_S = 20.0
_MESSAGES_AT_ONCE = 100
_EVENTS = {"subscribe": "subscribe", "unsubscribe": "unsubscribe", "scan": "SCAN", "click": "CLICK", "event": ""}
_PATHS = {"send": SEND, "typing": TYPING, "token": TOKEN}
_SEEN = {
    "subscribe": "关注",
    "unsubscribe": "取消关注",
    "scan": "扫码",
    "click": "点菜单",
    "event": "事件",
    "voice": "语音",
    "video": "视频",
    "file": "文件",
}


class World(NamedTuple):
    """What a rehearsal takes place in."""

    account: platform.Account
    service: Service
    api: PlatformApi
    model: SimulatedModel | None = None


class Simulation:
    """One rehearsal. *show* is called for each thing a phone shows, in order; *remark* for what no phone shows."""

    def __init__(
        self,
        world: World,
        show: Callable[[Shown], None],
        remark: Callable[[str], None],
        *,
        patience_s: float = PATIENCE_S,
        folder: Path = Path(),
    ) -> None:
        self._world, self._show, self._remark = world, show, remark
        self._patience_s, self._folder = patience_s, folder
        self._http = httpx.Client(
            base_url=world.service.address, trust_env=False, limits=httpx.Limits(max_connections=None, max_keepalive_connections=20)
        )
        self._platform = platform.Platform(platform.over_socket(self._http), world.account)
        self._pool = ThreadPoolExecutor(_MESSAGES_AT_ONCE)
        self._under_way: set[Future[None]] = set()
        self._phones: dict[str, Phone] = {}
        self._began = time.monotonic()
        self._changed = threading.Condition()
        world.api.on_shown = self._pushed

    def close(self) -> None:
        """Wait for what is under way, and end."""
        self.settle()
        self._pool.shutdown()
        self._http.close()

    def settle(self) -> None:
        """Wait until the platform is done with every message that was sent."""
        for future in self._under_way:
            future.result()
        self._under_way.clear()

    def play(self, step: Step) -> str | None:
        """Do one step; returns what was not as expected, None where all is well. Raises ConfigError for what cannot be done."""
        match step.command:
            case "expect":
                return self._expect(step)
            case "refuse":
                return self._refuse(step)
            case "wait":
                time.sleep(float(step.words[0]))
            case "fault":
                self._disturb(step)
            case "quota":
                self._limit(step)
            case "permission":
                self._world.api.is_verified = step.words[0] == "on"
            case "kill":
                self._world.service.kill()
                self._world.service.start()
                self._world.service.wait_until_ready()
            case _ if step.command == MODEL:
                if self._world.model is None:
                    raise ConfigError(f"慢模型要从一开始就有：运行时加上 --{MODEL} 秒数")
                self._world.model.seconds = float(step.words[0])
            case _:
                self._act(step)
        return None

    # -- people --

    def _act(self, step: Step) -> None:
        phone = self._phone(step.person)
        if step.command == "tap" and (page := self._find_page(phone, step.text)):
            self._appears(phone, "page", self._title(page))
            return
        message, seen = self._message(phone, step)
        with self._changed:
            phone.acted_at = len(phone.shown)
        self._appears(phone, "mine", seen)
        self._is_heard(phone, message)
        future = self._pool.submit(self._deliver, phone, message)
        self._under_way.add(future)
        if step.command != "burst":
            future.result()

    def _message(self, phone: Phone, step: Step) -> tuple[dict[str, str], str]:
        """The fields of what the person sends, and how their own phone shows it."""
        if step.command in _EVENTS:
            return self._event(phone, step)
        text = step.text
        match step.command:
            case "say" | "burst":
                written = "".join(char for char in text if char.isprintable() or char == "\n")
                return self._text(phone, written), written
            case "tap":
                link = phone.find_link(text)
                if link is None or link.sends is None:
                    raise ConfigError(f"手机上没有“{text}”可以点")
                return self._text(phone, link.sends, bizmsgmenuid=link.menu_id), link.sends
            case "location":
                x, y, *name = step.words
                fields = {"Location_X": x, "Location_Y": y, "Scale": "15", "Label": " ".join(name)}
                return self._of_kind(phone, "location", fields), f"（位置 {text}）"
            case "image":
                return self._of_kind(phone, "image", {"PicUrl": self._picture(text), "MediaId": "m1"}), f"（图片 {Path(text).name}）"
            case "link":
                return self._of_kind(phone, "link", {"Title": "链接", "Description": "", "Url": "https://example.invalid/"}), "（链接）"
        return self._of_kind(phone, step.command, {"MediaId": "m1"}), f"（{_SEEN[step.command]}）"

    def _text(self, phone: Phone, content: str, **more: str) -> dict[str, str]:
        more = {name: value for name, value in more.items() if value}
        return platform.text_message(content, sender=phone.openid, ToUserName=self._world.account.original_id, **more)

    def _of_kind(self, phone: Phone, kind: str, fields: dict[str, str]) -> dict[str, str]:
        message = self._text(phone, "") | {"MsgType": kind} | fields
        del message["Content"]
        return message

    def _event(self, phone: Phone, step: Step) -> tuple[dict[str, str], str]:
        name, key = (step.words[0], " ".join(step.words[1:])) if step.command == "event" else (_EVENTS[step.command], step.text)
        if step.command == "subscribe" and key:
            key = f"qrscene_{key}"
        fields = platform.event(name, sender=phone.openid, ToUserName=self._world.account.original_id, EventKey=key)
        return fields, f"（{_SEEN[step.command]}{f' {step.text}' if step.words else ''}）"

    def _picture(self, name: str) -> str:
        """Put the picture where the platform keeps pictures; returns its address there."""
        path = self._folder / name
        try:
            if path.stat().st_size > LARGEST_PICTURE:
                raise ConfigError(f"图片 {path} 超过 10 MB，请换小一点的")
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"打不开图片 {path}：{error.strerror}") from error
        key = f"{len(self._world.api.pictures) + 1}"
        self._world.api.pictures[key] = content
        return f"{self._world.api.base_url}/pictures/{key}"

    def _find_page(self, phone: Phone, wanted: str) -> str | None:
        link = phone.find_link(wanted)
        return link.opens if link else None

    def _title(self, address: str) -> str:
        """What opens when a link to a page is tapped; only our own pages are fetched."""
        if not address.startswith(f"{self._world.service.address}/"):
            return f"打开网页 {address}"
        try:
            page = self._http.get(address, timeout=10).text
        except httpx.HTTPError as error:
            return f"网页打不开（{type(error).__name__}）"
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        return f"打开网页：{title[1].strip() if title else address}"

    # -- the platform --

    def _deliver(self, phone: Phone, message: dict[str, str]) -> None:
        delivery = self._platform.deliver(message)
        if delivery.fault:
            self._appears(phone, "notice", platform.NOTICE)
            self._remark(f"平台不认：{delivery.fault}（请求 {'、'.join(delivery.requests)}）")
        elif delivery.seen is not None:
            self._appears(phone, "ours", delivery.seen)

    def _is_heard(self, phone: Phone, message: dict[str, str]) -> None:
        """Whoever acts may be written to for a while; whoever leaves may not."""
        event = message.get("Event", "").lower()
        if event == "unsubscribe":
            self._world.api.loses(phone.openid)
        elif message["MsgType"] != "event":
            self._world.api.hears(phone.openid)
        elif event in {"subscribe", "scan", "click"}:
            self._world.api.hears(phone.openid, "click" if event == "click" else "subscribe")

    def _pushed(self, openid: str, text: str | None) -> None:
        phone = next((phone for phone in self._phones.values() if phone.openid == openid), None)
        if phone is not None:
            self._appears(phone, "typing" if text is None else "pushed", text or "对方正在输入…")

    def _disturb(self, step: Step) -> None:
        """Let one call fail; a service that holds a token already asks for a new one once its own is good no more."""
        self._world.api.behave()
        name, fault = what_fails(step.words)
        if name == "token" and fault != "off":
            self._world.api.replace_token()
        if re.fullmatch(r"-1|[0-9]{5}", fault):
            self._world.api.refuse(_PATHS[name], int(fault))
        elif fault != "off":
            self._world.api.misbehave(_PATHS[name], fault)

    def _limit(self, step: Step) -> None:
        name, number = step.words
        self._world.api.daily[_PATHS[name]] = int(number)

    # -- the phones --

    def _phone(self, person: str) -> Phone:
        if person not in self._phones:
            self._phones[person] = Phone(person, f"oSimulated{len(self._phones) + 1:04}")
        return self._phones[person]

    def _appears(self, phone: Phone, kind: Kind, text: str) -> None:
        with self._changed:
            read = phone.read(text) if kind in {"ours", "pushed"} else text
            shown = Shown(phone.person, time.monotonic() - self._began, kind, read)
            phone.shown.append(shown)
            self._show(shown)
            self._changed.notify_all()

    def _expect(self, step: Step) -> str | None:
        phone = self._phone(step.person)
        with self._changed:
            came = self._changed.wait_for(lambda: step.text in phone.since_acting(), self._patience_s)
        return None if came else f"第 {step.line} 行没有满足：{self._patience_s:g} 秒里{_whose(step)}手机上没有出现“{step.text}”"

    def _refuse(self, step: Step) -> str | None:
        self.settle()
        with self._changed:
            is_there = step.text in self._phone(step.person).since_acting()
        return f"第 {step.line} 行没有满足：{_whose(step)}手机上出现了“{step.text}”" if is_there else None


def _whose(step: Step) -> str:
    return "" if step.person == WRITER else f"{step.person}的"


def line_of(shown: Shown, *, times: bool = False) -> str:
    """Return how the terminal prints one thing a phone shows; further lines of a text are set in."""
    who = {"ours": "公众号", "pushed": "公众号", "mine": shown.person, "notice": "系统", "typing": "公众号", "page": "网页"}[shown.kind]
    if shown.kind != "mine" and shown.person != WRITER:
        who = f"{who} → {shown.person}"
    body = f"（{shown.text}）" if shown.kind == "typing" else shown.text
    at = f"[{shown.at_s:6.1f} 秒{' 推送' if shown.kind == 'pushed' else ''}] " if times else ""
    return f"{at}{who}：" + re.sub(r"\n(?=.)", "\n    ", body)
