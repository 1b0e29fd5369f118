"""How the platform's API answers when it is out of order: `FAULTS` by name, for tests and rehearsals."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler


class Faulty(Exception):
    """An answer that is none of the platform's: how to write it."""

    def __init__(self, write: Callable[[BaseHTTPRequestHandler, threading.Event], None]) -> None:
        self.write = write
        super().__init__("a fault")


def says(status: int, body: bytes, **headers: str) -> Callable[[BaseHTTPRequestHandler, threading.Event], None]:
    """Return what writes *status* and *body* to whoever asked."""

    def write(handler: BaseHTTPRequestHandler, _stopped: threading.Event) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body)), "Content-Type": "application/json; encoding=utf-8"} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return write


def _silence(_handler: BaseHTTPRequestHandler, stopped: threading.Event) -> None:
    stopped.wait(30)


def _drip(handler: BaseHTTPRequestHandler, stopped: threading.Event) -> None:
    """A byte now and then: each comes in time, all of them never."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    for _ in range(300):
        if stopped.wait(0.1):
            return
        handler.wfile.write(b" ")


def _endless(handler: BaseHTTPRequestHandler, stopped: threading.Event) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    while not stopped.is_set():
        handler.wfile.write(b" " * 65536)


def _cut(handler: BaseHTTPRequestHandler, _stopped: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"errcode":')
    handler.close_connection = True


FAULTS: Mapping[str, Callable[[BaseHTTPRequestHandler, threading.Event], None]] = {
    "a page": says(200, b"<html><body>Welcome to nginx!</body></html>", Content_Type="text/html"),
    "a list": says(200, b"[]"),
    "a number": says(200, b"0"),
    "another object": says(200, b'{"success": true}'),
    "a number in quotes": says(200, b'{"errcode": "0", "errmsg": "ok"}'),
    "true for a number": says(200, b'{"errcode": true, "errmsg": "ok"}'),
    "a number too large": says(200, b'{"errcode": 1' + b"0" * 4000 + b"}"),
    "brackets without end": says(200, b"[" * 60_000),
    "not UTF-8": says(200, b'{"errcode": 0, "errmsg": "\xff\xfe"}'),
    "packed": says(200, bytes.fromhex("1f8b08000000000000ff") + b"\x00" * 40, Content_Encoding="gzip"),
    "nothing": says(200, b""),
    "no content": says(204, b""),
    "status 500": says(500, b'{"errcode": 0, "errmsg": "ok"}'),
    "status 302": says(302, b"", Location="http://127.0.0.1:9/"),
    "a huge body": _endless,
    "a slow drip": _drip,
    "silence": _silence,
    "half an answer": _cut,
}
