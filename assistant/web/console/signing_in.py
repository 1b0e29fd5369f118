"""Signing in and out, and choosing a password. What was tried, and what came of it, is logged without any secret."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from assistant import passwords, staff, staff_tries
from assistant.staff import Person
from assistant.store import Store
from assistant.web.console.door import DESK, LOGIN, PASSWORD, SIGN_IN_FIRST, address_of, give_cookie, pseudonyms, take_cookie
from assistant.web.form_pages import FormSent
from assistant.web.place import signed_in
from assistant.web.public import error_page, templates

log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)

WRONG = "名字或密码不对，请再试一次。忘了密码请找管理的人。"
TOO_FAST = "试得太快了，请等 {} 秒再试。"
TOO_MANY = "现在登录的人太多，请过几秒再试。"
# A hash takes 64 MiB and some 50 ms of two cores: so many at once, so many in line.
AT_ONCE, IN_LINE = 2, 10


class Line:
    """Lets a few at a time work out a hash, and a few more wait for it."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[bool]:
        """Yield whether it is one's turn; False at once where too many wait."""
        if self._waiting >= IN_LINE:
            yield False
            return
        self._waiting += 1
        try:
            async with self._free:
                yield True
        finally:
            self._waiting -= 1


@router.get("/login")
def sign_in_page(request: Request) -> Response:
    """Show where staff sign in; who is signed in goes on to the desk."""
    return RedirectResponse(DESK, status_code=303) if signed_in(request) else _sign_in_page(request)


@router.post("/login")
async def sign_in(request: Request, told: FormSent) -> Response:
    """Open a session for the right name and password, and say nothing about which of the two was wrong."""
    fields = dict(told.pairs)
    name = staff.clean_name(fields.get("name", "")[:100])
    problem, person = await _tried(request, name, fields.get("password", ""))
    if person is None:
        return _sign_in_page(request, problem, fields.get("name", "")[:100])
    return await asyncio.to_thread(_opened, request, person, PASSWORD if person.must_choose else DESK)


@router.post("/logout")
def sign_out(request: Request) -> Response:
    """End the session on the server, and take it from the browser."""
    response = RedirectResponse(LOGIN, status_code=303)
    if who := signed_in(request):
        staff.end_session(_store(request), who.session)
        log.info("staff_signed_out", name=who.name, address=address_of(request))
    take_cookie(request, response)
    return response


@router.get("/password")
def password_page(request: Request) -> Response:
    """Show where a password is chosen."""
    return _password_page(request)


@router.post("/password")
async def choose_password(request: Request, told: FormSent) -> Response:
    """Take a password of the person's own; every session ends and a new one begins here."""
    who = signed_in(request)
    if who is None:
        return error_page(request, 403, SIGN_IN_FIRST)
    fields = dict(told.pairs)
    chosen = fields.get("chosen", "")
    if problem := passwords.problem_of(chosen, who.name):
        return _password_page(request, problem)
    if chosen != fields.get("again", ""):
        return _password_page(request, "两次写的不一样，请再写一遍。")
    if who.must_choose:
        said, person = WRONG, await asyncio.to_thread(staff.find, _store(request), who.name)
    else:
        said, person = await _tried(request, who.name, fields.get("password", ""))
    if person is None:
        return _password_page(request, said if said != WRONG else "现在的密码不对，请再试一次。")
    return await asyncio.to_thread(_chosen, request, person, chosen)


async def _tried(request: Request, name: str | None, password: str) -> tuple[str, Person | None]:
    """Return whose name and password these are, or None and the sentence to say; counted, held and logged either way."""
    store, now = await asyncio.to_thread(_store, request), request.app.state.clock()
    # What is no name is counted as one and looked at as long, so that both look the same from outside.
    known_as = await asyncio.to_thread(pseudonyms, request, name or "")
    turn = await asyncio.to_thread(staff_tries.begin, store, known_as.who, known_as.address, now=now)
    address = address_of(request)
    if turn.is_refused:
        log.warning("staff_try_refused", address=address, wait_s=round(turn.wait_s))
        return TOO_FAST.format(math.ceil(turn.wait_s)), None
    await asyncio.sleep(turn.wait_s)
    async with request.app.state.sign_in_line.turn() as is_mine:
        if not is_mine:
            return TOO_MANY, None
        person = await asyncio.to_thread(staff.find, store, name) if name else None
        is_right = await asyncio.to_thread(passwords.matches, person.password if person else None, password)
    if person is None or not is_right or not person.may_sign_in(request.app.state.clock()):
        # A name that is nobody's may be a password typed into the wrong field.
        log.warning("staff_sign_in_failed", name=person.name if person else None, address=address, was_right=is_right)
        return WRONG, None
    await asyncio.to_thread(staff_tries.succeed, store, known_as.who, known_as.address, now=request.app.state.clock())
    return "", person


def _opened(request: Request, person: Person, to: str) -> Response:
    old = signed_in(request)
    token = staff.open_session(_store(request), person, now=request.app.state.clock(), instead_of=old.session if old else None)
    if token is None:
        return _sign_in_page(request, WRONG, person.name)
    log.info("staff_signed_in", name=person.name, address=address_of(request), initial=person.must_choose)
    response = RedirectResponse(to, status_code=303)
    give_cookie(request, response, token)
    return response


def _chosen(request: Request, person: Person, password: str) -> Response:
    store, kept = _store(request), passwords.hashed(password)
    if passwords.matches(person.password, password):
        return _password_page(request, "新密码不能和原来的一样，请换一个。")
    if not staff.choose(store, person, kept):
        return error_page(request, 403, SIGN_IN_FIRST)
    log.info("staff_chose_password", name=person.name, address=address_of(request))
    return _opened(request, person._replace(password=kept, initial_until=None), DESK)


def _sign_in_page(request: Request, problem: str = "", name: str = "") -> Response:
    status = 200 if not problem else 429 if problem != WRONG else 403
    return templates.TemplateResponse(request, "console/login.html", {"problem": problem, "name": name}, status_code=status)


def _password_page(request: Request, problem: str = "") -> Response:
    shown = {"problem": problem, "shortest": passwords.SHORTEST, "longest": passwords.LONGEST}
    return templates.TemplateResponse(request, "console/password.html", shown, status_code=400 if problem else 200)


def _store(request: Request) -> Store:
    found: Store = request.app.state.history.store()
    return found
