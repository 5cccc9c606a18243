"""A socket without a network, and somebody at its other end."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import Any

import anyio
from anyio.lowlevel import checkpoint

from gateway.connection import Connection
from gateway.wire import Gone

Hear = Callable[[Any], None]


class Sent:
    """A frame on its way; leaves when the wire says so."""

    def __init__(self) -> None:
        self._done = False
        self._hear: list[Hear] = []

    def done(self) -> bool:
        return self._done

    def add_done_callback(self, hear: Hear, /) -> None:
        if self._done:
            hear(self)
        else:
            self._hear.append(hear)

    @property
    def asked(self) -> bool:
        """Whether somebody waits to hear that it has left."""
        return bool(self._hear)

    def leave(self) -> None:
        self._done = True
        while self._hear:
            self._hear.pop(0)(self)


class Wire:
    """A socket in memory. `stuck` takes frames and lets none leave, like a browser asleep; `eager` never gives others a turn."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.stuck = stuck
        self.eager = False
        self.gone = False
        self.texts: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.over = anyio.Event()
        self._leaving: list[Sent] = []
        self._inward: deque[str | bytes | None] = deque()
        self._arrival = anyio.Event()
        self._news = anyio.Event()

    async def receive(self) -> str | bytes | None:
        if not self.eager:
            await checkpoint()
        while not self._inward:
            await self._arrival.wait()
        return self._inward.popleft()

    def send(self, text: str) -> Sent:
        if self.gone:
            raise Gone
        sent = Sent()
        self.texts.append(text)
        found = json.loads(text)
        self.frames += found if isinstance(found, list) else [found]
        if self.stuck:
            self._leaving.append(sent)
        else:
            sent.leave()
        self._tell()
        return sent

    async def close(self, code: int, reason: str) -> None:
        self.closed = self.closed or (code, reason)
        self._tell()

    @property
    def asked(self) -> int:
        """How many of the frames on their way are to tell when they have left."""
        return sum(sent.asked for sent in self._leaving)

    def let_one_leave(self) -> None:
        self._leaving.pop(0).leave()

    def let_leave(self, most: int) -> None:
        for _ in range(min(most, len(self._leaving))):
            self.let_one_leave()

    def write(self, data: str | bytes | None) -> None:
        self._inward.append(data)
        self._arrival.set()
        self._arrival = anyio.Event()

    def hang_up(self) -> None:
        self.gone = True
        self.write(None)

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    async def until(self, ready: Callable[[], Any]) -> Any:
        """What `ready` finds, as soon as it finds anything."""
        with anyio.fail_after(100):
            while not (found := ready()):
                await self._news.wait()
        return found


class Client:
    """Somebody at the other end of a wire."""

    def __init__(self, wire: Wire, connection: Connection) -> None:
        self.wire = wire
        self.connection = connection
        self._ids = 0

    def post(self, t: str, **body: Any) -> str:
        """Say something and do not wait."""
        self._ids += 1
        self.wire.write(json.dumps({"v": 1, "t": t, "id": f"q{self._ids}", "ts": 1, "body": body}))
        return f"q{self._ids}"

    async def say(self, t: str, **body: Any) -> dict[str, Any]:
        """Say something, and get the answer."""
        said = self.post(t, **body)
        return await self.wire.until(lambda: next((frame for frame in self.wire.frames if frame.get("reply_to") == said), None))

    async def code(self, t: str, **body: Any) -> str | None:
        """The error's code that comes back, or None."""
        return (await self.say(t, **body))["body"].get("code")

    async def hello(self, token: str | None = None, *caps: str) -> dict[str, Any]:
        client = {"name": "test", "ver": "0", "platform": "python"}
        resume = {"resume": {"session_token": token}} if token else {}
        return await self.say("hello", client=client, caps=list(caps), **resume)

    async def closed(self) -> int | None:
        """The code that the server closed with, once it is over; None when it did not close."""
        with anyio.fail_after(100):
            await self.wire.over.wait()
        return self.wire.closed and self.wire.closed[0]

    def heard(self, t: str) -> list[dict[str, Any]]:
        return [frame["body"] for frame in self.wire.frames if frame["t"] == t and "reply_to" not in frame]
