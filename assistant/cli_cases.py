"""The commands `gonghui wechat cases …`: workers who want a person, what they said, and what a person of the union writes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.terminal import note, show

if TYPE_CHECKING:
    from assistant.store import Store
    from assistant.wechat_cases import Case

app = typer.Typer(no_args_is_help=True, help="要人工的职工：列出、看对话、回复、办结")
Number = Annotated[int, typer.Argument(min=1, help="记录号")]
LONGEST_REPLY = 5000
REASONS = {"asked": "要找人", "angry": "对答复不满", "failed": "连续没有答上来"}


@app.command("list")
def list_cases(closed: Annotated[bool, typer.Option("--all", help="办结的也列出来")] = False) -> None:
    """列出还没办结的记录，先来的在前。"""
    from assistant import wechat_cases

    with _store() as store:
        found = wechat_cases.cases(store, closed=closed)
    for case in found:
        last = case.transcript[-1].said if case.transcript else ""
        show(f"{_head(case)}  最后一句：{last[:40]}")
    if not found:
        note("没有要办的记录")


@app.command("show")
def show_case(number: Number) -> None:
    """看一条记录：职工说过什么（个人信息已经去掉），我们怎么答的，工作人员回过什么。"""
    from assistant import wechat_cases
    from assistant.errors import ConfigError

    with _store() as store:
        case = wechat_cases.find_case(store, number)
    if case is None:
        raise ConfigError(_NONE.format(number))
    show(_head(case))
    for turn in case.transcript:
        show(f"职工：{turn.said}")
        if turn.answered:
            show(f"自动：{turn.answered}")
    for text in case.replies:
        show(f"人工：{text}")


@app.command("reply")
def reply(number: Number, text: Annotated[str, typer.Argument(help="回给职工的话")]) -> None:
    """回复职工，写明“人工回复”；能推送就推送，不能就等他下次说话时带上。"""
    from assistant import wechat_cases
    from assistant.errors import ConfigError
    from assistant.web.wechat import parts
    from assistant.wechat_messages import Made

    words = text.strip()
    if not words or len(words) > LONGEST_REPLY:
        raise ConfigError(f"回复要有字，最多 {LONGEST_REPLY} 个字，请改了再发")
    if problems := list(_may_not_be_said(words)):
        raise ConfigError("；".join(problems))
    with _store() as store:
        made = Made(*parts.of_staff(words))
        if not wechat_cases.reply(store, number, words, made, now=time.time()):
            raise ConfigError(_NONE.format(number))
    show("记下了。服务在运行的话，几秒钟内推送；推送不了，职工下次说话时会看到。办完了运行 gonghui wechat cases close")


@app.command("close")
def close(number: Number) -> None:
    """办结一条记录。"""
    from assistant import wechat_cases
    from assistant.errors import ConfigError

    with _store() as store:
        if not wechat_cases.close_case(store, number):
            raise ConfigError(_NONE.format(number))
    show(f"{number} 号办结了")


_NONE = "没有 {} 号记录，或者已经办结，请用 gonghui wechat cases list 看看"


@contextmanager
def _store() -> Iterator[Store]:
    from assistant.build import open_store
    from assistant.settings import load_settings

    store = open_store(load_settings())
    try:
        yield store
    finally:
        store.close()


def _head(case: Case) -> str:
    opened = case.opened_at.astimezone().strftime("%Y-%m-%d %H:%M")
    state = "办结" if case.state == "closed" else f"回过 {len(case.replies)} 次" if case.replies else "没有回"
    return f"{case.id} 号  {opened}  {REASONS[case.reason]}  {state}"


def _may_not_be_said(text: str) -> Iterator[str]:
    """A person's words pass the list of numbers and links as well: a mistyped one sends a worker to a stranger."""
    from assistant import grounding
    from assistant.knowledge import load_contacts
    from assistant.settings import knowledge_dir, load_settings

    allow = grounding.AllowList(*load_contacts(knowledge_dir(load_settings())))
    for phone in grounding.find_phones(text):
        if phone not in allow.phones:
            yield f"号码 {phone} 不在 places.yaml 的名单里，请先登记，或者改成名单里的号码"
    yield from (
        f"网址 {host} 不在 places.yaml 的名单里，请先登记，或者删掉" for host in grounding.find_hosts(text) if not allow.has_host(host)
    )
