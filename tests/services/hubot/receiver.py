"""A program that receives webhooks: a real HTTP server on this machine, which answers as it is told and keeps what came."""

from __future__ import annotations

import hmac
import queue
import ssl
import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import msgspec
from msgspec import Struct

SECRET = "canary-of-a-webhooks-secret"
PATIENCE = 20.0


class Came(Struct):
    """One request; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def is_signed(self) -> bool:
        told = f"{self.headers['x-devchitchat-timestamp']}.".encode() + self.body
        return self.headers["x-devchitchat-signature"] == "sha256=" + hmac.digest(SECRET.encode(), told, "sha256").hex()


class Receiver(ThreadingHTTPServer):
    """`answers` are taken one after the other: a status with a body, or None for no answer until `release`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.came: queue.SimpleQueue[Came] = queue.SimpleQueue()
        self.answers: deque[tuple[int, bytes] | None] = deque()
        self.location = ""
        self.release = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def get(self) -> Came:
        return self.came.get(timeout=PATIENCE)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who has gone, or trusts us not, is no news."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        there = cast("Receiver", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = there.answers.popleft() if there.answers else (204, b"")
        there.came.put(Came(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        if answer is None:
            there.release.wait(PATIENCE)
            return
        self.send_response(answer[0])
        if 300 <= answer[0] < 400:
            self.send_header("Location", there.location)
        self.send_header("Content-Length", str(len(answer[1])))
        self.end_headers()
        self.wfile.write(answer[1])

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Generator[Receiver]:
    server = Receiver()
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
