"""The commands `gonghui staff …`: who of the hotline may sign in to the console at /console/."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import clock
from assistant.errors import ConfigError
from assistant.terminal import note, show

if TYPE_CHECKING:
    from assistant.staff import Person
    from assistant.store import Store

app = typer.Typer(no_args_is_help=True, help="热线同事的账号：加人、列出、给新密码、停用、恢复")
Name = Annotated[str, typer.Argument(help="名字，登录时用")]
_FIRST = "{}：初始密码 {}（只能用一次，7 天内有效；登录后要自己设一个）"


@app.command("add")
def add(name: Name) -> None:
    """加一个人，打印只能用一次的初始密码。"""
    from assistant import passwords, staff

    initial = passwords.new_initial()
    with _store() as store:
        if not staff.add(store, _clean(name), passwords.hashed(initial), now=time.time()):
            raise ConfigError(f"已经有 {_clean(name)} 了；忘了密码请用 gonghui staff password {_clean(name)}")
    show(_FIRST.format(_clean(name), initial))


@app.command("list")
def list_staff() -> None:
    """列出全部账号，停用的也列。"""
    from assistant import staff

    now = time.time()
    with _store() as store:
        found = staff.people(store)
    for person in found:
        show(f"{person.name}  {_state(person, now)}  上次登录：{_day(person.signed_in_at)}")
    if not found:
        note("还没有人，请用 gonghui staff add 名字 加一个")


@app.command("password")
def password(name: Name) -> None:
    """给一个新的初始密码，打印出来；这个人登录着的都退出。"""
    from assistant import passwords, staff

    initial = passwords.new_initial()
    _change(name, lambda store, who: staff.give_initial(store, who, passwords.hashed(initial), now=time.time()))
    show(_FIRST.format(_clean(name), initial))


@app.command("disable")
def disable(name: Name) -> None:
    """停用：马上退出，以后不能登录。"""
    from assistant import staff

    _change(name, lambda store, who: staff.disable(store, who, now=time.time()))
    show(f"{_clean(name)} 停用了")


@app.command("enable")
def enable(name: Name) -> None:
    """恢复停用的账号，密码不变。"""
    from assistant import staff

    _change(name, staff.enable)
    show(f"{_clean(name)} 可以登录了")


def _change(name: str, change: Callable[[Store, str], bool]) -> None:
    with _store() as store:
        if not change(store, _clean(name)):
            raise ConfigError(f"没有 {_clean(name)}，请用 gonghui staff list 看看")


def _clean(name: str) -> str:
    from assistant.staff import clean_name

    if (clean := clean_name(name)) is None:
        raise ConfigError("名字要 2 到 32 个字：汉字、字母、数字，中间可以有 . - _，请换一个")
    return clean


def _store() -> AbstractContextManager[Store]:
    from assistant.build import opened_store
    from assistant.settings import load_settings

    return opened_store(load_settings())


def _state(person: Person, now: float) -> str:
    if person.disabled_at is not None:
        return f"停用（{_day(person.disabled_at)}）"
    if person.must_choose:
        return "还没有自己设密码" if person.may_sign_in(now) else "初始密码用过或过期了，请再给一个"
    return "在用"


def _day(at: float | None) -> str:
    return clock.shown(at) if at else "没有"
