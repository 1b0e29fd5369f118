"""The optional language model: any OpenAI-compatible endpoint, through LangChain. The only importer of langchain and openai.

Streamed under one deadline, so that a reply that comes too late is given up while it comes. Asked again once, and only where
nothing had come yet and the fault is one that passes. A service that keeps failing is left alone for a while (`Breaker`): a slow
or broken reply is worth less to a waiting worker than the checked answer that needs no model.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.prompting import Message

# The longest answer of a guide (steps, papers, places, deadlines) has 1,043 characters; Chinese takes about a token a character
# with the least fitting tokenizer in use.
MAX_TOKENS = 1200
# Some servers ignore the bound of tokens. No tokenizer in use makes more than two Chinese characters of a token.
REPLY_CHARACTERS = 2 * MAX_TOKENS
CONCURRENT = 4
FAILURES_IN_A_ROW = 5
PAUSE_S = 30.0
RETRY_WAIT_S = 0.3
# With less time than this left nothing useful can come of a second request.
WORTH_RETRYING_S = 2.0
_FINISHED = {"stop", "end_turn", "eos"}
# 500 and 501 come back as they are; these say that the service or what stands before it is busy or restarting.
_PASSING = {429, 502, 503, 504}
_OWN_FAULT = {400, 413, 422}


class Breaker:
    """Lets no request out for `PAUSE_S` seconds after `FAILURES_IN_A_ROW` failures in a row, then one at a time to see.

    *clock* counts seconds. pybreaker holds its lock while a call runs, which would make our four requests one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the service is held to be down; also while the one request is out that will tell."""
        return self._open_until is not None

    def admits(self) -> bool:
        """Say whether a request may go out now."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._clock() < self._open_until:
                return False
            # The one request puts the next one off by itself, so that one whose end nobody reports cannot shut the door for good.
            self._open_until = self._clock() + PAUSE_S
            return True

    def note(self, *, worked: bool) -> None:
        """Take in how a request ended."""
        with self._lock:
            if worked:
                self._failures, self._open_until = 0, None
                return
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                self._open_until = self._clock() + PAUSE_S


class _Refused(ModelUnavailable):
    """The service works, but has nothing to send for these messages."""


class LanguageModel:
    """A chat model behind an OpenAI-compatible address; at most `CONCURRENT` requests run at once."""

    def __init__(self, *, base_url: str, model: str, api_key: str, timeout_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.model_id = model
        self._timeout_s = timeout_s
        self._arguments = {"base_url": base_url, "model": model, "api_key": api_key or "none"}
        self._pool = ThreadPoolExecutor(CONCURRENT, thread_name_prefix="language-model")
        self._free = threading.Semaphore(CONCURRENT)
        self._breaker = Breaker(clock)

    @property
    def is_paused(self) -> bool:
        """Whether the service failed so often that it is left alone for a while."""
        return self._breaker.is_open

    def complete(self, messages: Sequence[Message], *, budget_s: float | None = None) -> str:
        """Return the model's whole reply; raises ModelUnavailable on error, broken or cut-off stream, or after the time."""
        limit = self._timeout_s if budget_s is None else min(budget_s, self._timeout_s)
        if limit <= 0 or not self._free.acquire(blocking=False):
            raise ModelUnavailable("模型忙或没有时间了")
        if not self._breaker.admits():
            self._free.release()
            raise ModelUnavailable("模型服务刚才接连出错，先停一会儿不问它")
        deadline = time.monotonic() + limit
        future = self._pool.submit(self._stream, messages, deadline)
        future.add_done_callback(lambda _: self._free.release())
        worked = False
        try:
            reply = future.result(timeout=limit)
            worked = True
        except FutureTimeout as error:
            raise ModelUnavailable(f"模型 {limit:.0f} 秒内没有答完") from error
        except _Refused:
            worked = True
            raise
        finally:
            self._breaker.note(worked=worked)
        return reply

    def close(self) -> None:
        """Stop taking requests; those running end at their own deadline."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _stream(self, messages: Sequence[Message], deadline: float) -> str:
        try:
            return self._read_or_retry(messages, deadline)
        except ModelUnavailable:
            raise
        except Exception as error:  # openai, httpx and langchain each have their own trees: here they become one
            kind = _Refused if getattr(error, "status_code", None) in _OWN_FAULT else ModelUnavailable
            raise kind(f"模型出错：{type(error).__name__}") from error

    def _read_or_retry(self, messages: Sequence[Message], deadline: float) -> str:
        try:
            return self._read(messages, deadline)
        except Exception as error:
            wait = _wait_before_retry(error)
            if wait is None or time.monotonic() + wait + WORTH_RETRYING_S > deadline:
                raise
        time.sleep(wait)
        return self._read(messages, deadline)

    def _read(self, messages: Sequence[Message], deadline: float) -> str:
        from langchain_openai import ChatOpenAI

        arguments: dict[str, Any] = self._arguments
        model = ChatOpenAI(
            **arguments, timeout=max(0.1, deadline - time.monotonic()), max_retries=0, temperature=0, max_completion_tokens=MAX_TOKENS
        )
        parts: list[str] = []
        finish = ""
        try:
            for chunk in model.stream([(message.role, message.content) for message in messages]):
                parts.append(chunk.text if isinstance(chunk.text, str) else chunk.text())
                finish = chunk.response_metadata.get("finish_reason") or finish
                if time.monotonic() > deadline:
                    raise ModelUnavailable("模型没有按时答完")
                if sum(map(len, parts)) > REPLY_CHARACTERS:
                    raise _Refused("模型的回答太长了")
        except Exception as error:
            if parts and not isinstance(error, ModelUnavailable):
                # What has begun to come is never asked for again.
                raise ModelUnavailable(f"模型答到一半断了：{type(error).__name__}") from error
            raise
        # Half a surrogate pair is no character: neither the database nor a channel could take it.
        reply = "".join(parts).encode(errors="ignore").decode().strip()
        if finish and finish not in _FINISHED:
            raise _Refused("模型的回答没有说完")
        if not reply or not finish:
            raise ModelUnavailable("模型的回答是空的或者没有说完")
        return reply


def _wait_before_retry(error: Exception) -> float | None:
    """Return the seconds after which the same request may succeed, None where it will not."""
    import openai

    if isinstance(error, openai.APIStatusError) and error.status_code in _PASSING:
        asked = error.response.headers.get("retry-after", "")
        return max(RETRY_WAIT_S, float(asked) if asked.isdecimal() else 0.0)
    # Refused, reset or closed. One that timed out has used up the time, which the caller looks at.
    return RETRY_WAIT_S if isinstance(error, openai.APIConnectionError) else None
