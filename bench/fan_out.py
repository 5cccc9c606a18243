"""How long after it was sent does everybody in the room hold a message, with ten who hear it, and with a thousand?

One of them sends; the next message leaves when the last one has reached them all, so nothing waits in line behind another
and the slowest of the crowd counts too. Or it leaves when it is due (`bench/pace.py`), and what waits in line shows. Reading 1,000 frames
takes the one client process its time: that is in the figures.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench import figures, pace, progress
from bench.client import CLOSED, Client, Fault, Head
from bench.figures import Named, Rounds
from bench.friends import within
from bench.house import House, running
from bench.machine import open_files
from bench.result import Curve, Latencies, Line, Result, curve
from bench.rounds import Middle, Moment, over_time, slower_side, turns, watched
from bench.table import Table
from bus.protocol.messages import MsgEvent, MsgSend

CROWDS = {10: 500, 50: 200, 200: 100, 1_000: 20}
"""Receivers, and messages a second where they keep to a pace."""

ROUNDS = 5
WARM_UP = 20
PATIENCE_S = 60.0
Place = tuple[list[Client], str]
"""People, and their room."""

TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"
COLUMNS = ("receivers", "pace", *figures.COLUMNS, "last p50 ms", "deliveries/s", "messages/s", "CPU µs/delivery", "server MiB")
ABOUT = (
    "One of so many people in a room sends a message, committed as always, and waits until all of them, itself included, have it. "
    "Latency is from before its send until a receiver has read the frame; `last` is that of the slowest receiver of each message. At a "
    "pace: so many messages a second, at times that were drawn beforehand, and each latency from when it was due. "
    f"A house for each crowd; the median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
)


class Round(Struct, frozen=True):
    """One crowd for a while: every receiver's latency, the slowest of each message, and what the server's processors gave."""

    at_s: float
    seconds: float
    latencies_ns: list[int]
    slowest_ns: list[int]
    cpu_s: float | None
    share: float

    @property
    def rate(self) -> float:
        return len(self.latencies_ns) / self.seconds

    @property
    def us_per_delivery(self) -> float | None:
        return None if self.cpu_s is None else self.cpu_s / len(self.latencies_ns) * 1e6


class Told:
    """A message on its way to so many."""

    def __init__(self, since_ns: int, missing: int) -> None:
        self.since_ns = since_ns
        self.missing = missing
        self.over = anyio.Event()


class Crowd:
    """People who hear messages: one at a time, or each when it is due. Latencies are in nanoseconds."""

    def __init__(self, people: list[Client], room_id: str) -> None:
        self.latencies_ns: list[int] = []
        self.slowest_ns: list[int] = []
        self._people = people
        self._room_id = room_id
        self._told: list[Told] = []
        self._short = any(person.lost for person in people)
        for person in people:
            person.heard, person.parted = self._ear(), self._parted

    async def tell_all(self, due_ns: int = 0) -> None:
        """Send one message, and wait until everybody has it. Raises Fault when somebody is not there any more."""
        told = Told(due_ns or perf_counter_ns(), len(self._people))
        self._told.append(told)
        await self._people[0].ask(MsgSend(self._room_id, TEXT))
        if not self._short:
            await told.over.wait()
        if self._short:
            raise Fault(CLOSED)

    def _parted(self) -> None:
        self._short = True
        for told in self._told:
            told.over.set()

    def _ear(self) -> Callable[[Head], None]:
        """Of one of them, who hears messages in the order in which they were sent."""
        numbers = count()

        def heard(head: Head) -> None:
            if head.t == MsgEvent.t:
                self._heard(self._told[next(numbers)])

        return heard

    def _heard(self, told: Told) -> None:
        took = perf_counter_ns() - told.since_ns
        self.latencies_ns.append(took)
        told.missing -= 1
        if not told.missing:
            self.slowest_ns.append(took)
            told.over.set()


class Setting:
    """A crowd in a house of its own, so that one's sockets do not weigh on another's figures, at a `pace` in messages a second or one by
    one; and its rounds."""

    def __init__(self, receivers: int, house: House, place: Place, pace: int = 0) -> None:
        self.receivers = receivers
        self.pace = pace
        self.rounds: list[Round] = []
        self.late_ms: list[float] = []
        self.mib: float | None = None
        self._house = house
        self._place = place

    @property
    def prefix(self) -> str:
        return pace.named(f"fan-out/{self.receivers}", self.pace)

    @property
    def at(self) -> str:
        return pace.words(self.pace, "one by one")

    @property
    def words(self) -> str:
        return f"{self.receivers:,} receivers, {self.at}"

    async def warm_up(self) -> None:
        crowd = Crowd(*self._place)
        for _ in range(WARM_UP):
            await crowd.tell_all()

    async def measure(self, seconds: float, at_s: float) -> None:
        crowd, before = Crowd(*self._place), self._house.cpu_s()
        with within(seconds + PATIENCE_S, f"a round of {self.words}"), watched() as watch:
            await self._tell(crowd, seconds)
        after, self.mib = self._house.cpu_s(), self._house.memory_mib()
        used = None if before is None or after is None else after - before
        self.rounds.append(Round(at_s, watch.seconds, crowd.latencies_ns, crowd.slowest_ns, used, watch.share))

    async def _tell(self, crowd: Crowd, seconds: float) -> None:
        if self.pace:
            self.late_ms.append(await pace.keep(self.pace, seconds, len(self.rounds), crowd.tell_all))
            return
        end = anyio.current_time() + seconds
        while anyio.current_time() < end:
            await crowd.tell_all()


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each crowd, one by one, and as many at its pace."""
    open_files(sum(CROWDS))
    async with AsyncExitStack() as houses:
        settings = [setting for each in CROWDS.items() for setting in await _settings(houses, *each, beside)]
        progress.keep(lambda: result(settings))
        progress.tell("")
        began = anyio.current_time()
        for setting in turns(settings, ROUNDS):
            await setting.measure(seconds / ROUNDS, anyio.current_time() - began)
        return result(settings)


