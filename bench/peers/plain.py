"""The dialect of a bare hub, in whatever language: the path names room and seat, a frame is a payload.

What begins with an @ is for one seat by its name, and arrives without that; all else is for the room, its sender included.
"""

from __future__ import annotations

from bench.peers.dialect import Dialect, Seat


class Plain(Dialect):
    def path(self, seat: Seat) -> str:
        return f"/{seat.room}/{seat.name}"

    def greet(self, seat: Seat) -> tuple[bytes, ...]:
        """To oneself: it comes back when the hub has taken us in."""
        return (self.to_one(seat, seat.name, b"hello"),)

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        return payload

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        return b"@%s\n%s" % (address.encode(), payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        return [frame]
