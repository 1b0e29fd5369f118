"""Lint of `wechat_menu.yaml`: the platform takes it, a phone shows it whole, and whatever is pressed gets an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant import dialogue, grounding, triage
from assistant.lint_data import said_to_workers
from assistant.menu import key_of
from assistant.text import bare
from assistant.types import Knowledge, MenuButton, Reply

MOST, MOST_BELOW = 3, 5
# Bytes: what old copies of the platform's pages allow; newer ones allow more. Width: what a phone shows before it cuts, in 汉字.
NAME_BYTES, NAME_BYTES_BELOW = 16, 40
NAME_WIDTH, NAME_WIDTH_BELOW = 4, 8
KEY_BYTES = 128
URL_BYTES = 256


def check(menu: Sequence[MenuButton], knowledge: Knowledge, replies: Mapping[str, Reply], root: Path) -> Iterator[str]:
    """Yield the problems of the menu as `path:line: reason`; no menu has none."""
    if len(menu) > MOST:
        yield f"{root / menu[MOST].where}: 一级菜单有 {len(menu)} 个，最多 {MOST} 个，请删掉或者并进别的下面"
    asks = {bare(ask) for guide in knowledge.guides if guide.status == "published" and guide.replaced_by is None for ask in guide.asks}
    seen: set[str] = set()
    for button in menu:
        where = root / button.where
        if len(button.buttons) > MOST_BELOW:
            yield f"{where}: “{button.name}”下面有 {len(button.buttons)} 个，最多 {MOST_BELOW} 个，请删掉几个"
        yield from (f"{where}: {reason}" for reason in _name(button, NAME_BYTES, NAME_WIDTH, knowledge))
        for below in button.buttons:
            yield from (f"{where}: {reason}" for reason in _name(below, NAME_BYTES_BELOW, NAME_WIDTH_BELOW, knowledge))
        for leaf in button.buttons or (button,):
            yield from (f"{where}: {reason}" for reason in _does(leaf, asks, knowledge, replies))
            key = key_of(leaf) or leaf.url
            if key in seen:
                yield f"{where}: “{leaf.name}”做的事和别的一项一样，请删掉一个"
            seen.add(key)
    yield from _names_twice(menu, root)


def _name(button: MenuButton, most_bytes: int, width: int, knowledge: Knowledge) -> Iterator[str]:
    size = len(button.name.encode())
    shown = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in button.name) / 2
    if not button.name.strip():
        yield "有一项没有名字，请写上"
    if size > most_bytes or shown > width:
        yield f"“{button.name}”太长（{size} 字节），手机上最多显示 {width} 个汉字，请改短"
    yield from said_to_workers(button.name, knowledge)


def _does(button: MenuButton, asks: set[str], knowledge: Knowledge, replies: Mapping[str, Reply]) -> Iterator[str]:
    if button.url:
        yield from _link(button, knowledge)
        return
    if (size := len(key_of(button).encode())) > KEY_BYTES:
        yield f"“{button.name}”的问话太长（{size} 字节，最多 {KEY_BYTES}），请改短"
    if button.reply and button.reply not in replies:
        yield f"“{button.name}”的固定答复 {button.reply} 没有，请改成 replies.yaml 里的一个 id"
    if button.ask:
        fixed = triage.classify(button.ask)
        if fixed.outcome == "crisis":
            yield f"“{button.name}”的问话会被当成求救，请换一句"
        elif fixed.reply_id is None and not dialogue.begins_again(button.ask) and bare(button.ask) not in asks:
            yield f"“{button.name}”的问话“{button.ask}”不是哪条已发布指南的问法，请照抄指南的 asks 或 phrasings/ 里的一句"


def _link(button: MenuButton, knowledge: Knowledge) -> Iterator[str]:
    if not button.url.startswith("https://"):
        yield f"“{button.name}”的网址要以 https:// 开头，请改"
    if len(button.url.encode()) > URL_BYTES:
        yield f"“{button.name}”的网址超过 {URL_BYTES} 字节，请换短的"
    allow = grounding.AllowList(knowledge.phones, knowledge.hosts)
    hosts = grounding.find_hosts(button.url)
    if not hosts or not all(allow.has_host(host) for host in hosts):
        yield f"“{button.name}”的网址不在 places.yaml 的 links 里，请先登记它"


def _names_twice(menu: Sequence[MenuButton], root: Path) -> Iterator[str]:
    for level in (menu, *(button.buttons for button in menu)):
        names = [button.name for button in level]
        for button in {button.name: button for button in level if names.count(button.name) > 1}.values():
            yield f"{root / button.where}: “{button.name}”写了两次，请改一个名字"
