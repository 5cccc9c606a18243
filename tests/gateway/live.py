"""A gateway on a real loopback socket, in this process, with the town behind it; and clients that speak by hand."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import SocketStream
from websockets.asyncio.client import ClientConnection, connect

from bus.bus import Bus
from gateway.settings import Limits, Settings
from gateway.tree import Gateway
from tests.conftest import LOOPS
from tests.gateway.town import Town

PUBLIC = Path(__file__).resolve().parent.parent.parent / "public"
GRANIANS_LOOPS = LOOPS[:2]
BURST = 500
CLIENT = {"name": "test", "ver": "0", "platform": "python"}


class Live:
    """The town, the gateway, and where it listens."""

    def __init__(self, **limits: Any) -> None:
        self.bus = Bus()
        self.town = Town(self.bus)
        settings = Settings(port=0, rate_limits=False, limits=Limits(**limits))
        self.gateway = Gateway(self.bus, settings, PUBLIC)
        self.scope = anyio.CancelScope()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.gateway.port}/ws"

    @property
    def here(self) -> int:
        return self.gateway.house.attendance.stats().connections

    async def run(self, *, task_status: Any) -> None:
        with self.scope:
            await self.gateway.as_child().start(task_status=task_status)

    async def client(self, name: str, *caps: str, **options: Any) -> ClientConnection:
        """Connected and signed in."""
        if name not in self.town.sessions:
            self.town.grant(name)
        socket = await connect(self.url, compression=None, max_queue=None, **options)
        await socket.send(hello(name, *caps))
        assert json.loads(await socket.recv())["body"]["session"]["authenticated"]
        return socket


@asynccontextmanager
async def live(*members: str, **limits: Any) -> AsyncGenerator[Live]:
    """`members` are in room r_a from the beginning."""
    house = Live(**limits)
    for name in members:
        house.town.grant(name, rooms=("r_a",))
    async with anyio.create_task_group() as tasks:
        await tasks.start(house.town.run)
        await tasks.start(house.run)
        yield house
        tasks.cancel_scope.cancel()


def hello(token: str | None = None, *caps: str) -> str:
    body: dict[str, Any] = {"client": CLIENT, "caps": list(caps)} | ({"resume": {"session_token": token}} if token else {})
    return said("hello", body)


def said(t: str, body: dict[str, Any], frame_id: str = "q1") -> str:
    return json.dumps({"v": 1, "t": t, "id": frame_id, "ts": 1, "body": body})


async def seqs(socket: ClientConnection, most: int) -> list[int]:
    """The seqs of the messages that came, in order of coming, batched or not, up to so many."""
    found: list[int] = []
    async for text in socket:
        frames: list[Any] = json.loads(text if text[0] == "[" else f"[{text!s}]")
        found += [each["body"]["msg"]["seq"] for each in frames if each["t"] == "msg.event"]
        if len(found) >= most:
            break
    return found


async def told_in_bursts(house: Live, sockets: list[ClientConnection], count: int, text: str) -> list[list[int]]:
    """What each heard of so many bursts in room r_a. The next is told when all have heard the last: on any machine, whoever reads is
    never further behind than one burst, which an outbox has space for."""
    heard: list[list[int]] = [[] for _ in sockets]
    for _ in range(count):
        for _ in range(BURST):
            house.town.tell("r_a", text)
        with anyio.fail_after(60):
            for found, socket in zip(heard, sockets, strict=True):
                found += await seqs(socket, BURST)
    return heard


def request(path: str = "/ws", *, port: int, **headers: str) -> bytes:
    """A handshake by hand; headers replace those of a good one, and empty ones leave them out."""
    good = {
        "Host": f"127.0.0.1:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Extensions": "permessage-deflate",
    }
    lines = [f"{name}: {value}" for name, value in (good | headers).items() if value]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")


def masked(opcode: int, payload: bytes = b"", *, first: int = 0x80, mask: bool = True) -> bytes:
    """One frame by hand. `first` holds FIN and the reserved bits."""
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    if not mask:
        return bytes([first | opcode]) + length + payload
    key = os.urandom(4)
    body = bytes(byte ^ key[place % 4] for place, byte in enumerate(payload))
    return bytes([first | opcode, length[0] | 0x80]) + length[1:] + key + body


@asynccontextmanager
async def by_hand(house: Live) -> AsyncGenerator[SocketStream]:
    """A socket after a good handshake."""
    async with await anyio.connect_tcp("127.0.0.1", house.gateway.port) as stream:
        await stream.send(request(port=house.gateway.port))
        await until(stream, b"\r\n\r\n")
        yield stream


async def until(stream: SocketStream, mark: bytes) -> bytes:
    data = b""
    with anyio.fail_after(10):
        while mark not in data:
            data += await stream.receive()
    return data


async def rest(stream: SocketStream) -> bytes:
    """All that comes until the server closes."""
    data = b""
    with anyio.fail_after(10):
        try:
            while True:
                data += await stream.receive()
        except (anyio.EndOfStream, anyio.BrokenResourceError):
            return data


async def wait_for(ready: Any, seconds: float = 10.0) -> None:
    """For what shows only in a reading: the kernel tells nobody when it is so far."""
    for _ in range(int(seconds * 100)):
        if ready():
            return
        await anyio.sleep(0.01)
    raise TimeoutError
