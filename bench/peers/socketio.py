"""`socket.io` on Node, over its websocket transport; its dialect is that of python-socketio too (Engine.IO 4, Socket.IO 5)."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.peers import fetch
from bench.peers.dialect import INSIDE, NOTHING, Answer, Dialect, Seat
from bench.peers.program import Peer, Stand, started
from bench.peers.ws import about

OPEN, CONNECT, CONNECTED, PING, PONG = b"0", b"40", b"40", b"2", b"3"
HEARD = b'42["m","'


class SocketIo(Dialect):
    def path(self, seat: Seat) -> str:
        return f"/socket.io/?EIO=4&transport=websocket&room={seat.room}&name={seat.name}"

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        if frame.startswith(CONNECTED):
            return INSIDE
        return Answer((CONNECT,)) if frame.startswith(OPEN) else NOTHING

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        return b'42["room","%s"]' % payload

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        return b'42["one","%s","%s"]' % (address.encode(), payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        return [frame[len(HEARD) : -2]] if frame.startswith(HEARD) else []

    def beat(self, frame: bytes) -> bytes:
        return PONG if frame == PING else b""


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    modules = await fetch.node_modules()
    command = [fetch.node(), str(modules / "socketio.mjs")]
    async with started(lambda place, port: [*command, str(port)], SocketIo(), await about("socket.io", modules)) as stand:
        yield stand


PEER = Peer("socket.io", opened)
