"""The machine interface: health, readiness, ask, search, sums, self-tests, papers. Questions and answers are batch lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from assistant import batch, clock
from assistant.calculators import calculator
from assistant.calculators.registry import CALCULATORS, find_calculator
from assistant.errors import InputError, StoreUnavailable
from assistant.paperwork import paper
from assistant.paperwork.paper import Paper
from assistant.paperwork.plain_text import as_text
from assistant.paperwork.registry import PAPERS, find_paper
from assistant.ranking import REGION_CHAIN
from assistant.selftests import selftest
from assistant.selftests.registry import SELFTESTS, find_selftest

WORDS_ONLY = "只能按词查找（{} 用不了），答得没有平时准，请运行 gonghui doctor"
MODEL_PAUSED = "语言模型接连出错，先停一会儿不问它；职工收到不带模型的答复，请运行 gonghui doctor"

Skill = TypeVar("Skill")
router = APIRouter(default_response_class=JSONResponse)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "no index, or the database cannot be written"}})
def readyz(request: Request, response: Response) -> dict[str, Any]:
    """Say whether questions can be answered: index loaded, database writable, and what is degraded."""
    desk, settings = request.app.state.desk, request.app.state.settings
    problems = [desk.problem] if desk.assistant.library is None else []
    try:
        request.app.state.history.store().check_writable()
    except StoreUnavailable as error:
        problems.append(str(error))
    has_model = settings.has_llm and not desk.is_model_paused
    without = desk.searches_without
    level = "no_index" if desk.assistant.library is None else "words_only" if without else "full" if has_model else "no_model"
    degraded = [
        *([desk.problem] if desk.problem else []),
        *([WORDS_ONLY.format("、".join(without))] if without else []),
        *([MODEL_PAUSED] if desk.is_model_paused else []),
    ]
    response.status_code = 503 if problems else 200
    return {
        "ready": not problems,
        "level": level,
        "index_version": desk.assistant.library.version if desk.assistant.library else None,
        "problems": problems or degraded,
    }


@router.post("/api/v1/ask", responses={400: {"description": "not a place or a day we know"}, 413: {"description": "body too large"}})
def ask(request: Request, line: batch.QuestionLine) -> dict[str, Any]:
    """Answer one question; body and answer are one batch line each."""
    started = time.perf_counter()
    question = batch.from_line(line, region="即墨", as_of=clock.today(), channel="api")
    answer = request.app.state.desk.assistant.ask(question)
    elapsed = time.perf_counter() - started
    request.app.state.metrics.count("api", answer)
    request.app.state.metrics.time("ask", elapsed)
    return batch.answer_row(answer, line.id, elapsed * 1000)


@router.get("/api/v1/search", responses={400: {"description": "no words, or not a place or a day we know"}})
def search(
    request: Request,
    q: str = Query(max_length=2000, description="words to look for"),
    limit: int = Query(10, ge=1, le=100),
    as_of: date | None = None,
    region: str = Query("即墨", description="、".join(REGION_CHAIN)),
) -> dict[str, Any]:
    """Find articles and guides without writing an answer."""
    question = batch.question(q, region=region, as_of=as_of)
    return batch.search_row(request.app.state.desk.assistant, question, None, limit)


_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "something told cannot be used; the sentence names the input and what is allowed"},
    404: {"description": "nothing of that name"},
    413: {"description": "body too large"},
}
Told = Annotated[dict[str, Any], Body(description="the inputs by name, as the list has them")]
_NO_SUCH_DAY: dict[int | str, dict[str, Any]] = {400: {"description": "not a day we know"}}


def _day_taken(as_of: Annotated[date | None, Query(description="the day taken for today")] = None) -> date:
    return clock.known_day(as_of)


Today = Annotated[date, Depends(_day_taken)]


@router.get("/api/v1/calc", responses=_NO_SUCH_DAY)
def calculators(today: Today) -> list[dict[str, Any]]:
    """List the sums and deadlines that can be worked out, with what each asks for."""
    return [calculator.declared(one, today) for one in CALCULATORS]


@router.post("/api/v1/calc/{name}", responses=_REFUSED)
def calculate(request: Request, name: str, told: Told, today: Today) -> Response:
    """Work out a sum or a deadline: each line with its formula and articles. Nothing told is kept."""
    parameters = request.app.state.desk.knowledge.parameters
    return _worked_out(request, "calc", name, find_calculator, lambda one: calculator.as_row(one.run(told, parameters, today)))


@router.get("/api/v1/check", responses=_NO_SUCH_DAY)
def selftests(today: Today) -> list[dict[str, Any]]:
    """List the self-tests and checklists, with what each may ask."""
    return [selftest.declared(one, today) for one in SELFTESTS]


@router.post("/api/v1/check/{name}", responses=_REFUSED)
def examine(request: Request, name: str, told: Told, today: Today) -> Response:
    """Say how a case looks, with reasons and articles, or list what to gather or where to turn. Nothing told is kept."""
    knowledge = request.app.state.desk.knowledge
    return _worked_out(request, "check", name, find_selftest, lambda one: selftest.as_row(one.run(told, knowledge, today)))


@router.get("/api/v1/paper", responses=_NO_SUCH_DAY)
def papers(today: Today) -> list[dict[str, Any]]:
    """List the papers that can be filled in, with what each asks for."""
    return [paper.declared(one, today) for one in PAPERS]


@router.post("/api/v1/paper/{name}", responses=_REFUSED)
def fill(request: Request, name: str, told: Told, today: Today) -> Response:
    """Fill in a paper: its text and what is still blank. Nothing told is kept."""
    parameters = request.app.state.desk.knowledge.parameters

    def filled(one: Paper) -> dict[str, object]:
        written = one.fill(told, parameters, today)
        return {"name": written.name, "title": written.title, "blanks": list(written.blanks()), "text": as_text(written)}

    return _worked_out(request, "paper", name, find_paper, filled)


def _worked_out(
    request: Request, skill: str, name: str, find: Callable[[str], Skill], work: Callable[[Skill], dict[str, object]]
) -> Response:
    try:
        found = find(name)
    except InputError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    row = work(found)
    request.app.state.metrics.count_skill("api", skill, name)
    return JSONResponse(row, headers={"Cache-Control": "private, no-store"})