async def _settings(houses: AsyncExitStack, receivers: int, pace: int, beside: Path | None) -> list[Setting]:
    progress.tell(f"filling a room of {receivers:,}")
    house = await houses.enter_async_context(running(beside, roomy=True))
    room_id, people = await house.room(receivers)
    settings = [Setting(receivers, house, (people, room_id)), Setting(receivers, house, (people, room_id), pace)]
    await settings[0].warm_up()
    return settings


def result(settings: list[Setting]) -> Result:
    measured = [_Measured(each) for each in settings if each.rounds]
    shares = {each.words: [one.share for one in each.rounds] for each in settings if each.rounds and not each.pace}
    late = {each.setting.words: (each.setting.late_ms, each.latencies.all.ms(99)) for each in measured if each.setting.pace}
    named = {name: middle for each in measured for name, middle in each.named.items()}
    points = [(float(each.setting.receivers), each.cost.figure) for each in measured if each.cost and not each.setting.pace]
    return Result(
        scenario="fan-out",
        table=Table("Fan-out", ABOUT, COLUMNS, [each.row() for each in measured], [*slower_side(shares), *pace.slower_side(late)]),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[each.curve() for each in measured],
        lines=[Line("a delivery, one message at a time", "receivers", "CPU µs/delivery", points)] if points else [],
    )


class _Measured:
    """What the rounds of a setting come to."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.latencies = Rounds(Latencies(each.latencies_ns) for each in setting.rounds)
        costs = [each.us_per_delivery for each in setting.rounds if each.us_per_delivery is not None]
        self.cost = Middle.of(costs) if costs else None
        self.rate = Middle.of(each.rate for each in setting.rounds)
        self.last = Middle.of(Latencies(each.slowest_ns).ms(50) for each in setting.rounds)
        found = {"last_p50_ms": self.last, "deliveries_per_s": self.rate, "cost_us": self.cost}
        own: Named = {f"{setting.prefix}/{name}": middle for name, middle in found.items() if middle}
        self.named = self.latencies.named(setting.prefix) | own

    def row(self) -> tuple[str, ...]:
        setting = self.setting
        return (
            f"{setting.receivers:,}",
            setting.at,
            *self.latencies.cells(),
            f"{self.last:.2f}",
            f"{self.rate:,.0f}",
            f"{self.rate.figure / setting.receivers:,.0f}",
            f"{self.cost:.1f}" if self.cost else "not known here",
            figures.mib(setting.mib),
        )

    def curve(self) -> Curve:
        moments: list[Moment] = []
        for each in self.setting.rounds:
            moments += over_time(each.at_s, each.seconds, each.latencies_ns)
        return curve(self.setting.words, self.latencies.all, moments)
