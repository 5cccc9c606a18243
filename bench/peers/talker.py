"""One websocket of the generator: a compiled client that gives each payload to whoever listens, and knows no dialect itself.

Nothing waits here and nothing is raised: picows would log it and go on. What went wrong stands in `trouble`, and whoever listens is
told by an empty list.
"""

from __future__ import annotations

from collections.abc import Callable

import anyio

from bench.client import Fault
from bench.peers.dialect import Dialect, Seat
from bench.wire import Lacking

try:
    import picows
except ImportError:
    raise Lacking("a bench with peers needs picows: run `./run bench` in a checkout, which brings it") from None

ENTER_S = 60.0
CONTROL = (picows.WSMsgType.PING, picows.WSMsgType.PONG, picows.WSMsgType.CLOSE)
Listen = Callable[[list[bytes]], None]


class Talker(picows.WSListener):
    """`listen` gets what was said, `kept` the mark of each message of its own that is acknowledged."""

    def __init__(self, dialect: Dialect, seat: Seat) -> None:
        self.seat = seat
        self.address = seat.name
        self.trouble = ""
        self.listen: Listen = lambda payloads: None
        self.kept: Callable[[bytes], None] | None = None
        self._dialect = dialect
        self._payloads = dialect.payloads
        self._in_parts = dialect.streams
        self._kind = picows.WSMsgType.BINARY if dialect.binary else picows.WSMsgType.TEXT
        self._rest = b""
        self._inside = False
        self._ready = anyio.Event()
        self._transport: picows.WSTransport

    @classmethod
    async def enter(cls, port: int, dialect: Dialect, seat: Seat) -> Talker:
        """Connected, and where its room hears it. Raises Fault when that takes too long or is refused."""
        talker = cls(dialect, seat)
        headers = {"Sec-WebSocket-Protocol": dialect.subprotocol} if dialect.subprotocol else None
        url = f"ws://127.0.0.1:{port}{dialect.path(seat)}"
        try:
            with anyio.move_on_after(ENTER_S):
                await picows.ws_connect(lambda: talker, url, extra_headers=headers)  # pyright: ignore[reportUnknownMemberType]
                await talker._ready.wait()
        except picows.WSError as error:
            raise Fault(f"{seat.name} could not come in: {error}") from None
        if talker.trouble or not talker._inside:
            raise Fault(f"{seat.name} could not come in: {talker.trouble or 'it took too long'}")
        return talker

    def to_room(self, payload: bytes) -> None:
        self._transport.send(self._kind, self._dialect.to_room(self.seat, payload))

    def to_one(self, address: str, payload: bytes) -> None:
        self._transport.send(self._kind, self._dialect.to_one(self.seat, address, payload))

    def leave(self) -> None:
        self.listen = lambda payloads: None
        self._transport.disconnect()

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        self._transport = transport
        self._say(*self._dialect.greet(self.seat))

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        try:
            heard = frame.get_payload_as_bytes()
            if self._in_parts or frame.msg_type is not self._kind or not frame.fin:
                heard = self._gathered(heard, frame)
            if self._inside:
                self._hear(heard)
            elif heard:
                self._enter(heard)
        except Exception as error:
            self._fail(f"{type(error).__name__}: {error}")

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        self._fail("the peer closed the socket")

    def _hear(self, heard: bytes) -> None:
        if payloads := self._payloads(heard):
            self.listen(payloads)
        elif heard and (beat := self._dialect.beat(heard)):
            self._say(beat)
        if self.kept:
            for mark in self._dialect.acked(heard):
                self.kept(mark)

    def _enter(self, heard: bytes) -> None:
        answer = self._dialect.answer(self.seat, heard)
        self._say(*answer.say)
        if answer.inside:
            self.address = answer.address or self.address
            self._inside = True
            self._ready.set()

    def _gathered(self, heard: bytes, frame: picows.WSFrame) -> bytes:
        """What is whole by now of what has come in parts; nothing for pings and the like."""
        if frame.msg_type in CONTROL:
            return b""
        heard = self._rest + heard
        end = self._dialect.whole(heard) if frame.fin else 0
        self._rest = heard[end:]
        self._in_parts = self._dialect.streams or not frame.fin
        return heard[:end]

    def _say(self, *frames: bytes) -> None:
        for frame in frames:
            self._transport.send(self._kind, frame)

    def _fail(self, why: str) -> None:
        self.trouble = self.trouble or why
        self._ready.set()
        self.listen([])
