"""Many people at once, without a browser each: what they say of themselves is there when somebody looks."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.browser.serving import Server


class Guest:
    """One socket that asks a word and waits for its reply."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    def ask(self, t: str, **body: Any) -> Any:
        self._count += 1
        mine = f"q{self._count}"
        self._socket.send(json.dumps({"v": 1, "t": t, "id": mine, "ts": 1, "body": body}))
        while True:
            frame = json.loads(self._socket.recv(timeout=10))
            if frame.get("reply_to") == mine:
                assert frame["ok"], frame
                return frame["body"]

    def hear(self, t: str) -> Any:
        """The body of the next event of a type."""
        while True:
            frame = json.loads(self._socket.recv(timeout=10))
            if frame["t"] == t and "reply_to" not in frame:
                return frame["body"]

    def ended(self) -> int:
        """Read to the end; the close code."""
        try:
            while True:
                self._socket.recv(timeout=10)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0


@contextmanager
def guest(server: Server, invite: str, handle: str, name: str) -> Generator[Guest]:
    """Somebody new, who goes again."""
    with _knock(server, "test") as guest:
        guest.ask("auth.invite_redeem", invite_token=invite, profile={"handle": handle, "display_name": name})
        yield guest


def sign_in_elsewhere(server: Server, link: str, platform: str) -> None:
    """One more session of whoever made the link, on a device that says this of itself."""
    with _knock(server, platform) as device:
        device.ask("auth.link_redeem", link_token=link)


@contextmanager
def program(server: Server, token: str) -> Generator[Guest]:
    """Somebody who signs in with a session's token, as a bot does."""
    with _knock(server, "test", token) as guest:
        yield guest


@contextmanager
def _knock(server: Server, platform: str, token: str | None = None) -> Generator[Guest]:
    with connect(f"{server.url.replace('http', 'ws', 1)}/ws") as socket:
        guest = Guest(socket)
        resume = {"resume": {"session_token": token}} if token else {}
        hello = guest.ask("hello", client={"name": "crowd", "ver": "0", "platform": platform}, **resume)
        assert hello["session"]["authenticated"] == bool(token)
        yield guest
