"""What a peer's protocol is on one websocket, as pure functions on bytes: how to come in, how to say, what was heard.

The generator is one for all peers and knows no dialect; a dialect does no I/O and keeps nothing. A payload begins with a mark of ten
digits, is ASCII without quotes and markup, and must be given back byte for byte.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Seat(Struct, frozen=True):
    """Who sits at one websocket: the so-manieth of a room. Those of a `pair` only speak to one another."""

    room: str
    number: int
    pair: bool = False

    @property
    def name(self) -> str:
        return f"{self.room}_{self.number}"


class Answer(Struct, frozen=True):
    """To one frame on the way in. `address` is where others reach this seat; where nobody says, by its name."""

    say: tuple[bytes, ...] = ()
    inside: bool = False
    address: str = ""


INSIDE = Answer(inside=True)
NOTHING = Answer()


class Dialect(Protocol):
    """Whoever inherits says what differs. `binary` frames; `streams` when a frame may end in the middle of what is said; `acks` when
    the sender of a message hears that it is kept, and a message is not done before."""

    binary = False
    streams = False
    acks = False
    subprotocol = ""

    def path(self, seat: Seat) -> str:
        """Of the URL, with its query."""
        ...

    def greet(self, seat: Seat) -> tuple[bytes, ...]:
        """What is said first. Who says nothing, and hears nothing, is inside at once."""
        return ()

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        """To each frame until one says that we are inside."""
        return INSIDE

    def to_room(self, seat: Seat, payload: bytes) -> bytes: ...

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes: ...

    def payloads(self, frame: bytes) -> list[bytes]:
        """What others, or we ourselves, have said; nothing for all other frames."""
        ...

    def acked(self, frame: bytes) -> list[bytes]:
        """The marks of those messages that this frame says are kept."""
        return []

    def beat(self, frame: bytes) -> bytes:
        """What must be said so that the peer does not take us for gone; mostly nothing."""
        return b""

    def whole(self, heard: bytes) -> int:
        """How many bytes from the beginning can be read now; the rest is kept until more is there."""
        return len(heard)


def between(text: bytes, before: bytes, after: bytes) -> bytes:
    """What stands between these two, or nothing."""
    return text.partition(before)[2].partition(after)[0]
