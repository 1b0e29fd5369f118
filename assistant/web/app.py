"""Build the web application: one process, one Desk, one database; errors become the right status and one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import __version__
from assistant.build import Desk, open_store, secret_key
from assistant.errors import AssistantError, ConfigError, StoreUnavailable
from assistant.grounding import CHECKS
from assistant.settings import Settings
from assistant.store import Store
from assistant.types import Answer, Question
from assistant.web import api, calc, check, paper, public
from assistant.web.console.console import add_console
from assistant.web.wechat import conversation, gate
from assistant.web.wechat.channel import Channel
from assistant.web.wechat.echo import ask_callback

log = structlog.get_logger(__name__)

RENEW_EVERY_S = 2.0
LONGEST_BODY = 256 * 1024
_REASONS = {"missing": "没有写", "string_too_long": "太长了", "too_long": "太多了", "json_invalid": "不是 JSON"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; connect-src 'self'",
}


# WeChat cuts at 5 s: 4.7 is where to be woken up.
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.7, 5.0, 7.5, 10.0)


class Metrics:
    """The counters behind `/metrics`; one registry an application, so that tests do not share them."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, of times nobody looks at
        self.registry = CollectorRegistry()
        self.answers = Counter("gonghui_answers", "Answers sent", ["channel", "outcome", "source"], registry=self.registry)
        self.refusals = Counter("gonghui_gate_refusals", "What the gate refused", ["check"], registry=self.registry)
        for name in CHECKS:  # a check that refused nothing yet is shown with 0
            self.refusals.labels(name)
        labels = ["channel", "skill", "name"]
        self.skills = Counter("gonghui_skills", "Sums, self-tests and papers that were worked out", labels, registry=self.registry)
        self.seconds = Histogram("gonghui_step_seconds", "Time of a step", ["step"], buckets=BUCKETS_S, registry=self.registry)
        self.words_only = Gauge("gonghui_words_only", "1 where the last search had to do without vectors", registry=self.registry)
        self.model_paused = Gauge("gonghui_model_paused", "1 while the language model is left alone after failures", registry=self.registry)

    def count(self, channel: str, answer: Answer) -> None:
        """Count one answer and what the gate refused in it."""
        self.answers.labels(channel, answer.outcome, answer.source).inc()
        for failure in answer.failures:
            self.refusals.labels(failure.check).inc()

    def count_skill(self, channel: str, skill: str, name: str) -> None:
        """Count one sum, self-test or paper; *name* is one of ours, never what somebody typed."""
        self.skills.labels(channel, skill, name).inc()

    def time(self, step: str, seconds: float) -> None:
        """Note how long a step took."""
        self.seconds.labels(step).observe(seconds)


