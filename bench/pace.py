"""Open loop: each thing begins when it is due, whether or not those before it are done.

When is drawn beforehand (Poisson, a fixed seed). A latency counts from when a thing was due and not from when somebody got round to it,
so a stall costs all that came meanwhile, as it costs people: no coordinated omission (Gil Tene).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from random import Random
from time import perf_counter_ns
from typing import Any

import anyio

from bench.machine import apart

COARSE_NS = 2_000_000
"""uvloop's timers are as coarse as a millisecond, and end early, too."""


def drawn(rate: float, seconds: float, chance: Random) -> Iterator[float]:
    """Seconds since the beginning, `rate` of them a second on average, in order."""
    at_s = chance.expovariate(rate)
    while at_s < seconds:
        yield at_s
        at_s += chance.expovariate(rate)


async def keep(rate: float, seconds: float, seed: int, do: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Do it at each of these times, given the moment at which it was due, by the clock of `perf_counter_ns`; until all is done."""
    began = perf_counter_ns()
    async with anyio.create_task_group() as tasks:
        for at_s in drawn(rate, seconds, Random(seed)):
            due_ns = began + int(at_s * 1e9)
            await sleep_until(due_ns)
            tasks.start_soon(do, due_ns)


async def sleep_until(due_ns: int) -> None:
    """By the clock of `perf_counter_ns`, and never before it. Where the load has a core of its own, the last stretch is spent in turns
    of the loop, which still hears what comes meanwhile: a timer would be late by as much as a message takes."""
    coarse_ns = COARSE_NS if apart() else 0
    while (left_ns := due_ns - perf_counter_ns()) > 0:  # noqa: ASYNC110 the clock tells nobody
        await anyio.sleep(max(0, left_ns - coarse_ns) / 1e9)
