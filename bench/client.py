"""A client that puts load on a house: asks a word, waits for its reply, and counts what it hears in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from time import time_ns
from typing import Any, TypeVar, cast

import anyio
import msgspec
from anyio.abc import TaskGroup
from msgspec import Raw, Struct

from bench.wire import Wire, connect
from bus import protocol
from bus.message import Message, Request
from bus.protocol.session import Client as Program
from bus.protocol.session import Hello
from bus.secret import decode_secret, encode_secret

R = TypeVar("R", bound=Message)
K = TypeVar("K")
PROGRAM = Program("bench", "1", "bench")
CLOSED = "the server closed the socket"


class Head(Struct, frozen=True, gc=False):
    """As much of a frame from the server as everybody looks at."""

    t: str
    reply_to: str | None = None
    body: Raw = Raw()


class Fault(Exception):
    """A word was refused, or the socket closed before the answer."""


class Died(Fault):
    """The server's process ended before it was told to."""


def leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors themselves, out of whatever groups they happened in."""
    if isinstance(error, BaseExceptionGroup):
        for each in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from leaves(each)
    else:
        yield error


_head = msgspec.json.Decoder(Head).decode
_encode = msgspec.json.Encoder(enc_hook=encode_secret).encode


class Client:
    """One socket, greeted. `heard` is called with each event, `parted` when the socket has closed; who waits for events must look
    for both. `frames` and `octets` are counted both ways."""

    def __init__(self) -> None:
        self.heard: Callable[[Head], None] = lambda head: None
        self.parted: Callable[[], None] = lambda: None
        self.lost = False
        self.frames = self.octets = 0
        self._waiting: dict[str, anyio.Future[Head]] = {}
        self._ids = map(str, count(1))
        self._wire: Wire

    @classmethod
    async def greet(cls, url: str, tasks: TaskGroup) -> Client:
        """Connect and say hello, as a guest."""
        client = await cls.meet(url, tasks)
        await client.ask(Hello(PROGRAM))
        return client

    @classmethod
    async def meet(cls, url: str, tasks: TaskGroup) -> Client:
        """Connect, and say nothing yet."""
        client = cls()
        client._wire = await connect(url, client._hear, tasks)
        return client

    async def ask(self, word: Request[R]) -> R:
        """Raises Fault when it is refused, and when the socket is closed or closes meanwhile."""
        return cast("R", await self.ask_for(word, _kind(type(word))))

    async def ask_for(self, word: Request[Any], kind: type[K]) -> K:
        """The same, but only as much of the reply is decoded as `kind` has: a load reads less than a page does."""
        if self.lost:
            raise Fault(CLOSED)
        mine = next(self._ids)
        answer = self._waiting[mine] = anyio.Future()
        frame = _encode({"v": 1, "t": word.t, "id": mine, "ts": time_ns() // 1_000_000, "body": word})
        self._count(frame)
        await self._wire.send(frame)
        await answer.wait()
        if self.lost and isinstance(answer.exception, Fault):
            raise answer.exception
        head = answer.return_value
        if head.t == "error":
            raise Fault(f"{word.t} was refused: {bytes(head.body).decode()}")
        return msgspec.json.decode(head.body, type=kind, dec_hook=decode_secret)

    async def close(self) -> None:
        await self._wire.close()

    def _hear(self, frame: bytes | None) -> None:
        if frame is None:
            return self._lost()
        self._count(frame)
        head = _head(frame)
        if head.reply_to is None:
            self.heard(head)
        elif answer := self._waiting.pop(head.reply_to, None):
            answer.return_value = head

    def _count(self, frame: bytes) -> None:
        self.frames += 1
        self.octets += len(frame)

    def _lost(self) -> None:
        self.lost = True
        while self._waiting:
            _, answer = self._waiting.popitem()
            answer.exception = Fault(CLOSED)
        self.parted()


_kinds: dict[type[Request[Any]], type[Message]] = {}


def _kind(word: type[Request[Any]]) -> type[Message]:
    if word not in _kinds:
        _kinds[word] = protocol.reply_of(word)
    return _kinds[word]
