"""Where a figure lies on an axis, and which figures stand beside it: even, in decades, or in nines as latencies are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor, log10

from msgspec import Struct

NINES = (50.0, 90.0, 99.0, 99.9, 99.99)
MOST_TICKS = 6
HUNDRED = 4.6
"""How many nines the longest of all is drawn at."""


class Axis(Struct, frozen=True):
    """`at` puts a figure between 0 and 1; `ticks` are those that are written, with how they are."""

    title: str
    at: Callable[[float], float]
    ticks: list[tuple[float, str]]


def even(title: str, figures: Iterable[float], *, from_zero: bool = False) -> Axis:
    found = list(figures)
    low, high = (0.0 if from_zero else min(found)), max(found)
    step = _step((high - low) or abs(high) or 1.0)
    low, high = floor(low / step) * step, max(ceil(high / step) * step, low + step)
    count = round((high - low) / step)
    return Axis(
        title, lambda figure: (figure - low) / (high - low), [(low + step * each, written(low + step * each)) for each in range(count + 1)]
    )


def decades(title: str, figures: Iterable[float]) -> Axis:
    """Of figures above zero; whole decades, and what lies between them where there are few."""
    found = [each for each in figures if each > 0] or [1.0]
    low, high = log10(min(found)), log10(max(found))
    marks = [10.0**power * digit for power in range(floor(low) - 1, ceil(high) + 2) for digit in (1, 2, 5)]
    below = max((each for each in marks if each <= 10**low * 1.000001), default=marks[0])
    above = min((each for each in marks if each >= 10**high / 1.000001), default=marks[-1])
    above = above if above > below else below * 10
    inside = [each for each in marks if below / 1.000001 <= each <= above * 1.000001]
    whole = [each for each in inside if _power(each)]
    bottom, width = log10(below), log10(above) - log10(below)
    ticks = inside if len(inside) <= MOST_TICKS or len(whole) < 2 else whole
    return Axis(title, lambda figure: (log10(max(figure, below)) - bottom) / width, [(each, written(each)) for each in ticks])


def nines(title: str = "percentile") -> Axis:
    """Each further nine is as far away as the one before; the longest of all stands at the end."""
    return Axis(title, lambda per_cent: _nines(per_cent) / HUNDRED, [*((each, f"{each:g}") for each in NINES), (100.0, "max")])


def _nines(per_cent: float) -> float:
    return HUNDRED if per_cent >= 100 else -log10(1 - per_cent / 100)


def _step(width: float) -> float:
    power = 10.0 ** floor(log10(width / 4))
    return next(power * digit for digit in (1, 2, 5, 10) if width / (power * digit) <= 5)


def _power(figure: float) -> bool:
    return abs(log10(figure) - round(log10(figure))) < 1e-9


def written(figure: float) -> str:
    if abs(figure) >= 1_000_000:
        return f"{figure / 1_000_000:g}M"
    return f"{figure / 1000:g}k" if abs(figure) >= 10_000 else f"{round(figure, 10):,.10g}"
