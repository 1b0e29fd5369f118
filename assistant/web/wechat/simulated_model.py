"""A language model on a socket of this machine that takes its time: it speaks the OpenAI protocol and always says the same."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class SimulatedModel:
    """Says *reply* after `seconds`, which may be changed while it runs; None: it takes the question and stays silent."""

    def __init__(self, reply: str | None, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.calls: list[bytes] = []
        self._stopped = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.calls.append(self.rfile.read(int(self.headers["Content-Length"])))
                if outer._stopped.wait(30 if reply is None else outer.seconds) or reply is None:
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
                said = {"index": 0, "delta": {"role": "assistant", "content": reply}}
                try:
                    for choice in (said, {"index": 0, "delta": {}, "finish_reason": "stop"}):
                        self.wfile.write(f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode())
                    self.wfile.write(b"data: [DONE]\n\n")
                except OSError:  # whoever asked has given up
                    return

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
