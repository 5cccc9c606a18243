"""The edge to one socket, small enough to fake: what comes in, what goes out without waiting, and the end.

The raw send of Granian is handed over here un-awaited: awaited it costs three times as much (measured, HOUSE.md). Litestar's
wrapper would be a coroutine that never runs, so the socket's handler stands outside of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gateway.asgi import Receive, Send


class Sending(Protocol):
    """A frame on its way; tells when it has left, or cannot any more."""

    def done(self) -> bool: ...

    def add_done_callback(self, hear: Callable[[Any], None], /) -> object: ...


class Gone(Exception):
    """The other side is not there any more."""


class Wire(Protocol):
    async def receive(self) -> str | bytes | None:
        """The next frame; None when the other side has gone."""
        ...

    def send(self, text: str) -> Sending:
        """Hand over one text frame; frames leave in the order of the calls. Raises Gone."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """Send the close frame behind all others. Only when nobody is inside `receive`: Granian would wait for ever."""
        ...


class AsgiWire:
    """A websocket of Granian, accepted. It reads one frame ahead: the next one comes in while this one is answered."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._ahead: Any = None

    async def receive(self) -> str | bytes | None:
        try:
            message = await (self._ahead or self._receive())
            self._ahead = None
            if message["type"] != "websocket.receive":
                return None
            self._ahead = self._receive()
        except RuntimeError:
            return None
        text = message.get("text")
        return text if text is not None else message.get("bytes") or b""

    def send(self, text: str) -> Sending:
        try:
            sending: Any = self._send({"type": "websocket.send", "text": text})
        except RuntimeError as error:
            raise Gone from error
        # After the disconnect Granian returns a thing that is awaitable and nothing else.
        if not hasattr(sending, "add_done_callback"):
            raise Gone
        return sending

    async def close(self, code: int, reason: str) -> None:
        if self._ahead is not None:
            self._ahead.cancel()
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except RuntimeError:
            return
