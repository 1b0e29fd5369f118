"""The console as a whole: its own pages, and those of the public side that serve here too, behind the door."""

from __future__ import annotations

import time

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from assistant.web import calc, check, paper
from assistant.web.console import cases, desk, door, signing_in
from assistant.web.console.signing_in import Line
from assistant.web.place import CONSOLE
from assistant.web.public import error_page

_EVERY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def add_console(app: FastAPI) -> None:
    """Put the console into the application; `app.state.clock` says what time it is there."""
    app.state.clock, app.state.sign_in_line = time.time, Line()
    app.add_exception_handler(door.Refused, door.refuse)
    console = APIRouter(prefix=CONSOLE, dependencies=[Depends(door.has_form_token)])
    for router in (signing_in.router, desk.router, cases.router, calc.router, check.router, paper.router):
        console.include_router(router)
    console.add_api_route("", _to_the_desk, methods=["GET"], include_in_schema=False)
    console.add_api_route("/{path:path}", _nothing, methods=_EVERY, include_in_schema=False)
    app.include_router(console)
    app.add_middleware(door.Door)


def _to_the_desk() -> Response:
    return RedirectResponse(door.DESK, status_code=303)


def _nothing(request: Request) -> Response:
    return error_page(request, 404, "没有这个页面")
