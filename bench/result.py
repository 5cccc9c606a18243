"""What a scenario brings home: a table to read, figures to judge and compare by name, and what charts are drawn of.

Latencies are kept as an HDR histogram of nanoseconds, 1 µs to 100 s with three significant digits, so that rounds can be added up and
the far tail is not lost in a mean (Gil Tene's HdrHistogram). A latency counts from when something was due, not from when a busy
sender got round to it: no coordinated omission.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from bench.table import Table
from bench.wire import Lacking

try:
    from hdrh.histogram import HdrHistogram  # pyright: ignore[reportMissingTypeStubs]
except ImportError:  # it comes with the test dependencies: an installed devchitchat has none
    HdrHistogram = None

LOWEST_NS, HIGHEST_NS, DIGITS = 1_000, 100_000_000_000, 3


class Latencies:
    """How long something took, many times."""

    def __init__(self, nanoseconds: Iterable[int] = ()) -> None:
        if HdrHistogram is None:
            raise Lacking("a bench needs hdrhistogram: run `./run bench` in a checkout, which brings it, or `pip install hdrhistogram`")
        self._histogram: Any = HdrHistogram(LOWEST_NS, HIGHEST_NS, DIGITS)
        for each in nanoseconds:
            self.add(each)

    def add(self, ns: int) -> None:
        self._histogram.record_value(min(max(ns, LOWEST_NS), HIGHEST_NS))

    def merge(self, other: Latencies) -> None:
        self._histogram.add(other._histogram)

    @property
    def count(self) -> int:
        return int(self._histogram.get_total_count())

    @property
    def longest_ms(self) -> float:
        return float(self._histogram.get_max_value()) / 1e6 if self.count else 0.0

    def ms(self, per_cent: float) -> float:
        """The latency that so many per cent do not exceed, in milliseconds; 0 when there is none."""
        return float(self._histogram.get_value_at_percentile(per_cent)) / 1e6 if self.count else 0.0


class Curve(Struct, frozen=True):
    """Latencies of one setting as a chart shows them: (per cent, ms), and over time (s since the beginning, p50 ms, p99 ms)."""

    label: str
    spread: list[tuple[float, float]] = []
    over_time: list[tuple[float, float, float]] = []


class Line(Struct, frozen=True):
    """How one figure goes with another, such as the cost of a delivery with the number of receivers."""

    label: str
    x: str
    y: str
    points: list[tuple[float, float]] = []


class Result(Struct, frozen=True, kw_only=True):
    """`figures` by a name that stays the same from version to version, such as `fan-out/10/p50_ms`; `partial` when it was cut short.

    `spreads` says by the same names how far rounds lay from their median, where there were rounds. `others` is what other programs took
    meanwhile, in cores, where that is known.
    """

    scenario: str
    table: Table
    figures: dict[str, float] = {}
    spreads: dict[str, float] = {}
    curves: list[Curve] = []
    lines: list[Line] = []
    partial: bool = False
    others: float | None = None


PER_CENTS = (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.99, 100.0)


def curve(label: str, latencies: Latencies, over_time: list[tuple[float, float, float]] | None = None) -> Curve:
    return Curve(label, [(per_cent, latencies.ms(per_cent)) for per_cent in PER_CENTS], over_time or [])