class KeptHistory:
    """The history a service keeps: the store, opened when it can be; a broken database never stops an answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: Store | None = None
        self._opening = threading.Lock()

    def store(self) -> Store:
        """Return the open store; raises StoreUnavailable."""
        with self._opening:
            if self._store is None:
                self._store = open_store(self._settings)
            return self._store

    def record(self, question: Question, answer: Answer) -> str:
        """Keep the answer; raises StoreUnavailable."""
        return self.store().record(question, answer)

    def close(self) -> None:
        """Close the database."""
        if self._store is not None:
            self._store.close()


class BoundedBody:
    """Refuse bodies over `LONGEST_BODY` bytes, announced or not, before anything reads them; the 公众号 has its own bound."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http" or scope["path"].startswith("/wechat"):
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > LONGEST_BODY:
            await JSONResponse({"error": "内容太大，请只发要问的话。"}, status_code=413)(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LONGEST_BODY:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def build_app(settings: Settings) -> FastAPI:
    """Return the application. It starts even where index or database is broken; `/readyz` says so."""
    metrics = Metrics()
    history = KeptHistory(settings)
    desk = Desk(settings, history=history, on_timing=metrics.time)
    metrics.model_paused.set_function(lambda: desk.is_model_paused)
    metrics.words_only.set_function(lambda: bool(desk.searches_without))
    app = FastAPI(
        title="即墨区总工会职工法律与福利问答",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.settings, app.state.metrics, app.state.history, app.state.desk = settings, metrics, history, desk
    app.state.channel = Channel(settings, desk=desk, store=history.store, metrics=metrics, secret_key=_key_or_none(settings))
    add_console(app)  # its door stands within the guard, whose headers and log it needs
    app.middleware("http")(_guard)
    app.add_middleware(BoundedBody)
    app.add_exception_handler(AssistantError, _our_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.include_router(api.router)
    app.include_router(public.router)
    app.include_router(calc.router)
    app.include_router(check.router)
    app.include_router(paper.router)
    app.include_router(gate.router)
    app.get("/metrics", include_in_schema=False)(_metrics)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await asyncio.to_thread(app.state.desk.warm_up)
    tasks = [asyncio.create_task(_renew(app))]
    if app.state.settings.has_wechat:
        await _greet_ourselves(app)
        tasks.append(asyncio.create_task(conversation.keep_going(app.state.channel)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.state.channel.close()
        app.state.desk.close()
        app.state.history.close()


async def _greet_ourselves(app: FastAPI) -> None:
    """Answer one sealed message of our own before the first of anybody's: what is loaded then is not loaded while somebody waits."""
    echo = await ask_callback(app.state.settings, "http://127.0.0.1", app=app)
    if echo.code:
        log.error("wechat_does_not_answer", says=echo.says)


async def _renew(app: FastAPI) -> None:
    """Take up a new index generation within seconds of its publication; what is in use is read ahead."""
    reading = asyncio.create_task(_read_ahead(app))
    try:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                if await asyncio.to_thread(app.state.desk.renew):
                    await asyncio.to_thread(app.state.desk.warm_up)
                    reading.cancel()
                    reading = asyncio.create_task(_read_ahead(app))
            except Exception:  # whatever is wrong with a new index, the old one goes on answering
                log.exception("renew_failed")
    finally:
        reading.cancel()


async def _read_ahead(app: FastAPI) -> None:
    try:
        await asyncio.to_thread(app.state.desk.read_ahead)
    except Exception:  # nothing depends on it
        log.exception("read_ahead_failed")


def _key_or_none(settings: Settings) -> bytes | None:
    try:
        return secret_key(settings)
    except StoreUnavailable as error:
        log.error("no_secret_key", error=str(error))
        return None


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    started = time.perf_counter()
    try:
        response = await call_next(request)
    except Exception:  # the last resort: one sentence, never a traceback
        log.exception("unhandled", path=request.url.path)
        response = _plain(request, 500, "服务出了点问题，请过一会儿再试，急事打 12351。")
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    log.info(
        "request", method=request.method, path=_path(request), status=response.status_code, ms=round((time.perf_counter() - started) * 1000)
    )
    return response


def _path(request: Request) -> str:
    """The path without what identifies an answer."""
    return re.sub(r"^(/console)?/a/.*", r"\1/a/…", request.url.path, flags=re.DOTALL)


async def _our_error(request: Request, error: Exception) -> Response:
    status = 400 if isinstance(error, ConfigError) else 503
    return _plain(request, status, str(error))


async def _bad_request(request: Request, error: Exception) -> Response:
    problem = error.errors()[0] if isinstance(error, RequestValidationError) and error.errors() else {"loc": (), "type": ""}
    where = ".".join(str(part) for part in problem["loc"] if part not in {"body", "query"})
    reason = _REASONS.get(str(problem["type"]), "写法或长短不对")
    return _plain(
        request, 422, f"请求里的 {where} {reason}，请改了再试。" if where and not where.isdigit() else "请求的内容不是 JSON，请改了再试。"
    )


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "没有这个页面", 405: "不能这样请求", 413: "内容太大"}.get(status, "请求没有成功")
    response = _plain(request, status, words)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def _plain(request: Request, status: int, words: str) -> Response:
    if request.url.path.startswith("/wechat"):
        return Response(status_code=status)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": words}, status_code=status)
    return public.error_page(request, status, words)


async def _metrics(request: Request) -> Response:
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
