"""How long does it take to hand something on from one peer of a call to another, and what does a call of ten cost the server?

Peers without media, over real sockets. A round trip is one peer's message to another and that one's message back, each through the
server, one after the other or each when it is due; the rate is what one peer gets handed on with many under way at once. The join of
ten counts what ten browsers say to one another (CALLS 9: 45 offers, 45 answers, about four candidates a link).
"""

from __future__ import annotations

from pathlib import Path

import anyio
from msgspec import Struct

from bench import figures, meeting, pace, progress
from bench.figures import Named, Rounds
from bench.friends import within
from bench.house import House, running
from bench.meeting import Met
from bench.pair import KINDS, UNDER_WAY, Kind, Pair, pair
from bench.result import Curve, Latencies, Result, curve
from bench.rounds import Middle, over_time, slower_side, turns, watched
from bench.table import Table

ROUNDS = 5
WARM_UP = 50
PATIENCE_S = 60.0
ABOUT = (
    "Two peers of one call, each on a socket of its own. `p50` to `max` are round trips, two relays each: a message from one to the other, "
    "which answers with one as large; one after the other, or so many a second, at times that were drawn beforehand, and then each from "
    f"when it was due. `relays/s` is one peer sending with {UNDER_WAY} under way at once, each acknowledged by the server. "
    f"The median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
)
COLUMNS = ("message", "bytes", "pace", *figures.COLUMNS, "relays/s", "CPU µs/relay", "server MiB")


class Round(Struct, frozen=True):
    """Trips, and then relays with many under way; at a pace, the relays are those of the trips."""

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


class Setting:
    """A kind with the pair that says it, at a `pace` in trips a second or one after the other; and its rounds."""

    def __init__(self, kind: Kind, house: House, pair: Pair, pace: int = 0) -> None:
        self.kind = kind
        self.pace = pace
        self.rounds: list[Round] = []
        self.late_ms: list[float] = []
        self.mib: float | None = None
        self._house = house
        self._pair = pair

    @property
    def prefix(self) -> str:
        return pace.named(f"relay/{self.kind.octets}", self.pace)

    @property
    def at(self) -> str:
        return pace.words(self.pace, "one by one")

    async def warm_up(self) -> None:
        for _ in range(WARM_UP):
            await self._pair.trip()

    async def measure(self, seconds: float, at_s: float) -> None:
        with within(seconds + PATIENCE_S, f"a round of {self.kind.name}s"):
            self.rounds.append(await (self._on_time if self.pace else self._one_by_one)(seconds, at_s))
        self.mib = self._house.memory_mib()

    async def _one_by_one(self, seconds: float, at_s: float) -> Round:
        trips: list[int] = []
        began = anyio.current_time()
        while anyio.current_time() < began + seconds / 2:
            trips.append(await self._pair.trip())
        trips_s, cpu_s = anyio.current_time() - began, self._house.cpu_s()
        with watched() as watch:
            relays = await self._pair.stream(seconds / 2)
        return Round(at_s, trips, trips_s, relays, watch.seconds, self._used_s(cpu_s), watch.share)

    async def _on_time(self, seconds: float, at_s: float) -> Round:
        cpu_s = self._house.cpu_s()
        with watched() as watch:
            trips, late_ms = await self._pair.trips_on_time(self.pace, seconds, len(self.rounds))
        self.late_ms.append(late_ms)
        return Round(at_s, trips, watch.seconds, 2 * len(trips), watch.seconds, self._used_s(cpu_s), watch.share)

    def _used_s(self, before_s: float | None) -> float | None:
        after_s = self._house.cpu_s()
        return None if before_s is None or after_s is None else after_s - before_s


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each kind, as many at its pace, and as many for the calls of ten."""
    settings: list[Setting] = []
    progress.keep(lambda: result(settings))
    async with running(beside) as house:
        for kind in KINDS:
            two = await pair(house, kind)
            settings += [Setting(kind, house, two), Setting(kind, house, two, kind.pace)]
            await settings[-1].warm_up()
        began = anyio.current_time()
        for setting in turns(settings, ROUNDS):
            await setting.measure(seconds / ROUNDS, anyio.current_time() - began)
    return result(settings, await meeting.measure(seconds, beside))


def result(settings: list[Setting], met: Met | None = None) -> Result:
    rows = [_Row(each) for each in settings if each.rounds]
    shares = {each.kind.name: [one.share for one in each.rounds] for each in settings if each.rounds and not each.pace}
    named = {name: middle for row in rows for name, middle in row.named.items()}
    late = {row.words: (row.setting.late_ms, row.latencies.all.ms(99)) for row in rows if row.setting.pace}
    notes = [*([meeting.note(met)] if met else []), *slower_side(shares), *pace.slower_side(late)]
    return Result(
        scenario="relay",
        table=Table("Relay", ABOUT, COLUMNS, [each.cells() for each in rows], notes),
        figures=figures.plain(named) | (meeting.named(met) if met else {}),
        spreads=figures.spreads(named),
        curves=[each.curve() for each in rows],
    )


class _Row:
    """What the rounds of a setting come to."""

    def __init__(self, setting: Setting) -> None:
        rounds = setting.rounds
        self.setting, self._kind = setting, setting.kind
        self.latencies = Rounds(Latencies(each.trips_ns) for each in rounds)
        costs = [each.us_per_relay for each in rounds if each.us_per_relay is not None]
        self._rate, self._cost = Middle.of(each.rate for each in rounds), Middle.of(costs) if costs else None
        found = {"relays_per_s": self._rate, "cost_us": self._cost}
        own: Named = {f"{setting.prefix}/{name}": middle for name, middle in found.items() if middle}
        self.named = self.latencies.named(setting.prefix) | own

    @property
    def words(self) -> str:
        return f"{self._kind.name}, {self._kind.octets:,} B, {self.setting.at}"

    def cells(self) -> tuple[str, ...]:
        cost = f"{self._cost:.0f}" if self._cost else "not known here"
        what = self._kind.name, f"{self._kind.octets:,}", self.setting.at
        return *what, *self.latencies.cells(), f"{self._rate:,.0f}", cost, figures.mib(self.setting.mib)

    def curve(self) -> Curve:
        moments = [moment for each in self.setting.rounds for moment in over_time(each.at_s, each.trips_s, each.trips_ns)]
        return curve(self.words, self.latencies.all, moments)
