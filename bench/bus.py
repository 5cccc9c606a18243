"""What does a hop on the bus cost: asking a service on the loop, asking a deed of the store, telling one hearer, telling three?

The one bench that runs inside its own process: a hop is a matter of microseconds, and no socket is on its way. The store is in memory,
its deed changes nothing, and its transaction is real. One asks at a time for the latencies, many at once for the rates.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter_ns

import anyio
from anyio.abc import TaskGroup
from msgspec import Struct

from bench import figures, progress
from bench.client import Fault
from bench.figures import Named, Rounds
from bench.friends import within
from bench.result import Latencies, Result, curve
from bench.rounds import Middle
from bench.table import Table
from bench.verdicts import shown
from bus.bus import Bus
from bus.message import Context, Fact, Reply, Request
from bus.service import Service
from devchitchat.projections import PROJECTIONS
from services.store import Store, Transaction
from services.store.database import Place

ROUNDS = 6
PORTION = 200
AT_ONCE = 50
PATIENCE_S = 30.0
COLUMNS = ("hop", "times", "p50 µs", "p90 µs", "p99 µs", "p99.9 µs", "max µs", "hops/s", "µs/hop")
ABOUT = (
    "In this process, on the server's own loop. `ask` is from the question to the answer, one at a time; its rate is that of "
    f"{AT_ONCE} askers at once. `tell` is from the publishing until the last hearer has it, one fact at a time; its rate counts facts, "
    f"told in portions. The median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
)


class Done(Reply, frozen=True):
    t = "bench.done"


class Think(Request[Done], frozen=True):
    t = "bench.think"


class Note(Request[Done], frozen=True):
    t = "bench.note"


class ToOne(Fact, frozen=True):
    t = "bench.to_one"


class ToThree(Fact, frozen=True):
    t = "bench.to_three"


class Thinker(Service):
    """Answers from memory, on the loop."""

    @Think.answer
    async def think(self, request: Think, context: Context) -> Done:
        return Done()


@Note.commit
def note(tx: Transaction, request: Note, context: Context) -> Done:
    return Done()


class Hearer(Service):
    """Counts what it hears, and says when it has heard so many."""

    def __init__(self, name: str, bus: Bus) -> None:
        super().__init__(name, bus, capacity=PORTION)
        self.count = 0
        self._wanted = 0
        self._heard = anyio.Event()

    async def have(self, count: int) -> None:
        self._wanted, self._heard = count, anyio.Event()
        if self.count < count:
            await self._heard.wait()

    def more(self) -> None:
        self.count += 1
        if self.count == self._wanted:
            self._heard.set()

    @ToThree.heard
    async def hear(self, fact: ToThree, context: Context) -> None:
        self.more()


class First(Hearer):
    """Hears the other fact, too."""

    @ToOne.heard
    async def hear_alone(self, fact: ToOne, context: Context) -> None:
        self.more()


class Round(Struct, frozen=True):
    """One hop for a while, alone; and how many a second there are with many at once."""

    latencies: Latencies
    rate: float


Hop = Callable[[int], Awaitable[None]]
"""Makes so many hops, and returns when all of them are over."""


class Scene:
    """A bus with one who thinks, a store that notes, and three who hear."""

    def __init__(self) -> None:
        self._bus = Bus()
        self._store = Store(Place(":memory:"), PROJECTIONS, self._bus)
        self._services = [Thinker("thinker", self._bus), Service("notes", self._bus, sys.modules[__name__], ways=self._store.ways)]
        self._hearers = [First("first", self._bus), Hearer("second", self._bus), Hearer("third", self._bus)]
        self.hops: dict[str, Hop] = {
            "ask a service": self._asking(Think()),
            "ask a deed": self._asking(Note()),
            "tell one": self._telling(ToOne(), self._hearers[:1]),
            "tell three": self._telling(ToThree(), self._hearers),
        }

    async def start(self, tasks: TaskGroup) -> None:
        await tasks.start(self._store.run)
        for service in [*self._services, *self._hearers]:
            await tasks.start(service.run)

    def _asking(self, question: Request[Done]) -> Hop:
        async def ask(count: int) -> None:
            for _ in range(count):
                await self._bus.ask(question)

        async def hop(count: int) -> None:
            if count == 1:
                return await ask(1)
            async with anyio.create_task_group() as tasks:
                for _ in range(AT_ONCE):
                    tasks.start_soon(ask, count // AT_ONCE)

        return hop

    def _telling(self, fact: Fact, hearers: list[Hearer]) -> Hop:
        async def hop(count: int) -> None:
            wanted = [hearer.count + count for hearer in hearers]
            took = sum(self._bus.publish(fact) for _ in range(count))
            if took != count * len(hearers):
                raise Fault(f"{fact.t} was told {count} times to {len(hearers)} and taken {took} times")
            for hearer, count_then in zip(hearers, wanted, strict=True):
                await hearer.have(count_then)
                if hearer.count != count_then:
                    raise Fault(f"a hearer of {fact.t} heard more than was told")

        return hop


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each hop, in rounds that take turns."""
    scene = Scene()
    found: dict[str, list[Round]] = {name: [] for name in scene.hops}
    progress.keep(lambda: result(found))
    async with anyio.create_task_group() as tasks:
        await scene.start(tasks)
        progress.takes(seconds * len(scene.hops))
        for _ in range(ROUNDS):
            for name, hop in scene.hops.items():
                with within(seconds + PATIENCE_S, f"bus: {name}"):
                    alone = await one_at_a_time(seconds / ROUNDS / 2, hop)
                    found[name].append(Round(alone, await many_at_once(seconds / ROUNDS / 2, hop)))
        tasks.cancel_scope.cancel()
    return result(found)


async def one_at_a_time(seconds: float, hop: Hop) -> Latencies:
    found, end = Latencies(), perf_counter_ns() + seconds * 1e9
    while (before := perf_counter_ns()) < end:
        await hop(1)
        found.add(perf_counter_ns() - before)
    return found


async def many_at_once(seconds: float, hop: Hop) -> float:
    """Hops a second."""
    began, hops = perf_counter_ns(), 0
    while perf_counter_ns() - began < seconds * 1e9:
        await hop(PORTION)
        hops += PORTION
    return hops / (perf_counter_ns() - began) * 1e9


def result(found: dict[str, list[Round]]) -> Result:
    there = {name: rounds for name, rounds in found.items() if rounds}
    alone = {name: Rounds(each.latencies for each in rounds) for name, rounds in there.items()}
    rates = {name: Middle.of(each.rate for each in rounds) for name, rounds in there.items()}
    named: Named = {}
    for name in there:
        prefix = f"bus/{name.replace(' ', '-')}"
        named |= alone[name].named(prefix) | {f"{prefix}/rate_per_s": rates[name]}
    return Result(
        scenario="bus",
        table=Table("Bus", ABOUT, COLUMNS, [_row(name, alone[name], rates[name]) for name in there]),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(name, rounds.all) for name, rounds in alone.items()],
    )


def _row(name: str, alone: Rounds, rate: Middle) -> tuple[str, ...]:
    tail = [alone.all.ms(per_cent) * 1000 for per_cent in (90, 99, 99.9, 100)]
    us = f"{alone.middle(50).times(1000):.1f}", *map(shown, tail)
    return name, f"{alone.all.count:,}", *us, f"{rate:,.0f}", f"{1e6 / rate.figure:.1f}"
