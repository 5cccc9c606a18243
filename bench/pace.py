"""Open loop: each thing begins when it is due, whether or not those before it are done.

When is drawn beforehand (Poisson, a fixed seed). A latency counts from when a thing was due and not from when somebody got round to it,
so a stall costs all that came meanwhile, as it costs people: no coordinated omission (Gil Tene).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from random import Random
from time import perf_counter_ns
from typing import Any

import anyio

from bench.machine import apart
from bench.result import Latencies
from bench.rounds import Middle

COARSE_NS = 2_000_000
"""uvloop's timers are as coarse as a millisecond, and end early, too."""

LATE_SHARE = 0.1
Enough = Callable[[], bool]


def always() -> bool:
    return True


def drawn(rate: float, seconds: float, chance: Random) -> Iterator[float]:
    """Seconds since the beginning, `rate` of them a second on average, in order."""
    at_s = chance.expovariate(rate)
    while at_s < seconds:
        yield at_s
        at_s += chance.expovariate(rate)


def words(rate: int, otherwise: str) -> str:
    """In a cell: so many a second, or how it goes without a pace, which is a rate of 0."""
    return f"{rate:,}/s" if rate else otherwise


def named(prefix: str, rate: int) -> str:
    """Before the names of its figures."""
    return f"{prefix}/at-{rate}" if rate else prefix


async def keep(
    rate: float, seconds: float, seed: int, do: Callable[[int], Coroutine[Any, Any, None]], *, longest: float = 0.0, enough: Enough = always
) -> float:
    """Do it at each of these times, given the moment at which it was due, by the clock of `perf_counter_ns`; until all is done.

    Where it is not `enough` after so many seconds, it goes on for `longest` at most. Returns how late the load itself began one of a
    hundred, in ms.
    """
    began, late = perf_counter_ns(), Latencies()
    async with anyio.create_task_group() as tasks:
        for at_s in drawn(rate, max(seconds, longest), Random(seed)):
            if at_s >= seconds and enough():
                break
            due_ns = began + int(at_s * 1e9)
            await sleep_until(due_ns)
            late.add(perf_counter_ns() - due_ns)
            tasks.start_soon(do, due_ns)
    return late.ms(99)


def slower_side(settings: Mapping[str, tuple[Iterable[float], float]]) -> list[str]:
    """A note for each setting, by name, whose load began late, in the median of its rounds, by a tenth of the p99; both in ms."""
    late = {name: (Middle.of(rounds).figure, p99) for name, (rounds, p99) in settings.items()}
    return [
        f"{name}: the load itself began one of a hundred {late_ms:.2f} ms late, which is in the figures."
        for name, (late_ms, p99) in late.items()
        if late_ms > LATE_SHARE * p99
    ]


async def sleep_until(due_ns: int) -> None:
    """By the clock of `perf_counter_ns`, and never before it. Where the load has a core of its own, the last stretch is spent in turns
    of the loop, which still hears what comes meanwhile: a timer would be late by as much as a message takes."""
    coarse_ns = COARSE_NS if apart() else 0
    while (left_ns := due_ns - perf_counter_ns()) > 0:  # noqa: ASYNC110 the clock tells nobody
        await anyio.sleep(max(0, left_ns - coarse_ns) / 1e9)
