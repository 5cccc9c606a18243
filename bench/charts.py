"""Charts as SVG, drawn with the colours of the page they stand in; no script. Whoever points at a mark reads its figures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from math import inf
from statistics import median

from msgspec import Struct

from bench.axes import Axis, decades, even, nines, written
from bench.result import Curve, Line

WIDTH, HEIGHT = 420, 270
LEFT, RIGHT, TOP, BOTTOM = 52, 20, 24, 40
COLOURS = 6
LOG_FROM = 20.0
MOST_MARKED = 20
GAP = 4.0
Point = tuple[float, float]


class Series(Struct, frozen=True):
    """One line of a chart; `thin` is for what only goes with another."""

    label: str
    points: list[Point]
    colour: int
    thin: bool = False
    marked: bool = True


def distribution(curves: Sequence[Curve]) -> str:
    """Latency by percentile: in nines along, in decades up."""
    drawn = [Series(each.label, list(each.spread), at) for at, each in enumerate(curves) if each.spread]
    return _figure("Latency by percentile", nines(), _times(drawn), drawn) if drawn else ""


def over_time(curves: Sequence[Curve]) -> str:
    """p50 and, thinner, p99 while the scenario ran."""
    drawn: list[Series] = []
    for at, each in enumerate(curves):
        if len(each.over_time) > 1:
            drawn.append(Series(each.label, [(second, p50) for second, p50, _ in each.over_time], at, marked=False))
            drawn.append(Series("", [(second, p99) for second, _, p99 in each.over_time], at, thin=True, marked=False))
    seconds = even("seconds", [second for each in drawn for second, _ in each.points] or [0.0], from_zero=True)
    return _figure("Latency over time: p50, and thin p99", seconds, _times(drawn), drawn) if drawn else ""


def lines(found: Sequence[Line]) -> list[str]:
    """One chart for all that have the same axes."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for each in found:
        if each.points:
            groups.setdefault((each.x, each.y), []).append(each)
    return [_line_chart(x, y, group) for (x, y), group in groups.items()]


def _line_chart(x: str, y: str, group: list[Line]) -> str:
    xs = [point[0] for each in group for point in each.points]
    wide = min(xs) > 0 and max(xs) / min(xs) >= LOG_FROM
    drawn = [Series(each.label, list(each.points), at, marked=len(each.points) < MOST_MARKED) for at, each in enumerate(group)]
    up = even(y, [point[1] for each in drawn for point in each.points], from_zero=True)
    return _figure(f"{y} by {x}", decades(x, xs) if wide else even(x, xs), up, drawn)


def _times(drawn: Sequence[Series]) -> Axis:
    return decades("ms", [y for each in drawn for _, y in each.points])


def _figure(title: str, across: Axis, up: Axis, drawn: Sequence[Series]) -> str:
    inside = "".join([*_grid(across, up), *(_path(each, across, up) for each in drawn)])
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">{inside}</svg>'
    legend = "".join(
        f'<li class="c{each.colour % COLOURS}{_dashed(each)}"><i></i><span>{escape(each.label)}</span></li>' for each in drawn if each.label
    )
    return f"<figure><figcaption>{escape(title)}</figcaption>{svg}<ul class=legend>{legend}</ul></figure>"


def _grid(across: Axis, up: Axis) -> list[str]:
    found = [f'<text class="title" x="{LEFT - 8}" y="{TOP - 10}" text-anchor="end">{escape(up.title)}</text>' if len(up.title) < 8 else ""]
    found[0] = found[0] or f'<text class="title" x="2" y="{TOP - 10}">{escape(up.title)}</text>'
    for figure, text in up.ticks:
        y = _y(up, figure)
        found.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        found.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{text}</text>')
    for figure, text in across.ticks:
        x = _x(across, figure)
        found.append(f'<line class="tick" x1="{x}" x2="{x}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM + 4}"/>')
        found.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">{text}</text>')
    found.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}"/>')
    found.append(f'<text class="title" x="{WIDTH - RIGHT}" y="{HEIGHT - 5}" text-anchor="end">{escape(across.title)}</text>')
    return found


def _path(series: Series, across: Axis, up: Axis) -> str:
    places = [(_x(across, x), _y(up, y)) for x, y in series.points]
    colour = f"c{series.colour % COLOURS}{_dashed(series)}"
    path = f'<path class="{colour}{" thin" if series.thin else ""}" d="{_way(places)}"/>'
    if not series.marked:
        return path
    said = [f"{series.label}: {written(round(y, 4))} {up.title} at {_where(x)} {across.title}" for x, y in series.points]
    marks = [
        f'<circle class="{colour}" cx="{x}" cy="{y}" r="2.6"><title>{escape(text)}</title></circle>'
        for (x, y), text in zip(places, said, strict=True)
    ]
    return path + "".join(marks)


def _way(places: Sequence[Point]) -> str:
    """Broken where nothing was measured for a while: between the rounds of a setting are those of the others."""
    steps = [after[0] - before[0] for before, after in pairwise(places)]
    gap = GAP * median(steps) if len(steps) >= MOST_MARKED else inf
    moves = ["M", *("M" if step > gap else "L" for step in steps)]
    return " ".join(f"{move}{x} {y}" for move, (x, y) in zip(moves, places, strict=True))


def _where(x: float) -> str:
    return "the longest," if x == 100 else written(x)


def _dashed(series: Series) -> str:
    """Further lines take the colours again, broken."""
    return " dashed" if series.colour >= COLOURS else ""


def _x(axis: Axis, figure: float) -> float:
    return round(LEFT + axis.at(figure) * (WIDTH - LEFT - RIGHT), 1)


def _y(axis: Axis, figure: float) -> float:
    return round(HEIGHT - BOTTOM - axis.at(figure) * (HEIGHT - TOP - BOTTOM), 1)
