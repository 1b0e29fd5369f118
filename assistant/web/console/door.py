"""The door of the console: nothing below /console is reached without a session, and nothing changes there on another site's word.

It stands before the routes, so that one that is added, or that does not exist, cannot be forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import staff
from assistant.build import secret_key, subject_of
from assistant.errors import StoreUnavailable
from assistant.settings import Settings
from assistant.web.place import CONSOLE, FORM_TOKEN, SignedIn, is_console_path, signed_in
from assistant.web.public import error_page

log = structlog.get_logger(__name__)

LOGIN, PASSWORD, LOGOUT, DESK = f"{CONSOLE}/login", f"{CONSOLE}/password", f"{CONSOLE}/logout", f"{CONSOLE}/"
SIGN_IN_FIRST = "请先登录；登录着的，可能是过了时间或者退出了。"
CHOOSE_FIRST = "请先设一个自己的密码。"
FROM_ELSEWHERE = "这个请求不是从工作台的页面发来的，没有照办。请打开工作台再试；还不行，请维护的人看看 GONGHUI_PUBLIC_BASE_URL。"
STALE_FORM = "这个页面过期了，没有照办。请回去刷新一下再试。"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    # With `no-referrer`, as elsewhere, a browser says `Origin: null` of our own forms too (Fetch, "append a request Origin header").
    "Referrer-Policy": "same-origin",
}


class Door:
    """Let through who is signed in; lead others to the sign-in page (GET), or refuse (everything else)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] != "http" or not is_console_path(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)

        async def kept_by_nobody(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        try:
            request.state.signed_in = await asyncio.to_thread(_find, request)
            stopped = _stopped(request)
        except StoreUnavailable as error:
            stopped = error_page(request, 503, str(error))
        await (stopped or self._app)(scope, receive, kept_by_nobody)


def _find(request: Request) -> SignedIn | None:
    token = request.cookies.get(cookie_of(request))
    if not token:
        return None
    found = staff.find_session(request.app.state.history.store(), token, now=request.app.state.clock())
    return SignedIn(*found, session=token, form_token=_form_token(token)) if found else None


def _stopped(request: Request) -> Response | None:
    """What is answered in place of the page, None for who may go on."""
    changes, path, who = request.method not in {"GET", "HEAD"}, request.url.path, signed_in(request)
    if changes and not _is_from_here(request):
        return _refused(request, "another_site", FROM_ELSEWHERE)
    if path == LOGIN:
        return None
    if who is None:
        return _refused(request, "no_session", SIGN_IN_FIRST) if changes else RedirectResponse(LOGIN, status_code=303)
    if who.must_choose and path not in {PASSWORD, LOGOUT}:
        return _refused(request, "no_own_password", CHOOSE_FIRST) if changes else RedirectResponse(PASSWORD, status_code=303)
    return None


def _is_from_here(request: Request) -> bool:
    """Whether a browser that says where a request comes from says: from a page of ours, or typed."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    ours = {request.headers.get("host", ""), urlsplit(_settings(request).public_base_url).netloc} - {""}
    return origin is None or origin.partition("://")[2] in ours


async def has_form_token(request: Request) -> None:
    """Refuse a change without the token of this session's forms; every route of the console depends on this. Raises Refused."""
    who = signed_in(request)
    if who is None or request.method in {"GET", "HEAD"}:
        return
    given = (await request.form(max_files=0)).get(FORM_TOKEN)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(errors="replace"), who.form_token.encode()):
        raise Refused


class Refused(Exception):
    """A form without the token of the session."""


async def refuse(request: Request, _error: Exception) -> Response:
    """Answer `Refused`."""
    return _refused(request, "no_form_token", STALE_FORM)


def _refused(request: Request, why: str, words: str) -> Response:
    who = signed_in(request)
    log.warning("console_refused", why=why, path=request.url.path, name=who.name if who else None, address=address_of(request))
    return error_page(request, 403, words)


def _form_token(session: str) -> str:
    # Worked out from what only the browser and the request have: nothing to keep, and of no use for signing in.
    return hashlib.sha256(f"form\n{session}".encode()).hexdigest()


# -- the cookie -----------------------------------------------------------------------------------------------------


def cookie_of(request: Request) -> str:
    """Return the name of the cookie; a browser takes `__Host-` over HTTPS only, and not from another host or path."""
    return "__Host-staff" if _is_secure(request) else "staff"


def give_cookie(request: Request, response: Response, token: str) -> None:
    """Hand the session to the browser, till it is closed."""
    response.set_cookie(cookie_of(request), token, path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def take_cookie(request: Request, response: Response) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_of(request), path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https" or _settings(request).public_base_url.startswith("https://")


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


# -- who asks -------------------------------------------------------------------------------------------------------


def address_of(request: Request) -> str:
    """Return the address a request comes from; of IPv6 the network, which one household or office has to itself."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:64]
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


@dataclass(frozen=True)
class Pseudonyms:
    """The name somebody typed and the address it came from, as tries are counted: whoever reads the table learns neither."""

    who: str
    address: str


def pseudonyms(request: Request, name: str) -> Pseudonyms:
    """Return both; raises StoreUnavailable where there is no secret key."""
    key = secret_key(_settings(request))
    return Pseudonyms(subject_of(key, f"staff name\n{name}"), subject_of(key, f"staff address\n{address_of(request)}"))
