"""The commands `gonghui wechat cases …`: workers who want a person, what they said, and what a person of the union writes back."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import clock
from assistant.terminal import note, show

if TYPE_CHECKING:
    from assistant.store import Store
    from assistant.wechat_cases import Case

app = typer.Typer(no_args_is_help=True, help="要人工的职工：列出、看对话、回复、办结")
Number = Annotated[int, typer.Argument(min=1, help="记录号")]


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
    from assistant.web.wechat.casework import NO_CASE, SPEAKERS

    with _store() as store:
        case = wechat_cases.find_case(store, number)
    if case is None:
        raise ConfigError(NO_CASE.format(number))
    show(_head(case))
    for speaker, text in case.talk():
        show(f"{SPEAKERS[speaker]}：{text}")


@app.command("reply")
def reply(number: Number, text: Annotated[str, typer.Argument(help="回给职工的话")]) -> None:
    """回复职工，写明“人工回复”；能推送就推送，不能就等他下次说话时带上。"""
    from assistant.errors import ConfigError
    from assistant.settings import knowledge_dir, load_settings
    from assistant.web.wechat import casework

    with _store() as store:
        if casework.reply(store, number, text, allow=casework.allow_list(knowledge_dir(load_settings())), now=time.time()) == "no_case":
            raise ConfigError(casework.NO_CASE.format(number))
    show("记下了。服务在运行的话，几秒钟内推送；推送不了，职工下次说话时会看到。办完了运行 gonghui wechat cases close")


@app.command("close")
def close(number: Number) -> None:
    """办结一条记录。"""
    from assistant import wechat_cases
    from assistant.errors import ConfigError
    from assistant.web.wechat.casework import NO_CASE

    with _store() as store:
        if not wechat_cases.close_case(store, number):
            raise ConfigError(NO_CASE.format(number))
    show(f"{number} 号办结了")


def _store() -> AbstractContextManager[Store]:
    from assistant.build import opened_store
    from assistant.settings import load_settings

    return opened_store(load_settings())


def _head(case: Case) -> str:
    from assistant.web.wechat.casework import REASONS, state_of

    opened = clock.shown(case.opened_at)
    return f"{case.id} 号  {opened}  {REASONS[case.reason]}  {state_of(case)}"
