"""Short rounds that take turns, and what comes of them: a median, and how far the rounds lie apart.

One machine's speed changes more from minute to minute than two settings differ, so each setting gets many short rounds among those
of the others, forwards and backwards. A load that had no time of its own left was the slower side, and says so.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter_ns, process_time
from typing import TypeVar

from msgspec import Struct

from bench import progress
from bench.result import Latencies

T = TypeVar("T")
SLOWER_SIDE = 0.9
SLICES = 8
Moment = tuple[float, float, float]
"""Seconds since the beginning, p50 and p99 in ms."""


class Middle(Struct, frozen=True):
    """The median of some rounds, and half of the distance between their quartiles."""

    figure: float
    spread: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Middle:
        found = list(figures)
        if len(found) < 2:
            return cls(found[0] if found else 0.0, 0.0)
        lower, middle, upper = quantiles(found, n=4, method="inclusive")
        return cls(middle, (upper - lower) / 2)

    def times(self, factor: float) -> Middle:
        """The same in another unit, or of so many."""
        return Middle(self.figure * factor, self.spread * factor)

    def __format__(self, spec: str) -> str:
        return f"{self.figure:{spec}} ±{self.spread:{spec}}"


def turns(settings: Sequence[T], rounds: int, part: tuple[float, float] = (0.0, 1.0)) -> Generator[T]:
    """Each setting so many times, in turns; all of it is this `part` of the scenario."""
    begin, end = part
    step = (end - begin) / (len(settings) * rounds)
    done = 0
    for turn in range(rounds):
        for setting in settings if turn % 2 == 0 else reversed(settings):
            progress.at(begin + done * step)
            yield setting
            done += 1


class Watch:
    """How long something takes, and how much of it this process, the load, is at work."""

    def __init__(self) -> None:
        self.began_ns = perf_counter_ns()
        self.seconds = self.share = 0.0


@contextmanager
def watched() -> Generator[Watch]:
    watch, cpu_s = Watch(), process_time()
    yield watch
    watch.seconds = (perf_counter_ns() - watch.began_ns) / 1e9
    watch.share = (process_time() - cpu_s) / watch.seconds


def slower_side(shares: Mapping[str, Iterable[float]]) -> list[str]:
    """A note for each setting whose load was busy nearly all the time, in the median of its rounds."""
    busy = {name: Middle.of(share).figure for name, share in shares.items()}
    return [
        f"{name}: the load itself was the slower side ({share:.0%} of its core); the server could have done more."
        for name, share in busy.items()
        if share > SLOWER_SIDE
    ]


def over_time(since_s: float, seconds: float, latencies_ns: Sequence[int]) -> list[Moment]:
    """A round in slices; latencies are in the order of their coming."""
    size = -(-len(latencies_ns) // SLICES)
    found: list[Moment] = []
    for at in range(0, len(latencies_ns), size or 1):
        part = Latencies(latencies_ns[at : at + size])
        found.append((round(since_s + seconds * at / len(latencies_ns), 3), part.ms(50), part.ms(99)))
    return found
