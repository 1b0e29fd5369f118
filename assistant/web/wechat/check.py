"""`gonghui wechat check`: look at everything that connects us with the 公众号, and say in one line each what is the matter."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from urllib.parse import urlsplit

from assistant import clock, menu
from assistant.build import open_store, secret_key
from assistant.doctor import Finding
from assistant.errors import AssistantError, ConfigError, PlatformError, Refusal, StoreUnavailable, exit_code
from assistant.knowledge import MENU, load_menu
from assistant.settings import PREFIX, Settings, knowledge_dir
from assistant.web.wechat.echo import ask_callback
from assistant.web.wechat.platform import PlatformClient
from assistant.wechat_store import push_right

# How the console shows them: whoever copies one wrongly should learn it here.
_SHAPES = {
    "wechat_app_id": (r"wx[0-9a-f]{16}", "wx 加 16 个小写字母或数字"),
    "wechat_app_secret": (r"[0-9a-f]{32}", "32 个小写字母或数字"),
    "wechat_token": (r"[A-Za-z0-9]{3,32}", "3 到 32 个字母或数字"),
    "wechat_aes_key": (r"[A-Za-z0-9+/]{43}", "43 个字母或数字"),
    "wechat_original_id": (r"gh_[0-9A-Za-z_-]{6,40}", "gh_ 开头的原始 ID"),
}
_OPTIONAL = {
    "wechat_original_id": "没有它就不核对收件人",
    "public_base_url": "没有它答复里就没有全文链接",
}


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[PlatformClient]:
    """A client of the platform that shares its token with the service through the database, where there is one."""
    store = cache(lambda: open_store(settings))
    try:
        key = secret_key(settings)
    except StoreUnavailable:
        key = None
    async with PlatformClient(settings, store=store, key=key) as client:
        try:
            yield client
        finally:
            if store.cache_info().currsize:
                store().close()


async def examine(settings: Settings, base: str) -> AsyncIterator[Finding]:
    """Yield one finding a part; *base* is where the service is asked, the public address where it is empty."""
    yield await _look("设置", lambda: _settings(settings))
    yield await _callback(settings, base or settings.public_base_url)
    token = await _look("令牌", lambda: _token(settings))
    yield token
    yield await _look("主动推送", lambda: _push(settings))
    yield await _look("菜单", lambda: _menu(settings)) if token.code == 0 else Finding("菜单", "没有查：先把令牌拿到", token.code)


async def _look(what: str, check: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(what, await check(), 0)
    except AssistantError as error:
        return Finding(what, str(error), exit_code(error))


async def _settings(settings: Settings) -> str:
    values = {name: _plain(settings, name) for name in (*_SHAPES, "public_base_url")}
    if missing := [name for name, value in values.items() if not value and name not in _OPTIONAL]:
        raise ConfigError(f"没有设置 {'、'.join(map(_shown, missing))}，请从公众号后台照抄")
    wrong = [
        f"{_shown(name)} 应是{says}" for name, (shape, says) in _SHAPES.items() if values[name] and not re.fullmatch(shape, values[name])
    ]
    if port := _odd_port(settings.public_base_url):
        wrong.append(f"{_shown('public_base_url')} 用了 {port} 端口，平台只往 80 和 443 发")
    if wrong:
        raise ConfigError(f"{'；'.join(wrong)}，请照公众号后台改正")
    hints = [f"{_shown(name)}（{why}）" for name, why in _OPTIONAL.items() if not values[name]]
    return "齐了，样子都对" + (f"；建议再设 {'、'.join(hints)}" if hints else "")


def _plain(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value if isinstance(value, str) else str(value.get_secret_value())


def _shown(name: str) -> str:
    return PREFIX + name.upper()


def _odd_port(address: str) -> int | None:
    try:
        port = urlsplit(address).port
    except ValueError:
        return None
    return port if port not in {None, 80, 443} else None


async def _callback(settings: Settings, base: str) -> Finding:
    if not settings.has_wechat:
        return Finding("回调", "没有查：先把 GONGHUI_WECHAT_APP_ID、GONGHUI_WECHAT_TOKEN、GONGHUI_WECHAT_AES_KEY 设好", 2)
    if not base:
        return Finding("回调", "不知道去哪里找服务，请设置 GONGHUI_PUBLIC_BASE_URL，或者加 --url http://127.0.0.1:8000", 2)
    echo = await ask_callback(settings, base.rstrip("/").removesuffix("/wechat"))
    return Finding("回调", echo.says, echo.code)


async def _token(settings: Settings) -> str:
    async with connected(settings) as client:
        await client.renew_token()
    return "拿到了，平台认得这个公众号和这台机器"


async def _push(settings: Settings) -> str:
    store = open_store(settings)
    try:
        right = push_right(store, settings.wechat_app_id, now=time.time())
    finally:
        store.close()
    match right.state:
        case "permitted":
            return "可以，最近一次推送平台收下了"
        case "unknown":
            return "还不知道，下一次有慢答复时会试"
    since = clock.shown(right.refused_at or 0)
    says = f"平台在 {since} 说没有权限（48001），公众号要先做微信认证；慢答复请职工回复取，一天后再试"
    if settings.wechat_slow_mode == "push":
        raise ConfigError(f"{says}；现在 GONGHUI_WECHAT_SLOW_MODE=push，请改成 auto")
    return says


async def _menu(settings: Settings) -> str:
    ours = load_menu(knowledge_dir(settings))
    if not ours:
        raise ConfigError(f"知识目录里没有 {MENU}，请照 knowledge/README.md 写一份")
    try:
        async with connected(settings) as client:
            live = await client.find_menu()
    except PlatformError as error:
        if error.reason is not Refusal.PERMISSION:
            raise
        raise PlatformError(f"{error}；没有菜单，职工照样可以打字问", error.reason, error.code) from error
    if live is None:
        raise PlatformError("公众号上没有菜单，请运行 gonghui wechat menu push", Refusal.MENU)
    if told := menu.difference(live, menu.to_platform(ours)):
        raise PlatformError(f"公众号上的和 {MENU} 不一样（{told}），请运行 gonghui wechat menu push", Refusal.MENU)
    return f"公众号上的和 {MENU} 一样"
