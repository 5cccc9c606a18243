"""What the server and the host of the scripts say to each other: frames of msgpack, each after its length in four bytes.

To the host go `Begin`, `Load`, `Unload`, `Happened`, `Called` and `Done`; all others come from it. The host is told everything and knows
nothing else: it has no bus, no database and no socket.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

MOST: Final = 4 * 1024 * 1024
"""Bytes of one frame; whoever says more is not spoken with any longer."""
Kind = Literal["message", "enter", "leave", "topic", "command"]
Rank = Literal["moderator", "owner", "admin"]


class Person(Struct, frozen=True):
    """A user as scripts see them; `name` is the handle, `roles` are the server's: `admin`."""

    id: str
    name: str
    display_name: str = ""
    roles: tuple[str, ...] = ()


class Begin(Struct, frozen=True, tag="begin"):
    """The first word to a fresh host. `life` is different for each; `limit` and `memory` are seconds and bytes for a script."""

    life: str
    name: str
    alias: str | None
    limit: float
    memory: int
    brain: dict[str, str]
    """Values are JSON."""
    people: list[Person]


class Load(Struct, frozen=True, tag="load"):
    """Load this script, or load it anew. `config` is what the operator says to it."""

    script: str
    path: str
    config: dict[str, Any] = {}


class Unload(Struct, frozen=True, tag="unload"):
    script: str


class Happened(Struct, frozen=True, tag="happened"):
    """Something that scripts may hear. `key` names it for ever; `over` are the runs that it has had in an earlier host.

    A `command` was given without being said; `role` is the user's in the room: `owner`, `moderator`, `member` or none.
    """

    key: str
    kind: Kind
    room: str
    user: Person
    text: str = ""
    msg_id: str = ""
    over: list[str] = []
    role: str = ""


class Called(Struct, frozen=True, tag="called"):
    """A hook of this script was called. The same `key` is the same call."""

    key: str
    script: str
    name: str
    method: str
    headers: dict[str, str]
    query: dict[str, str]
    body: bytes


class Done(Struct, frozen=True, tag="done"):
    """The answer to an `Act`; `refused` says why it was not done."""

    action: str
    refused: str | None = None
    found: Any = None


class Offered(Struct, frozen=True):
    """A typed command; `usage` is what may stand behind its name. It is for those who have the `role`, and are in `allow` by handle."""

    name: str
    usage: str = ""
    help: str = ""
    role: Rank | None = None
    allow: list[str] | None = None


class Loaded(Struct, frozen=True, tag="loaded"):
    """What a script listens to, or why it could not be loaded."""

    script: str
    listeners: int = 0
    error: str | None = None
    commands: list[Offered] = []


class Step(Struct, frozen=True, tag="step"):
    """From here on the script has the host in its hands: said before each of its steps, so that one without end has a name."""

    script: str
    key: str = ""
    run: str = ""
    """Empty while it is only asked whether it wants to hear."""


class Rest(Struct, frozen=True, tag="rest"):
    """The host has itself in hand again."""


class Begun(Struct, frozen=True, tag="begun"):
    """A handler begins; `run` is `script/listener`, the same in every host."""

    key: str
    run: str


class Ended(Struct, frozen=True, tag="ended"):
    """A handler has ended, with what it left in the brain (JSON; None for what it took out). `heavy`: it was stopped or ate too much."""

    key: str
    run: str
    error: str | None = None
    heavy: bool = False
    brain: dict[str, str | None] = {}


class Finished(Struct, frozen=True, tag="finished"):
    """All handlers that wanted it have ended: it need not be said again."""

    key: str


class Replied(Struct, frozen=True, tag="replied"):
    """What came of a call; 404 where the script has no such hook."""

    key: str
    status: int
    body: bytes = b""
    kind: str = ""


class Act(Struct, frozen=True, tag="act"):
    """A script wants something done. The same `action` is the same wish: done once, however often said."""

    action: str
    script: str
    do: str
    what: dict[str, Any]


ToHost: TypeAlias = Begin | Load | Unload | Happened | Called | Done
FromHost: TypeAlias = Loaded | Step | Rest | Begun | Ended | Finished | Replied | Act
TO_HOST: Final = msgspec.msgpack.Decoder[ToHost](ToHost)
FROM_HOST: Final = msgspec.msgpack.Decoder[FromHost](FromHost)
ENCODER: Final = msgspec.msgpack.Encoder()


class Garbled(Exception):
    """What came is no frame of ours."""


def framed(word: ToHost | FromHost) -> bytes:
    body = ENCODER.encode(word)
    return len(body).to_bytes(4, "big") + body


def sound(word: Loaded) -> Loaded:
    """As the server reads it. Raises for what is no word of ours: what a script gave for a text may be anything, and of any length."""
    frame = framed(word)
    if len(frame) > MOST:
        raise ValueError(f"{MOST} bytes at once are enough")
    return msgspec.msgpack.decode(frame[4:], type=Loaded)


def weight(key: str, value: str | None) -> int:
    """Bytes that this takes in the brain."""
    return 0 if value is None else len(key.encode()) + len(value.encode())


class Frames:
    """Cuts what comes in pieces into frames. Raises Garbled for one that is too long."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        self._rest += piece
        while len(self._rest) >= 4:
            size = int.from_bytes(self._rest[:4], "big")
            if size > MOST:
                raise Garbled(f"a frame of {size} bytes; {MOST} are allowed")
            if len(self._rest) < 4 + size:
                return
            frame = bytes(self._rest[4 : 4 + size])
            del self._rest[: 4 + size]
            yield frame
