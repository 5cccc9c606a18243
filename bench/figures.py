"""Latencies, rounds of them and points as the scenarios give them: cells of a table, figures by name, and the line through points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from bench.result import Latencies
from bench.rounds import Middle

COLUMNS = ("p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms")
TAILS = (("90", 90.0, 10), ("99", 99.0, 100), ("99_9", 99.9, 1_000))
"""Each with its name, and of how many latencies it is one."""

Named = dict[str, Middle | float]
"""Figures by the names of a result; a Middle knows its spread, too."""


class Rounds:
    """How long one thing took, in rounds. One in which it never happened does not count."""

    def __init__(self, rounds: Iterable[Latencies]) -> None:
        self._rounds = [each for each in rounds if each.count]
        self.all = Latencies()
        for each in self._rounds:
            self.all.merge(each)

    @classmethod
    def parted(cls, nanoseconds: Sequence[int], parts: int) -> Rounds:
        """What came one after the other, in so many parts as long as one another."""
        ends = [len(nanoseconds) * part // parts for part in range(parts + 1)]
        return cls(Latencies(nanoseconds[begin:end]) for begin, end in pairwise(ends))

    def middle(self, per_cent: float) -> Middle:
        """In ms."""
        return Middle.of(each.ms(per_cent) for each in self._rounds)

    def cells(self) -> tuple[str, ...]:
        """Below COLUMNS: the median of the rounds, and the tail of all of them together."""
        return f"{self.middle(50):.2f}", *cells(self.all)[1:]

    def named(self, prefix: str) -> Named:
        """A tail, too, is the median of the rounds', unless one of them is too short to have any: then it is that of all together."""
        found: Named = {f"{prefix}/p50_ms": self.middle(50), f"{prefix}/max_ms": self.all.longest_ms}
        for name, per_cent, least in TAILS:
            reached = all(each.count >= least for each in self._rounds)
            found[f"{prefix}/p{name}_ms"] = self.middle(per_cent) if reached else self.all.ms(per_cent)
        return found


def plain(named: Mapping[str, Middle | float]) -> dict[str, float]:
    """As `figures` of a result."""
    return {name: figure.figure if isinstance(figure, Middle) else figure for name, figure in named.items()}


def spreads(named: Mapping[str, Middle | float]) -> dict[str, float]:
    """As `spreads` of a result: of those that have one."""
    return {name: figure.spread for name, figure in named.items() if isinstance(figure, Middle)}


def cells(latencies: Latencies) -> tuple[str, ...]:
    """Below COLUMNS."""
    return (*(f"{latencies.ms(per_cent):.2f}" for per_cent in (50, 90, 99, 99.9)), f"{latencies.longest_ms:.2f}")


def mib(found: float | None) -> str:
    """Memory of a server, in a cell; it is not known where there is no /proc."""
    return "not known here" if found is None else f"{found:.0f}"


def figures(prefix: str, latencies: Latencies) -> dict[str, float]:
    named = {f"{prefix}/p{name}_ms": latencies.ms(per_cent) for name, per_cent in (("50", 50), ("90", 90), ("99", 99), ("99_9", 99.9))}
    return {**named, f"{prefix}/max_ms": latencies.longest_ms}


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much y grows with x, by least squares; 0 for fewer than two points."""
    if len(points) < 2:
        return 0.0
    mean_x, mean_y = (sum(point[at] for point in points) / len(points) for at in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
