from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.ask import Assistant, Library
from assistant.build import load_template
from assistant.errors import ModelUnavailable
from assistant.llm import CONCURRENT, LanguageModel
from assistant.prompting import Message
from assistant.types import Question, Reply
from tests.fakes import FakeRetriever

ASKED = Question("老板欠我三个月工资怎么办", date(2026, 11, 21))
HELLO = [Message("system", "你好"), Message("user", "在吗")]
RIGHT = "【简答】可以要回来，先打 12333 投诉。\n【怎么办】\n1. 监察会责令单位限期付清（《劳动合同法》第八十五条）。"
INVENTED_ARTICLE = "【简答】可以要回来。\n【怎么办】\n1. 依据《劳动合同法》第一百二十条。"
WRONG_FIGURE = "【简答】可以要回来，单位要赔您 98765 元（《劳动合同法》第八十五条）。"


class _Handler(BaseHTTPRequestHandler):
    """One request of an OpenAI-compatible server; what it does is the server's `script`."""

    server: Any

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers, body))
        self.server.script(self)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def begin(self, *, chunked: bool = False) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def say(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
        row = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(row, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()

    def end(self) -> None:
        self.wfile.write(b"data: [DONE]\n\n")


Script = Callable[[_Handler], None]


def says(text: str, finish: str = "stop") -> Script:
    """Stream *text* in small pieces and finish properly."""

    def script(handler: _Handler) -> None:
        handler.begin()
        for start in range(0, len(text), 7):
            handler.say(text[start : start + 7])
        handler.say("", finish)
        handler.end()

    return script


def silence(handler: _Handler) -> None:
    """Take the request and never answer."""
    handler.server.stopping.wait(20)


def silent_stream(handler: _Handler) -> None:
    """Begin to answer, then fall silent."""
    handler.begin()
    handler.say("【简答】可以")
    handler.server.stopping.wait(20)


def slow_drip(handler: _Handler) -> None:
    """Send a character a while, so that no single read ever waits long."""
    handler.begin()
    while not handler.server.stopping.wait(0.05):
        handler.say("慢")


def keep_alive(handler: _Handler) -> None:
    """Send comments that keep the connection alive, and never a word."""
    handler.begin()
    while not handler.server.stopping.wait(0.05):
        handler.wfile.write(b": ping\n\n")
        handler.wfile.flush()


def fails(status: int) -> Script:
    """Answer with an error status."""

    def script(handler: _Handler) -> None:
        body = b'{"error": {"message": "no", "type": "x"}}'
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return script


def cut_connection(handler: _Handler) -> None:
    """Break the connection in the middle of a chunk."""
    handler.begin(chunked=True)
    handler.wfile.write(b"40\r\ndata: {")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def ends_early(handler: _Handler) -> None:
    """Say half of it and close without a finish reason."""
    handler.begin()
    handler.say("【简答】可以要回来，先打 12333 投诉。")


def not_json(handler: _Handler) -> None:
    """Stream what is no JSON."""
    handler.begin()
    handler.wfile.write(b"data: <html>\n\n")


@contextmanager
def serving(script: Script) -> Iterator[ThreadingHTTPServer]:
    """A server on loopback that plays *script* for every request."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads, server.handle_error = True, lambda *_: None
    server.script, server.requests, server.stopping = script, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def talking_to(server: ThreadingHTTPServer, *, timeout_s: float = 10.0) -> Iterator[LanguageModel]:
    address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    model = LanguageModel(base_url=address, model="scripted", api_key="sk-test", timeout_s=timeout_s)
    try:
        yield model
    finally:
        model.close()


@pytest.fixture(name="assistant")
def _assistant(library: Library, replies: Mapping[str, Reply]) -> Assistant:
    """Without its model yet; with the prompt that ships."""
    return Assistant(replies=replies, library=library, retriever=FakeRetriever({"unpaid-wages": 0.9}), template=load_template())


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """The first use loads langchain, seconds that are no part of any budget measured here."""
    with serving(says("好")) as server, talking_to(server, timeout_s=60) as model:
        model.complete(HELLO)


# -- the adapter -----------------------------------------------------------------------------------------------


def test_a_streamed_reply_is_returned_whole() -> None:
    with serving(says(RIGHT)) as server, talking_to(server) as model:
        assert model.complete(HELLO) == RIGHT


def test_the_messages_go_out_as_they_are() -> None:
    with serving(says("好")) as server, talking_to(server) as model:
        model.complete(HELLO)

        path, _, body = server.requests[0]  # type: ignore[attr-defined]
    assert path == "/v1/chat/completions"
    assert body["messages"] == [{"role": "system", "content": "你好"}, {"role": "user", "content": "在吗"}]


def test_the_key_goes_out_as_a_bearer_token() -> None:
    with serving(says("好")) as server, talking_to(server) as model:
        model.complete(HELLO)

        headers = server.requests[0][1]  # type: ignore[attr-defined]
    assert headers["Authorization"] == "Bearer sk-test"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(fails(401), id="a wrong key"),
        pytest.param(fails(429), id="too many requests"),
        pytest.param(fails(500), id="a server error"),
        pytest.param(cut_connection, id="a connection cut in the middle"),
        pytest.param(ends_early, id="a stream that ends early"),
        pytest.param(not_json, id="a stream of something else"),
        pytest.param(says(""), id="an empty reply"),
        pytest.param(says("  \n "), id="a blank reply"),
        pytest.param(says("【简答】可以要", "length"), id="a reply cut at the token limit"),
        pytest.param(says("【简答】可以要", "content_filter"), id="a reply cut by a filter"),
    ],
)
def test_a_reply_that_is_not_whole_is_no_reply(script: Script) -> None:
    with serving(script) as server, talking_to(server) as model, pytest.raises(ModelUnavailable):
        model.complete(HELLO)


@pytest.mark.parametrize("script", [pytest.param(fails(429), id="429"), pytest.param(fails(500), id="500")])
def test_a_failed_request_is_not_tried_again(script: Script) -> None:
    with serving(script) as server, talking_to(server) as model:
        with pytest.raises(ModelUnavailable):
            model.complete(HELLO)

        assert len(server.requests) == 1  # type: ignore[attr-defined]


def test_an_address_where_nobody_listens_is_no_reply() -> None:
    with serving(says("好")) as server:
        gone = server.server_address[1]
    model = LanguageModel(base_url=f"http://127.0.0.1:{gone}/v1", model="scripted", api_key="", timeout_s=5)

    with pytest.raises(ModelUnavailable):
        model.complete(HELLO)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(silence, id="silence"),
        pytest.param(silent_stream, id="a stream that falls silent"),
        pytest.param(slow_drip, id="a slow drip"),
        pytest.param(keep_alive, id="signs of life and nothing else"),
    ],
)
def test_waiting_ends_with_the_time_there_is(script: Script) -> None:
    with serving(script) as server, talking_to(server) as model:
        started = time.monotonic()
        with pytest.raises(ModelUnavailable):
            model.complete(HELLO, budget_s=0.6)

        assert time.monotonic() - started < 5.0


def test_a_budget_longer_than_the_setting_does_not_count() -> None:
    with serving(silence) as server, talking_to(server, timeout_s=0.4) as model:
        started = time.monotonic()
        with pytest.raises(ModelUnavailable):
            model.complete(HELLO, budget_s=60)

        assert time.monotonic() - started < 5.0


def test_a_question_without_time_left_is_not_sent() -> None:
    with serving(says("好")) as server, talking_to(server) as model:
        with pytest.raises(ModelUnavailable):
            model.complete(HELLO, budget_s=0)

        assert server.requests == []  # type: ignore[attr-defined]


def test_a_model_that_is_busy_is_not_waited_for() -> None:
    with serving(silence) as server, talking_to(server, timeout_s=15) as model:
        waiting = [threading.Thread(target=_ignore_failure, args=(model,)) for _ in range(CONCURRENT)]
        for thread in waiting:
            thread.start()
        while len(server.requests) < CONCURRENT:  # type: ignore[attr-defined]
            time.sleep(0.01)
        started = time.monotonic()
        with pytest.raises(ModelUnavailable, match="忙"):
            model.complete(HELLO)
        waited = time.monotonic() - started
        server.stopping.set()  # type: ignore[attr-defined]
        for thread in waiting:
            thread.join()

    assert waited < 5.0


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(silence, id="silence"),
        pytest.param(slow_drip, id="a slow drip"),
    ],
)
def test_a_request_given_up_makes_room_for_the_next(script: Script) -> None:
    with serving(script) as server, talking_to(server) as model:
        for _ in range(CONCURRENT):
            _ignore_failure(model, budget_s=0.2)
        time.sleep(0.5)
        server.script = says(RIGHT)  # type: ignore[attr-defined]

        assert model.complete(HELLO) == RIGHT


def _ignore_failure(model: LanguageModel, budget_s: float | None = None) -> None:
    with suppress(ModelUnavailable):
        model.complete(HELLO, budget_s=budget_s)


# -- through the assistant ------------------------------------------------------------------------------------


def test_a_right_answer_over_http_is_sent(assistant: Assistant) -> None:
    with serving(says(RIGHT)) as server, talking_to(server) as model:
        answer = replace(assistant, chat_model=model).ask(ASKED)

    assert (answer.source, answer.model, answer.failures) == ("model", "scripted", ())


def test_the_prompt_that_ships_gives_the_model_the_passages_and_the_question(assistant: Assistant) -> None:
    with serving(says(RIGHT)) as server, talking_to(server) as model:
        replace(assistant, chat_model=model).ask(ASKED)

        sent = "\n".join(message["content"] for message in server.requests[0][2]["messages"])  # type: ignore[attr-defined]
    assert "百分之五十以上百分之一百以下" in sent
    assert "老板欠我三个月工资怎么办" in sent
    assert "$" not in sent


@pytest.mark.parametrize(
    ("script", "check"),
    [
        pytest.param(says(INVENTED_ARTICLE), "citation_unknown_article", id="an invented article"),
        pytest.param(says(WRONG_FIGURE), "figure_without_origin", id="a wrong figure"),
        pytest.param(silence, "model_unavailable", id="silence"),
        pytest.param(silent_stream, "model_unavailable", id="a stream that falls silent"),
        pytest.param(slow_drip, "model_unavailable", id="a slow drip"),
        pytest.param(keep_alive, "model_unavailable", id="signs of life and nothing else"),
        pytest.param(fails(429), "model_unavailable", id="too many requests"),
        pytest.param(fails(500), "model_unavailable", id="a server error"),
        pytest.param(cut_connection, "model_unavailable", id="a connection cut in the middle"),
        pytest.param(ends_early, "model_unavailable", id="a stream that ends early"),
        pytest.param(says(""), "model_unavailable", id="an empty reply"),
        pytest.param(says(RIGHT, "length"), "model_unavailable", id="a reply cut at the token limit"),
    ],
)
def test_whatever_the_model_does_the_worker_gets_the_checked_answer(assistant: Assistant, script: Script, check: str) -> None:
    with serving(script) as server, talking_to(server) as model:
        answer = replace(assistant, chat_model=model).ask(replace(ASKED, budget_s=1.0))

    assert (answer.outcome, answer.source, answer.guide_ids) == ("answered", "guide", ("unpaid-wages",))
    assert check in [failure.check for failure in answer.failures]


@pytest.mark.parametrize("script", [pytest.param(silence, id="silence"), pytest.param(slow_drip, id="a slow drip")])
def test_a_slow_model_never_makes_the_worker_wait_longer_than_the_budget(assistant: Assistant, script: Script) -> None:
    with serving(script) as server, talking_to(server) as model:
        started = time.monotonic()
        replace(assistant, chat_model=model).ask(replace(ASKED, budget_s=0.6))

        assert time.monotonic() - started < 5.0
