"""The public pages: the question page, and one answer with its sources. Plain HTML that works without any script."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup, escape

from assistant import batch, clock
from assistant.citation import format_citation
from assistant.errors import StoreUnavailable
from assistant.paperwork.begun import begun_papers
from assistant.passages import SECTION_TITLES
from assistant.rendering import ASKING, MODEL_LABEL, UNKNOWN, label
from assistant.skills import handing
from assistant.speech import HOTLINE
from assistant.store import StoredAnswer, Thread
from assistant.telephone import spoken_text
from assistant.text import normalise, to_chinese_number
from assistant.types import Answer
from assistant.web import place

log = structlog.get_logger(__name__)
# On a phone of 360 × 780 these, the short answer and the first deadline fit the first screen.
FIRST_STEPS = 2
PAGE_LASTS = timedelta(days=30)
router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=Path(__file__).parent / "templates", context_processors=[place.for_templates])


def dial(text: str) -> Markup:
    """Return *text* escaped, with the public hotlines in it as links a phone can dial."""
    return Markup(HOTLINE.sub(lambda match: f'<a href="tel:{match.group()}">{match.group()}</a>', str(escape(text))))  # noqa: S704


templates.env.filters["dial"] = dial
templates.env.globals.update(
    section_titles=SECTION_TITLES,
    format_citation=format_citation,
    answer_label=label,
    model_label=MODEL_LABEL,
    spoken_text=spoken_text,
    first_steps=FIRST_STEPS,
    asking=ASKING,
    unknown=UNKNOWN,
    numeral=to_chinese_number,
)
templates.env.trim_blocks = templates.env.lstrip_blocks = True

PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
EXAMPLES = (
    "老板欠我三个月工资怎么办",
    "没签合同能要双倍工资吗",
    "上班受伤了先做什么",
    "被辞退能拿多少补偿",
    "产假有多少天",
    "困难职工怎么申请帮扶",
)


@router.get("/")
def home(request: Request, q: str = "") -> Response:
    """Show the question page; `q` fills in the box."""
    return templates.TemplateResponse(request, "home.html", {"examples": EXAMPLES, "question": q[:2000]})


@router.post("/")
def ask(
    request: Request, question: Annotated[str, Form(max_length=200_000)] = "", after: Annotated[str, Form(max_length=64)] = ""
) -> Response:
    """Answer the form, keep the answer, and lead to its page; where nothing can be kept, show it at once."""
    if not normalise(question):
        return templates.TemplateResponse(
            request, "home.html", {"examples": EXAMPLES, "question": "", "problem": "请先写下您的问题。"}, status_code=400
        )
    answer, before = answered(request, question, after, as_of=clock.today())
    if answer.token:
        return RedirectResponse(f"/a/{answer.token}", status_code=303)
    return answer_shown(request, normalise(question)[:500], answer, before.history)


def answered(request: Request, question: str, after: str, *, as_of: date, region: str = "即墨") -> tuple[Answer, Thread]:
    """Answer a question that follows the answer *after* (a token, or none), keep and count it; returns what it leaned on too."""
    started = time.perf_counter()
    channel, before = place.channel_of(request), _before(request, after)
    asked = batch.question(question, region=region, as_of=as_of, history=before.history, channel=channel)
    answer = request.app.state.desk.assistant.ask(replace(asked, asked=before.asked, open_fork=before.open_fork))
    request.app.state.metrics.count(channel, answer)
    request.app.state.metrics.time("ask", time.perf_counter() - started)
    return answer, before


@router.get("/a/{token}")
def answer_page(request: Request, token: str) -> Response:
    """Show one kept answer with its sources."""
    kept = find_kept(request, token)
    return kept if isinstance(kept, Response) else answer_shown(request, kept.question, kept.answer, kept.before.history)


def find_kept(request: Request, token: str) -> StoredAnswer | Response:
    """Return the answer of that token, or the page that says why there is none to show."""
    kept: StoredAnswer | None = request.app.state.history.store().find_answer(token) if len(token) <= 64 else None
    if kept is None:
        return error_page(request, 404, "没有找到这条答复，可能已经删除。请重新问一次。")
    if _has_expired(kept):
        return error_page(request, 410, f"这条答复过了 {PAGE_LASTS.days} 天，规定可能变了。请重新问一次。")
    return kept


def _has_expired(kept: StoredAnswer) -> bool:
    """Law and figures change, and a link may have been passed on."""
    created = kept.created_at if kept.created_at.tzinfo else kept.created_at.replace(tzinfo=timezone.utc)
    return datetime.now(timezone.utc) - created > PAGE_LASTS


def error_page(request: Request, status: int, words: str) -> Response:
    """Show one sentence, and the way back to the question page."""
    return templates.TemplateResponse(request, "error.html", {"words": words}, status_code=status)


def answer_shown(
    request: Request, question: str, answer: Answer, history: tuple[str, ...], *, template: str = "answer.html", **more: object
) -> Response:
    """Show an answer; *more* is what the template of another place wants beside it."""
    shown: dict[str, Any] = {
        "question": question,
        "answer": answer,
        "history": history,
        "claims": handing.claims_of(answer),
        "begun": begun_papers(answer, question, history),
        "papers": handing,
        **more,
    }
    return templates.TemplateResponse(request, template, shown, headers=PRIVATE)


def _before(request: Request, token: str) -> Thread:
    """What was said up to the page that a follow-up was written on."""
    if not token:
        return Thread()
    try:
        kept: StoredAnswer | None = request.app.state.history.store().find_answer(token)
    except StoreUnavailable as error:
        log.warning("no_history", error=str(error))
        return Thread()
    return kept.thread() if kept else Thread()
