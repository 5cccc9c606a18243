"""How long does it take to hand something on from one peer of a call to another, and what does a call of ten cost the server?

Peers without media, over real sockets. A round trip is one peer's message to another and that one's message back, each through the
server; the rate is what one peer gets handed on with many under way at once. The sizes are those of a browser's candidates and
offers; the join of ten counts what ten browsers say to one another (CALLS 9: 45 offers, 45 answers, about four candidates a link).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench import meeting
from bench.client import Client, Head
from bench.house import House, running
from bench.table import Table, ms, percentile
from bus.message import Request
from bus.protocol.rtc import RtcCallCreate, RtcJoin
from bus.protocol.signals import IceCandidate, RtcIce, RtcIceEvent, RtcOffer, RtcOfferEvent, RtcRelayed

WARM_UP = 50
UNDER_WAY = 32
ABOUT = (
    "Two peers of one call, each on a socket of its own. `p50` to `max` are round trips, two relays each: a message from one to the other, "
    f"which answers with one as large. `relays/s` is one peer sending with {UNDER_WAY} under way at once, each acknowledged by the server."
)
COLUMNS = ("message", "bytes", "p50 ms", "p99 ms", "max ms", "relays/s", "server CPU s/1,000 relays")

Word = Callable[[str, str], Request[RtcRelayed]]
"""From a call and the peer that is meant to what is said."""


class Kind(Struct, frozen=True):
    """What is handed on: its name, the event that it arrives as, and how it is said."""

    name: str
    arrives: str
    word: Word
    octets: int


def candidate(call_id: str, to_peer_id: str) -> Request[RtcRelayed]:
    """A frame of about 300 B."""
    return RtcIce(call_id, to_peer_id, IceCandidate("candidate:1 1 udp 2122260223 ".ljust(63, "0"), "0", 0))


def offer(call_id: str, to_peer_id: str) -> Request[RtcRelayed]:
    """A frame of about 3 KB."""
    return RtcOffer(call_id, to_peer_id, "v=0\r\n".ljust(2_830, "0"))


KINDS = (Kind("candidate", RtcIceEvent.t, candidate, 300), Kind("offer", RtcOfferEvent.t, offer, 3_000))


class Measured(Struct, frozen=True):
    kind: Kind
    trips_ns: list[int]
    relays: int
    seconds: float
    cpu_s: float | None


class Pair:
    """Two peers of a call, one of whom answers whatever arrives with the same."""

    def __init__(self, call_id: str, kind: Kind, near: tuple[Client, str], far: tuple[Client, str]) -> None:
        self._near, near_id = near
        self._far, far_id = far
        self._kind = kind
        self._there = kind.word(call_id, far_id)
        self._back = kind.word(call_id, near_id)
        self._arrived = self._returned = anyio.Event()

    async def trip(self) -> int:
        """One message there and one back, in nanoseconds."""
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

    async def stream(self, seconds: float) -> tuple[int, float]:
        """As many as are handed on in about so many seconds, and how long they took."""
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
        return done, (perf_counter_ns() - before) / 1e9

    def _set(self, event: anyio.Event) -> Callable[[Head], None]:
        return lambda head: event.set() if head.t == self._kind.arrives else None


async def run(seconds: float, beside: Path | None = None) -> Table:
    measured = [await measure(kind, seconds, beside) for kind in KINDS]
    met = await meeting.measure(seconds, beside)
    return Table("Relay", ABOUT, COLUMNS, [_row(each) for each in measured], [meeting.note(met)])


async def measure(kind: Kind, seconds: float, beside: Path | None = None) -> Measured:
    async with running(beside) as house:
        pair = await _pair(house, kind)
        for _ in range(WARM_UP):
            await pair.trip()
        trips: list[int] = []
        end = anyio.current_time() + seconds / 2
        while anyio.current_time() < end:
            trips.append(await pair.trip())
        cpu_s = house.cpu_s()
        relays, took = await pair.stream(seconds / 2)
        cpu_later = house.cpu_s()
        return Measured(kind, trips, relays, took, None if cpu_s is None or cpu_later is None else cpu_later - cpu_s)


async def _pair(house: House, kind: Kind) -> Pair:
    room_id, (near, far) = await house.room(2)
    call = await near.ask(RtcCallCreate(room_id))
    peers = [(client, (await client.ask(RtcJoin(call.call_id))).self_peer_id) for client in (near, far)]
    return Pair(call.call_id, kind, *peers)


def _row(one: Measured) -> tuple[str, ...]:
    trips = sorted(one.trips_ns)
    return (
        one.kind.name,
        f"{one.kind.octets:,}",
        ms(percentile(trips, 50)),
        ms(percentile(trips, 99)),
        ms(trips[-1]),
        f"{one.relays / one.seconds:,.0f}",
        "not known here" if one.cpu_s is None else f"{one.cpu_s / one.relays * 1000:.3f}",
    )
