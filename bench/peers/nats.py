"""`nats`: Debian's nats-server on its websocket listener; a room is a subject of core NATS, nothing kept."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.peers import fetch
from bench.peers.dialect import INSIDE, NOTHING, Answer, Dialect, Seat
from bench.peers.program import Peer, Stand, free_port, started

END = b"\r\n"
_messages = re.compile(rb"MSG [^\r]+\r\n([^\r]*)\r\n").findall
CONFIG = """\
listen: "127.0.0.1:{plain}"
websocket {{ listen: "127.0.0.1:{port}", no_tls: true }}
ping_interval: "1h"
logtime: false
"""


class Nats(Dialect):
    binary = True
    streams = True

    def path(self, seat: Seat) -> str:
        return "/"

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        if frame.startswith(b"INFO"):
            subjects = (seat.room.encode(), seat.name.encode())
            return Answer((b'CONNECT {"verbose":false,"pedantic":false}\r\nSUB room.%s 1\r\nSUB one.%s 2\r\nPING\r\n' % subjects,))
        return INSIDE if b"PONG\r\n" in frame else NOTHING

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        return b"PUB room.%s %d\r\n%s\r\n" % (seat.room.encode(), len(payload), payload)

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        return b"PUB one.%s %d\r\n%s\r\n" % (address.encode(), len(payload), payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        return _messages(frame)

    def whole(self, heard: bytes) -> int:
        """Up to the end of its last line, but not between the two of a message."""
        lines, _, rest = heard.rpartition(END)
        last = lines.rpartition(END)[2]
        end = len(heard) - len(rest)
        return end - len(last) - len(END) if last.startswith(b"MSG ") else end

    def beat(self, frame: bytes) -> bytes:
        return b"PONG\r\n" if frame == b"PING\r\n" else b""


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    program = await fetch.debian("nats-server", "nats-server")

    def command(place: Path, port: int) -> list[str]:
        config = place / "nats.conf"
        config.write_text(CONFIG.format(port=port, plain=free_port()), encoding="utf-8")
        return [program, "-c", str(config)]

    about = (await fetch.run([program, "--version"], "nats-server")).replace(": v", " ")
    async with started(command, Nats(), f"{about}, core NATS on its websocket listener") as stand:
        yield stand


PEER = Peer("nats", opened)
