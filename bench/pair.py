"""Two peers of a call, and what they hand to one another through the server: messages as large as a browser's candidates and offers."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench import pace
from bench.client import Client, Head
from bench.house import House
from bus.message import Request
from bus.protocol.rtc import RtcCallCreate, RtcJoin
from bus.protocol.signals import IceCandidate, RtcIce, RtcIceEvent, RtcOffer, RtcOfferEvent, RtcRelayed

UNDER_WAY = 32

Word = Callable[[str, str], Request[RtcRelayed]]
"""From a call and the peer that is meant to what is said."""


class Kind(Struct, frozen=True):
    """What is handed on: its name, the event that it arrives as, how it is said, and at what pace a second where it keeps to one."""

    name: str
    arrives: str
    word: Word
    octets: int
    pace: int


def candidate(call_id: str, to_peer_id: str) -> Request[RtcRelayed]:
    """A frame of about 300 B."""
    return RtcIce(call_id, to_peer_id, IceCandidate("candidate:1 1 udp 2122260223 ".ljust(63, "0"), "0", 0))


def offer(call_id: str, to_peer_id: str) -> Request[RtcRelayed]:
    """A frame of about 3 KB."""
    return RtcOffer(call_id, to_peer_id, "v=0\r\n".ljust(2_830, "0"))


KINDS = (Kind("candidate", RtcIceEvent.t, candidate, 300, 1_000), Kind("offer", RtcOfferEvent.t, offer, 3_000, 500))


class Pair:
    """Two peers of a call, one of whom answers whatever arrives with the same. Times are in nanoseconds."""

    def __init__(self, call_id: str, kind: Kind, near: tuple[Client, str], far: tuple[Client, str]) -> None:
        self._near, near_id = near
        self._far, far_id = far
        self._kind = kind
        self._there = kind.word(call_id, far_id)
        self._back = kind.word(call_id, near_id)
        self._arrived = self._returned = anyio.Event()

    async def trip(self) -> int:
        """One message there and one back."""
        self._arrived, self._returned = anyio.Event(), anyio.Event()
        self._far.heard, self._near.heard = self._set(self._arrived), self._set(self._returned)
        before = after = perf_counter_ns()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._near.ask, self._there)
            await self._arrived.wait()
            tasks.start_soon(self._far.ask, self._back)
            await self._returned.wait()
            after = perf_counter_ns()  # before the acknowledgements
        return after - before

    async def trips_on_time(self, rate: float, seconds: float, seed: int) -> tuple[list[int], float]:
        """So many trips a second, each from when it was due, and what `pace.keep` says. They come back in the order in which they left."""
        trips: list[int] = []
        dues: list[int] = []
        one_back, late_ms = anyio.Event(), 0.0

        async def leave(due_ns: int) -> None:
            dues.append(due_ns)
            await self._near.ask(self._there)

        def arrived(head: Head) -> None:
            if head.t == self._kind.arrives:
                tasks.start_soon(self._far.ask, self._back)

        def returned(head: Head) -> None:
            if head.t == self._kind.arrives:
                trips.append(perf_counter_ns() - dues[len(trips)])
                one_back.set()

        async with anyio.create_task_group() as tasks:
            self._far.heard, self._near.heard = arrived, returned
            late_ms = await pace.keep(rate, seconds, seed, leave)
            while len(trips) < len(dues):
                one_back = anyio.Event()
                await one_back.wait()
        return trips, late_ms

    async def stream(self, seconds: float) -> int:
        """As many as are handed on in about so many seconds, with many under way at once."""
        self._far.heard = lambda head: None
        before = perf_counter_ns()
        done = 0

        async def send() -> None:
            nonlocal done
            while perf_counter_ns() - before < seconds * 1e9:
                await self._near.ask(self._there)
                done += 1

        async with anyio.create_task_group() as tasks:
            for _ in range(UNDER_WAY):
                tasks.start_soon(send)
        return done

    def _set(self, event: anyio.Event) -> Callable[[Head], None]:
        return lambda head: event.set() if head.t == self._kind.arrives else None


async def pair(house: House, kind: Kind) -> Pair:
    room_id, (near, far) = await house.room(2)
    call = await near.ask(RtcCallCreate(room_id))
    peers = [(client, (await client.ask(RtcJoin(call.call_id))).self_peer_id) for client in (near, far)]
    return Pair(call.call_id, kind, *peers)
