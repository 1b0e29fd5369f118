"""The platform's API as this program uses it: messages to a person (客服消息), 正在输入, the menu. The only caller of it.

A request takes 4 s at most. A call is one request; where the token is refused three: the token renewed, the request made once more.
Whatever does not make sense (a page, another shape, too long, too slow) is `unreachable`. The token stands in the address of a
request, as the platform wants it, and httpx logs addresses: so it is put in below httpx's client, on the way to the wire.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

import httpx
import structlog

from assistant import wechat_store
from assistant.errors import ConfigError, PlatformError, Refusal, StoreUnavailable
from assistant.settings import Settings
from assistant.store import Store
from assistant.web.wechat.access_token import Fetched, SharedToken
from assistant.web.wechat.errcodes import NO_MENU, STALE_TOKEN, refusal, unreachable
from assistant.wechat_store import PushRight

log = structlog.get_logger(__name__)

TIMEOUT_S = 4.0
LONGEST_ANSWER = 64 * 1024
# The platform asks to keep 512 characters' room.
LONGEST_TOKEN = 1024
LARGEST_NUMBER = 10**9
_TOKEN = "/cgi-bin/stable_token"  # noqa: S105
_SEND = "/cgi-bin/message/custom/send"
_TYPING = "/cgi-bin/message/custom/typing"
_MENU_CREATE, _MENU_GET, _MENU_DELETE = "/cgi-bin/menu/create", "/cgi-bin/menu/get", "/cgi-bin/menu/delete"


class PlatformClient:
    """One account's connection to the platform, for one event loop; to be closed. Every call may raise PlatformError, see its `reason`.

    *store* opens the database or raises StoreUnavailable, *key* is the instance's secret key: without either all works, unshared.
    """

    def __init__(
        self, settings: Settings, *, store: Callable[[], Store], key: bytes | None, clock: Callable[[], float] = time.time
    ) -> None:
        if not settings.wechat_app_id or not settings.wechat_app_secret.get_secret_value():
            raise ConfigError("没有设置 GONGHUI_WECHAT_APP_ID 和 GONGHUI_WECHAT_APP_SECRET，请从公众号后台照抄")
        _check_address(settings.wechat_api_base)
        self._settings = settings
        self._store = store
        self._clock = clock
        self._http = httpx.AsyncClient(
            base_url=settings.wechat_api_base,
            timeout=TIMEOUT_S,
            headers={"Accept-Encoding": "identity"},
            trust_env=False,
            transport=_WithToken(trust_env=False),
        )
        self._token = SharedToken(
            self._fetch_token, account=settings.wechat_app_id, address=settings.wechat_api_base, store=store, key=key, clock=clock
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give back the connections."""
        await self._http.aclose()

    async def renew_token(self) -> None:
        """Ask for the token now, whatever is kept: proves that AppID, AppSecret and our address are right."""
        await self._token.renew()

    # -- messages --

    async def send_text(self, openid: str, text: str) -> None:
        """Send *text* to a person who spoke to us; after `unreachable` it may have arrived or not."""
        await self._push(_SEND, {"touser": openid, "msgtype": "text", "text": {"content": text}})

    async def show_typing(self, openid: str, *, on: bool = True) -> None:
        """Show 正在输入 for 15 s, or stop showing it."""
        await self._push(_TYPING, {"touser": openid, "command": "Typing" if on else "CancelTyping"})

    async def push_right(self) -> PushRight:
        """Return whether this account may push, as far as known; raises StoreUnavailable."""
        return await asyncio.to_thread(lambda: wechat_store.push_right(self._store(), self._settings.wechat_app_id, now=self._clock()))

    async def _push(self, path: str, body: Mapping[str, Any]) -> None:
        """Call, and note for all processes what the outcome says of our permission."""
        account = self._settings.wechat_app_id
        try:
            await self._call("POST", path, body)
        except PlatformError as error:
            if error.reason is Refusal.PERMISSION:
                await self._note(lambda: wechat_store.refuse_push(self._store(), account, now=self._clock()))
            raise
        await self._note(lambda: wechat_store.permit_push(self._store(), account))

    async def _note(self, write: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(write)
        except StoreUnavailable as error:
            log.warning("wechat_push_right_not_kept", error=str(error))

    # -- the menu --

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu by *menu*, in the platform's form."""
        await self._call("POST", _MENU_CREATE, menu)

    async def find_menu(self) -> dict[str, Any] | None:
        """Return the account's menu in the platform's form, None where there is none."""
        try:
            found = (await self._call("GET", _MENU_GET)).get("menu")
        except PlatformError as error:
            if error.code == NO_MENU:
                return None
            raise
        if not isinstance(found, dict):
            raise unreachable("没有菜单这一项")
        return found

    async def delete_menu(self) -> None:
        """Take the account's menu away."""
        await self._call("GET", _MENU_DELETE)

    # -- calls --

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        token = await self._token.current()
        answer = await self._request(method, path, body, token)
        if answer.get("errcode") in STALE_TOKEN and (renewed := await self._token.after(token)) is not None:
            answer = await self._request(method, path, body, renewed)
        if "errcode" not in answer and path != _MENU_GET:
            raise unreachable("没有 errcode")
        if code := answer.get("errcode"):
            raise refusal(code, str(answer.get("errmsg", "")))
        return answer

    async def _fetch_token(self) -> Fetched:
        settings = self._settings
        body = {
            "grant_type": "client_credential",
            "appid": settings.wechat_app_id,
            "secret": settings.wechat_app_secret.get_secret_value(),
            "force_refresh": False,
        }
        answer = await self._request("POST", _TOKEN, body, None)
        if code := answer.get("errcode"):
            raise refusal(code, str(answer.get("errmsg", "")), obtaining_token=True)
        token, lives_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN or not token.isascii() or not token.isprintable():
            raise unreachable("没有令牌")
        if type(lives_s) is not int or lives_s <= 0:
            raise unreachable("没有令牌的有效期")
        return Fetched(token, float(min(lives_s, LARGEST_NUMBER)))

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None, token: str | None) -> dict[str, Any]:
        """Make one request and return the object that came back; raises PlatformUnavailable for anything else."""
        # The platform shows \u62d6 as it stands, so characters go out as themselves; half a surrogate pair cannot, and becomes “?”.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode(errors="replace")
        request = self._http.build_request(
            method,
            path,
            content=content,
            headers={"Content-Type": "application/json; charset=utf-8"} if content is not None else None,
            extensions={"timeout": httpx.Timeout(TIMEOUT_S).as_dict(), _EXTENSION: token},
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                response = await self._http.send(request, stream=True)
                try:
                    return await _object(response)
                finally:
                    await response.aclose()
        except _NoSense as error:
            raise unreachable(str(error)) from None
        except (TimeoutError, httpx.TimeoutException):
            raise unreachable(f"超过 {TIMEOUT_S:g} 秒") from None
        except (httpx.HTTPError, OSError) as error:
            # Without its cause: what other libraries say may hold the address asked.
            raise unreachable(type(error).__name__) from None


def _check_address(base: str) -> None:
    """Raises ConfigError where nothing could ever be reached: what the socket makes of it would be no answer of the platform's."""
    try:
        address = httpx.URL(base)
    except httpx.InvalidURL:
        address = httpx.URL()
    if not address.host or (address.port is not None and not 0 < address.port < 2**16):
        raise ConfigError("GONGHUI_WECHAT_API_BASE 不是一个网址，请删掉它（就用平台的地址）或者改正")


class _NoSense(Exception):
    """An answer that is not the platform's."""


_EXTENSION = "access_token"


class _WithToken(httpx.AsyncHTTPTransport):
    """Writes the token, carried beside the request, into the address that goes out."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request with its token."""
        if token := request.extensions.get(_EXTENSION):
            url = request.url.copy_add_param(_EXTENSION, token)
            extensions = {name: value for name, value in request.extensions.items() if name != _EXTENSION}
            request = httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        return await super().handle_async_request(request)


async def _object(response: httpx.Response) -> dict[str, Any]:
    if response.status_code != 200:
        raise _NoSense(f"HTTP {response.status_code}")
    body = bytearray()
    async for chunk in response.aiter_raw():  # as it came: a packed answer was not asked for, and is not unpacked
        body += chunk
        if len(body) > LONGEST_ANSWER:
            raise _NoSense("太长")
    try:
        answer = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _NoSense("不是 JSON") from None
    if not isinstance(answer, dict):
        raise _NoSense("不是一个对象")
    code = answer.get("errcode", 0)
    if type(code) is not int or abs(code) > LARGEST_NUMBER:
        raise _NoSense("errcode 不是数")
    return answer
