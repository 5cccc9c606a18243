"""A client of the running house, over a real websocket. It reads when it is asked, and keeps every frame it ever got."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import anyio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.house.server import Person, Server

Frame = dict[str, Any]
WITHIN = 10.0


class Listener(Protocol):
    """A server on this machine."""

    port: int


class Talk:
    """`frames` is the whole transcript, in order."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self._ids = 0

    async def say(self, t: str, **body: Any) -> str:
        """Say something and do not wait; returns the frame's id."""
        self._ids += 1
        await self.socket.send(json.dumps({"v": 1, "t": t, "id": f"q{self._ids}", "ts": 1, "body": body}))
        return f"q{self._ids}"

    async def ask(self, t: str, **body: Any) -> Frame:
        """Say something, and get the one frame that answers it, be it an error."""
        said = await self.say(t, **body)
        return await self.until(lambda frame: frame.get("reply_to") == said)

    async def must(self, t: str, **body: Any) -> Any:
        """The body of a good answer."""
        answer = await self.ask(t, **body)
        assert answer["ok"], answer
        return answer["body"]

    async def code(self, t: str, **body: Any) -> str:
        """The code of a refusal; `ok` when it was none."""
        answer = await self.ask(t, **body)
        return "ok" if answer["ok"] else answer["body"]["code"]

    async def throw(self, data: str | bytes) -> Frame | int:
        """Send anything; what comes back that is no event: one frame, or the code of the close."""
        try:
            await self.socket.send(data)
            return await self.until(lambda frame: "reply_to" in frame)
        except ConnectionClosed:
            return self.close_code

    async def until(self, wanted: Callable[[Frame], Any]) -> Frame:
        """Read on until a frame is as wanted."""
        with anyio.fail_after(WITHIN):
            while True:
                frame = json.loads(await self.socket.recv())
                self.frames.append(frame)
                if wanted(frame):
                    return frame

    async def hear(self, t: str) -> Any:
        """The body of the next event of a type, if it has not been read by then."""
        return (await self.until(lambda frame: frame["t"] == t and "reply_to" not in frame))["body"]

    def heard(self, t: str) -> list[Any]:
        """Bodies of all events of a type so far."""
        return [frame["body"] for frame in self.frames if frame["t"] == t and "reply_to" not in frame]

    async def ended(self, within: float = WITHIN) -> int:
        """Read to the end; the close code."""
        with anyio.fail_after(within):
            try:
                while True:
                    self.frames.append(json.loads(await self.socket.recv()))
            except ConnectionClosed:
                return self.close_code

    @property
    def close_code(self) -> int:
        return self.socket.close_code or 0


async def hello(talk: Talk, token: str | None = None, *caps: str) -> Frame:
    client = {"name": "test", "ver": "0", "platform": "python"}
    resume = {"resume": {"session_token": token}} if token else {}
    return await talk.ask("hello", client=client, caps=list(caps), **resume)


@asynccontextmanager
async def knock(server: Listener, **headers: str) -> AsyncGenerator[Talk]:
    """A socket on which nothing was said yet."""
    address = f"ws://127.0.0.1:{server.port}/ws"
    async with connect(address, additional_headers=headers, max_size=None, ping_interval=None, compression=None) as socket:
        yield Talk(socket)


@asynccontextmanager
async def talk(server: Listener, person: Person, *caps: str) -> AsyncGenerator[Talk]:
    """A socket of somebody who is signed in."""
    async with knock(server) as found:
        answer = await hello(found, person.token, *caps)
        assert answer["body"]["session"]["authenticated"], answer
        yield found


async def chats(server: Server, person: Person) -> None:
    """Makes a room, says something there, and is acked and heard."""
    async with talk(server, person) as mine:
        room_id = (await mine.must("room.create", kind="public", name="hall"))["room"]["room_id"]
        ack = await mine.must("msg.send", room_id=room_id, text="is anybody here?")
        assert ack["seq"] >= 1, ack
        page = await mine.must("msg.list", room_id=room_id)
        assert "is anybody here?" in json.dumps(page)
