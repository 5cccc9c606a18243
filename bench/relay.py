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

from bench import figures, meeting, progress
from bench.client import Client, Head
from bench.friends import within
from bench.house import House, running
from bench.meeting import Met
from bench.result import Curve, Latencies, Result, curve
from bench.rounds import Middle, over_time, slower_side, turns, watched
from bench.table import Table
from bus.message import Request
from bus.protocol.rtc import RtcCallCreate, RtcJoin
from bus.protocol.signals import IceCandidate, RtcIce, RtcIceEvent, RtcOffer, RtcOfferEvent, RtcRelayed

ROUNDS = 5
WARM_UP = 50
PATIENCE_S = 60.0
UNDER_WAY = 32
ABOUT = (
    "Two peers of one call, each on a socket of its own. `p50` to `max` are round trips, two relays each: a message from one to the other, "
    f"which answers with one as large. `relays/s` is one peer sending with {UNDER_WAY} under way at once, each acknowledged by the server. "
    f"The median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
)
COLUMNS = ("message", "bytes", *figures.COLUMNS, "relays/s", "CPU µs/relay", "server MiB")

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


class Round(Struct, frozen=True):
    """Trips one after the other, and then relays with many under way."""

    at_s: float
    trips_ns: list[int]
    trips_s: float
    relays: int
    seconds: float
    cpu_s: float | None
    share: float

    @property
    def rate(self) -> float:
        return self.relays / self.seconds

    @property
    def us_per_relay(self) -> float | None:
        return None if self.cpu_s is None else self.cpu_s / self.relays * 1e6


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


class Setting:
    """A kind with the pair that says it, and its rounds."""

    def __init__(self, kind: Kind, house: House, pair: Pair) -> None:
        self.kind = kind
        self.rounds: list[Round] = []
        self.mib: float | None = None
        self._house = house
        self._pair = pair

    async def warm_up(self) -> None:
        for _ in range(WARM_UP):
            await self._pair.trip()

    async def measure(self, seconds: float, at_s: float) -> None:
        with within(seconds + PATIENCE_S, f"a round of {self.kind.name}s"):
            await self._measure(seconds, at_s)

    async def _measure(self, seconds: float, at_s: float) -> None:
        trips: list[int] = []
        began = anyio.current_time()
        while anyio.current_time() < began + seconds / 2:
            trips.append(await self._pair.trip())
        trips_s, cpu_s = anyio.current_time() - began, self._house.cpu_s()
        with watched() as watch:
            relays, took = await self._pair.stream(seconds / 2)
        later, self.mib = self._house.cpu_s(), self._house.memory_mib()
        used = None if cpu_s is None or later is None else later - cpu_s
        self.rounds.append(Round(at_s, trips, trips_s, relays, took, used, watch.share))


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each kind, and as many for the calls of ten."""
    settings: list[Setting] = []
    progress.keep(lambda: result(settings))
    async with running(beside) as house:
        settings += [Setting(kind, house, await _pair(house, kind)) for kind in KINDS]
        for setting in settings:
            await setting.warm_up()
        began = anyio.current_time()
        for setting in turns(settings, ROUNDS):
            await setting.measure(seconds / ROUNDS, anyio.current_time() - began)
    return result(settings, await meeting.measure(seconds, beside))


async def _pair(house: House, kind: Kind) -> Pair:
    room_id, (near, far) = await house.room(2)
    call = await near.ask(RtcCallCreate(room_id))
    peers = [(client, (await client.ask(RtcJoin(call.call_id))).self_peer_id) for client in (near, far)]
    return Pair(call.call_id, kind, *peers)


def result(settings: list[Setting], met: Met | None = None) -> Result:
    rows = [_Row(each) for each in settings if each.rounds]
    shares = {each.kind.name: [one.share for one in each.rounds] for each in settings if each.rounds}
    named = {name: middle for row in rows for name, middle in row.named.items()}
    notes = [*([meeting.note(met)] if met else []), *slower_side(shares)]
    return Result(
        scenario="relay",
        table=Table("Relay", ABOUT, COLUMNS, [each.cells() for each in rows], notes),
        figures={name: middle.figure for name, middle in named.items()} | (meeting.named(met) if met else {}),
        spreads={name: middle.spread for name, middle in named.items()},
        curves=[each.curve() for each in rows],
    )


class _Row:
    """What the rounds of a setting come to."""

    def __init__(self, setting: Setting) -> None:
        rounds = setting.rounds
        self._kind, self._rounds, self._mib = setting.kind, rounds, setting.mib
        self._all = Latencies(ns for each in rounds for ns in each.trips_ns)
        each_round = [Latencies(each.trips_ns) for each in rounds]
        tails = {f"p{p}_ms": Middle.of(each.ms(p) for each in each_round) for p in (50, 90, 99)}
        costs = [each.us_per_relay for each in rounds if each.us_per_relay is not None]
        self._rate, self._cost = Middle.of(each.rate for each in rounds), Middle.of(costs) if costs else None
        self._p50 = tails["p50_ms"]
        found = {**tails, "relays_per_s": self._rate, "cost_us": self._cost}
        self.named = {f"relay/{setting.kind.octets}/{name}": middle for name, middle in found.items() if middle}

    def cells(self) -> tuple[str, ...]:
        latencies = (f"{self._p50:.2f}", *figures.cells(self._all)[1:])
        cost = f"{self._cost:.0f}" if self._cost else "not known here"
        return self._kind.name, f"{self._kind.octets:,}", *latencies, f"{self._rate:,.0f}", cost, figures.mib(self._mib)

    def curve(self) -> Curve:
        moments = [moment for each in self._rounds for moment in over_time(each.at_s, each.trips_s, each.trips_ns)]
        return curve(f"{self._kind.name}, {self._kind.octets:,} B", self._all, moments)
