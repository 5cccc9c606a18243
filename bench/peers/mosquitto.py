"""`mosquitto`: Debian's MQTT broker over websockets; a room is a topic, QoS 0, nothing kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from getpass import getuser
from pathlib import Path

from bench.peers import fetch
from bench.peers.dialect import INSIDE, NOTHING, Answer, Dialect, Seat
from bench.peers.program import Peer, Stand, free_port, started

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK = 0x10, 0x20, 0x30, 0x82, 0x90
CLEAN = 2
CONFIG = """\
listener {plain} 127.0.0.1
listener {port} 127.0.0.1
protocol websockets
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
persistence false
log_type error
user {user}
"""
"""Its outgoing queue is unbounded here, as everybody else's is: by default it would drop what does not leave at once.
The plain listener is there because 2.0.11 does not start with one for websockets alone."""


class Mqtt(Dialect):
    """MQTT 3.1.1. This broker puts one packet into a frame; were it otherwise, a payload would be as nobody had said it."""

    binary = True
    subprotocol = "mqtt"

    def path(self, seat: Seat) -> str:
        return "/mqtt"

    def greet(self, seat: Seat) -> tuple[bytes, ...]:
        never = b"\0\0"
        return (packet(CONNECT, text(b"MQTT") + bytes([4, CLEAN]) + never + text(seat.name.encode())),)

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        kind = frame[0]
        if kind == CONNACK and frame[3] == 0:
            topics = [room(seat), one(seat.name)]
            return Answer((packet(SUBSCRIBE, b"\0\1" + b"".join(text(topic) + b"\0" for topic in topics)),))
        return INSIDE if kind == SUBACK else NOTHING

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        return packet(PUBLISH, text(room(seat)) + payload)

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        return packet(PUBLISH, text(one(address)) + payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        if frame[0] != PUBLISH:
            return []
        at = 2
        while frame[at - 1] > 127:
            at += 1
        return [frame[at + 2 + (frame[at] << 8 | frame[at + 1]) :]]


def room(seat: Seat) -> bytes:
    return b"room/" + seat.room.encode()


def one(name: str) -> bytes:
    return b"one/" + name.encode()


def text(words: bytes) -> bytes:
    return len(words).to_bytes(2, "big") + words


def packet(kind: int, body: bytes) -> bytes:
    head, left = bytearray([kind]), len(body)
    while left > 127:
        head.append(left & 127 | 128)
        left >>= 7
    head.append(left)
    return bytes(head) + body


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    program = await fetch.debian("mosquitto", "mosquitto")

    def command(place: Path, port: int) -> list[str]:
        config = place / "mosquitto.conf"
        config.write_text(CONFIG.format(port=port, plain=free_port(), user=getuser()), encoding="utf-8")
        return [program, "-c", str(config)]

    async with started(command, Mqtt(), f"{(await said(program))}, MQTT 3.1.1 over websockets, QoS 0") as stand:
        yield stand


async def said(program: str) -> str:
    """It has no flag for its version alone: help says it first, and ends with a code of its own."""
    return (await fetch.run(["sh", "-c", '"$0" -h | head -n 1', program], "mosquitto -h")).replace(" version", "")


PEER = Peer("mosquitto", opened)
