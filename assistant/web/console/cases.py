"""The cases of workers who want a person: those waiting, what was said (masked), writing back, closing."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from assistant import clock, wechat_cases
from assistant.errors import ConfigError
from assistant.settings import knowledge_dir
from assistant.web.console.door import DESK
from assistant.web.form_pages import FormSent
from assistant.web.place import signed_in
from assistant.web.public import error_page, templates
from assistant.web.wechat import casework

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/cases", include_in_schema=False)
# SQLite's and PostgreSQL's integers end; a longer number is no case of ours.
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

GONE = "没有这个记录，请回去看看列表。"
OVERTAKEN = "这条记录刚才又有了一条回复，您写的没有发。请看一眼，还要发就再点一次。"
DONE = {"reply": "记下了。几秒钟内推送；推送不了，职工下次说话时会看到。办完了请点“办结”。", "close": "办结了。"}


@router.get("")
def waiting(request: Request, closed: str = "") -> Response:
    """List the open cases, the oldest first; with `closed` all of them, the newest first."""
    found = wechat_cases.cases(request.app.state.history.store(), closed=bool(closed))
    shown = {"cases": found[::-1][:200] if closed else found, "closed": bool(closed), "casework": casework, "clock": clock}
    return templates.TemplateResponse(request, "console/cases.html", shown)


@router.get("/{number}")
def one(request: Request, number: Number, done: str = "") -> Response:
    """Show one case with what was said, and the box to write back."""
    return _case(request, number, done=DONE.get(done, ""))


@router.post("/{number}/reply")
def reply(request: Request, number: Number, told: FormSent) -> Response:
    """Write back as `gonghui wechat cases reply` does; once, however often it is sent."""
    fields = dict(told.pairs)
    text, seen = fields.get("text", ""), fields.get("seen", "")
    store, allow = request.app.state.history.store(), casework.allow_list(knowledge_dir(request.app.state.settings))
    try:
        outcome = casework.reply(
            store, number, text, allow=allow, now=request.app.state.clock(), seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0
        )
    except ConfigError as error:
        return _case(request, number, text, f"{error}。")
    if outcome == "no_case":
        return error_page(request, 404, GONE)
    if outcome == "overtaken":
        return _case(request, number, text, OVERTAKEN)
    _note(request, "case_replied", number)
    return RedirectResponse(f"{DESK}cases/{number}?done=reply", status_code=303)


@router.post("/{number}/close")
def close(request: Request, number: Number) -> Response:
    """Close a case; closing it again changes nothing."""
    if wechat_cases.close_case(request.app.state.history.store(), number):
        _note(request, "case_closed", number)
    return RedirectResponse(f"{DESK}cases/{number}?done=close", status_code=303)


def _case(request: Request, number: int, text: str = "", problem: str = "", done: str = "") -> Response:
    case = wechat_cases.find_case(request.app.state.history.store(), number)
    if case is None:
        return error_page(request, 404, GONE)
    shown = {"case": case, "text": text, "problem": problem, "done": done, "casework": casework, "clock": clock}
    return templates.TemplateResponse(request, "console/case.html", shown, status_code=400 if problem else 200)


def _note(request: Request, what: str, number: int) -> None:
    who = signed_in(request)
    log.info(what, case=number, name=who.name if who else None)
