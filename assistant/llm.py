"""The optional language model: any OpenAI-compatible endpoint, through LangChain. The only importer of langchain.

One try, streamed, under one deadline: a slow or broken reply is worth less to a waiting worker than the checked answer
that needs no model, so nothing is retried.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from assistant.errors import ModelUnavailable
from assistant.prompting import Message

MAX_TOKENS = 900
CONCURRENT = 4
_FINISHED = {"stop", "end_turn", "eos"}


class LanguageModel:
    """A chat model behind an OpenAI-compatible address; at most `CONCURRENT` requests run at once."""

    def __init__(self, *, base_url: str, model: str, api_key: str, timeout_s: float) -> None:
        self.model_id = model
        self._timeout_s = timeout_s
        self._arguments = {"base_url": base_url, "model": model, "api_key": api_key or "none"}
        self._pool = ThreadPoolExecutor(CONCURRENT, thread_name_prefix="language-model")
        self._free = threading.Semaphore(CONCURRENT)

    def complete(self, messages: Sequence[Message], *, budget_s: float | None = None) -> str:
        """Return the model's whole reply; raises ModelUnavailable on error, broken or cut-off stream, or after the time."""
        limit = self._timeout_s if budget_s is None else min(budget_s, self._timeout_s)
        if limit <= 0 or not self._free.acquire(blocking=False):
            raise ModelUnavailable("模型忙或没有时间了")
        deadline = time.monotonic() + limit
        future = self._pool.submit(self._stream, messages, deadline)
        future.add_done_callback(lambda _: self._free.release())
        try:
            return future.result(timeout=limit)
        except FutureTimeout as error:
            raise ModelUnavailable(f"模型 {limit:.0f} 秒内没有答完") from error

    def close(self) -> None:
        """Stop taking requests; those running end at their own deadline."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _stream(self, messages: Sequence[Message], deadline: float) -> str:
        try:
            return self._read(messages, deadline)
        except ModelUnavailable:
            raise
        except Exception as error:  # openai, httpx and langchain each have their own trees: here they become one
            raise ModelUnavailable(f"模型出错：{type(error).__name__}") from error

    def _read(self, messages: Sequence[Message], deadline: float) -> str:
        from langchain_openai import ChatOpenAI

        arguments: dict[str, Any] = self._arguments
        model = ChatOpenAI(
            **arguments, timeout=max(0.1, deadline - time.monotonic()), max_retries=0, temperature=0, max_completion_tokens=MAX_TOKENS
        )
        parts: list[str] = []
        finish = ""
        for chunk in model.stream([(message.role, message.content) for message in messages]):
            if time.monotonic() > deadline:
                raise ModelUnavailable("模型没有按时答完")
            parts.append(chunk.text if isinstance(chunk.text, str) else chunk.text())
            finish = chunk.response_metadata.get("finish_reason") or finish
        # Half a surrogate pair is no character: neither the database nor a channel could take it.
        reply = "".join(parts).encode(errors="ignore").decode().strip()
        if not reply or finish not in _FINISHED:
            raise ModelUnavailable("模型的回答是空的或者没有说完")
        return reply
