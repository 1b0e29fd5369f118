"""The gate under fire, over sockets: nothing makes it fail, speak before a valid signature, or hold up everybody else."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.web.app import build_app
from assistant.web.wechat.simulated_platform import Post, enveloped, judge, message_xml, sealed, text_message
from tests.web.conftest import served, settings_for

LARGEST = 64 * 1024


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service without an index on a socket."""
    with served(settings_for(tmp_path_factory.mktemp("fuzz"))) as running:
        yield running


@pytest.fixture(scope="module")
def caller(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=10) as client:
        yield client


def send(caller: httpx.Client, post: Post, method: str = "POST") -> httpx.Response:
    return caller.request(method, "/wechat", params=post.params, content=post.body)


NAMES = ("signature", "timestamp", "nonce", "encrypt_type", "msg_signature", "openid", "echostr")
VALUES = st.one_of(st.text(max_size=80), st.sampled_from(["", "0", "-1", "aes", "raw", "9" * 400, "\x00", "％", "a&signature=b"]))
WRONG_PARAMS = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.none(), VALUES), min_size=1, max_size=4)


@given(changes=WRONG_PARAMS, method=st.sampled_from(["GET", "POST"]))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_address_nobody_but_the_platform_gets_a_word(
    caller: httpx.Client, changes: dict[str, str | None], method: str
) -> None:
    post = sealed(message_xml(text_message("你好")))
    response = send(caller, post.with_params(**changes), method)
    is_the_platforms = all(
        changes.get(name, post.params.get(name)) == post.params.get(name) for name in ("signature", "timestamp", "nonce")
    )

    assert response.status_code < 500
    if not is_the_platforms:
        assert (response.status_code, response.content) == (403, b"")


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_sealed_body_with_bytes_changed_is_refused_or_gets_a_reply_the_platform_takes(caller: httpx.Client, data: st.DataObject) -> None:
    message = text_message("你好")
    post = sealed(message_xml(message))
    body = bytearray(post.body)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    response = send(caller, replace(post, body=bytes(body)))

    if response.status_code == 200:
        judge(200, response.content, message)
    else:
        assert (response.status_code in {400, 403}, response.content) == (True, b"")


@given(plain=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: f"<xml>{text}</xml>".encode("utf-8", "replace"))))
@settings(max_examples=150, deadline=None)
def test_whatever_is_sealed_is_refused_or_taken_without_a_failure(caller: httpx.Client, plain: bytes) -> None:
    response = send(caller, sealed(plain))

    assert (response.status_code, response.content) in {(400, b""), (403, b"")}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\x00" * 100, id="zeros"),
        pytest.param(b"POST /wechat HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", id="a negative length"),
        pytest.param(b"POST /wechat HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="a chunk of no length"),
        pytest.param(b"POST /wechat?signature=%ff%fe HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", id="an address that is no UTF-8"),
        pytest.param(b"POST /wechat HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nshort", id="a body that stops"),
        pytest.param(b"POST /wechat HTTP/1.1\r\n" + b"A: " + b"b" * 100_000, id="a header without end"),
    ],
)
def test_broken_http_leaves_the_service_answering(address: str, caller: httpx.Client, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", httpx.URL(address).port or 0), timeout=5) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        said = connection.recv(4096) if not raw.endswith((b"short", b"b")) else b""

    assert b" 50" not in said[:15]
    message = text_message("你好")
    response = send(caller, sealed(message_xml(message)))
    assert judge(response.status_code, response.content, message)


# -- the event loop --------------------------------------------------------------------------------------------


def _filled(start: bytes, piece: bytes, end: bytes, size: int = LARGEST) -> bytes:
    return start + piece * ((size - len(start) - len(end)) // len(piece)) + end


BOMBS: dict[str, Callable[[], Post]] = {
    "siblings": lambda: enveloped("x", _filled(b"<xml>", b"<a/>", b"</xml>")),
    "names that differ": lambda: enveloped("x", b"<xml>" + b"".join(b"<a%d/>" % number for number in range(7000)) + b"</xml>"),
    "nested": lambda: enveloped("x", _filled(b"", b"<a>", b"")),
    "attributes": lambda: enveloped("x", b"<xml " + b" ".join(b'a%d=""' % number for number in range(6500)) + b"/>"),
    "nested behind a comment": lambda: enveloped("x", _filled(b"<!--<![CDATA[-->", b"<a>", b"]]>")),
    "nested behind an instruction": lambda: enveloped("x", _filled(b"<?a <![CDATA[?>", b"<a>", b"]]>")),
    "open CDATA": lambda: enveloped("x", _filled(b"<xml>", b"<![CDATA[", b"")),
    "references": lambda: enveloped("x", _filled(b"<xml><Encrypt>", b"&lt;", b"</Encrypt></xml>")),
    "sealed siblings": lambda: sealed(_filled(b"<xml>", b"<a/>", b"</xml>", 47_000)),
    "sealed nested": lambda: sealed(_filled(b"", b"<a>", b"", 47_000)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_64_kib_of_tags_hold_up_nobody_for_a_tenth_of_a_second(tmp_path: Path, bomb: str) -> None:
    """Measured in processor time of the loop's own thread between two beats, so that a busy machine changes nothing."""
    app, post = build_app(settings_for(tmp_path)), BOMBS[bomb]()
    assert len(post.body) <= LARGEST

    async def beat(pauses: list[float]) -> None:
        while True:
            started = time.thread_time()
            await asyncio.sleep(0)
            pauses.append(time.thread_time() - started)

    async def attack() -> tuple[set[int], float]:
        pauses: list[float] = []
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            await client.post("/wechat")  # whatever is done once, at the first request
            beating = asyncio.create_task(beat(pauses))
            statuses = {(await client.post("/wechat", params=post.params, content=post.body)).status_code for _ in range(3)}
            beating.cancel()
        return statuses, max(pauses)

    statuses, longest = asyncio.run(attack())

    assert statuses <= {400, 403}
    assert longest < 0.1


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("<" * 2000, id="two thousand angle brackets"),
        pytest.param("<!-- 没签合同 --> <? <![CDATA[ ]]> 怎么办", id="signs of XML"),
        pytest.param("]]>" * 300, id="the end of CDATA"),
    ],
)
def test_what_people_write_counts_as_no_tags(caller: httpx.Client, content: str) -> None:
    message = text_message(content)
    response = send(caller, sealed(message_xml(message)))

    assert judge(response.status_code, response.content, message)


def test_a_message_with_the_declaration_of_xml_is_let_in(caller: httpx.Client) -> None:
    message = text_message("你好")
    response = send(caller, sealed(b'<?xml version="1.0" encoding="UTF-8"?>' + message_xml(message)))

    assert judge(response.status_code, response.content, message)
