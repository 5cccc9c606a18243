"""What the peers came to: a table a workload, a row a peer, absolute figures and beside them the ratio to the bare `ws` hub.

A ratio is the median of those of rounds that ran side by side, so that a machine whose speed changes from minute to minute does not
decide it.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.peers.standing import Standing
from bench.peers.workload import Figure, Round, Workload
from bench.result import Curve, Latencies, Result, curve
from bench.rounds import SLOWER_SIDE, Middle
from bench.table import Table

REFERENCE = "ws"
ABOUT = (
    "{} `times` is the ratio to `ws`, a bare hub on Node's ws library, in the same rounds. One generator for all, on the last core, "
    "servers on the first; the median of rounds that take turns. `server` and `load` are what they used of their cores."
)


def results(standing: Sequence[Standing], workloads: Sequence[Workload]) -> list[Result]:
    """One for each workload that was measured at all."""
    found = [result(each, [one for one in standing if each.name in one.rounds], left_out(standing)) for each in workloads]
    return [each for each in found if each.table.rows]


def result(workload: Workload, measured: Sequence[Standing], notes: Sequence[str]) -> Result:
    bare = {turn: found for each in measured if each.name == REFERENCE for turn, found in each.rounds[workload.name].items()}
    heads = [head for figure in workload.figures for head in (figure.title, "times")]
    named = {
        f"peers/{one.name}/{workload.name}/{figure.name}": middle
        for one in measured
        for figure in workload.figures
        if (middle := middle_of(figure, one.rounds[workload.name]))
    }
    table = Table(
        title=f"Peers: {workload.name}",
        about=ABOUT.format(workload.about),
        columns=("peer", *heads, "server", "load"),
        rows=[row(workload, one, bare) for one in measured],
        notes=[*notes, *slower_side(workload, measured), versions(measured)],
    )
    return Result(
        scenario=f"peers/{workload.name}",
        table=table,
        figures={name: middle.figure for name, middle in named.items()},
        spreads={name: middle.spread for name, middle in named.items()},
        curves=curves(workload, measured),
        partial=any(each.out for each in measured),
    )


def so_far(standing: Sequence[Standing], workloads: Sequence[Workload]) -> Result:
    """All in one, for a run that is cut short."""
    found = results(standing, workloads)
    rows = [(each.scenario, *row[:3]) for each in found for row in each.table.rows]
    figures = {name: figure for each in found for name, figure in each.figures.items()}
    table = Table(
        "Peers", ABOUT.format("The first figure of each workload."), ("workload", "peer", "figure", "times"), rows, left_out(standing)
    )
    return Result(scenario="peers", table=table, figures=figures, partial=True)


def row(workload: Workload, one: Standing, bare: dict[int, Round]) -> tuple[str, ...]:
    rounds = one.rounds[workload.name]
    cells = [cell for figure in workload.figures for cell in (cell_of(figure, rounds), ratio(figure, rounds, bare))]
    busy = [each.cpu_s / each.said.seconds for each in rounds.values() if each.cpu_s is not None]
    return one.name, *cells, f"{Middle.of(busy).figure:.0%}" if busy else "-", "-" if workload.pace else f"{load(rounds):.0%}"


def cell_of(figure: Figure, rounds: dict[int, Round]) -> str:
    middle = middle_of(figure, rounds)
    return f"{middle:,.{figure.digits}f}" if middle else "-"


def middle_of(figure: Figure, rounds: dict[int, Round]) -> Middle | None:
    read = [value for each in rounds.values() if (value := figure.read(each)) is not None]
    return Middle.of(read) if read else None


def ratio(figure: Figure, rounds: dict[int, Round], bare: dict[int, Round]) -> str:
    pairs = [(figure.read(each), figure.read(bare[turn])) for turn, each in rounds.items() if turn in bare]
    found = [ours / theirs for ours, theirs in pairs if ours is not None and theirs]
    return f"{Middle.of(found).figure:.2f}" if found else "-"


def load(rounds: dict[int, Round]) -> float:
    return Middle.of(each.share for each in rounds.values()).figure


def slower_side(workload: Workload, measured: Sequence[Standing]) -> list[str]:
    """At a pace the generator is never idle: it looks at the clock."""
    busy = {one.name: load(one.rounds[workload.name]) for one in measured if not workload.pace}
    return [
        f"{name}: the generator was the slower side ({share:.0%} of its core); the server could have done more."
        for name, share in busy.items()
        if share > SLOWER_SIDE
    ]


def left_out(standing: Sequence[Standing]) -> list[str]:
    return [f"{each.name} was {'cut short' if each.rounds else 'left out'}: {each.out}." for each in standing if each.out]


def versions(measured: Sequence[Standing]) -> str:
    return "; ".join(dict.fromkeys(each.about for each in measured)) + "."


def curves(workload: Workload, measured: Sequence[Standing]) -> list[Curve]:
    return [curve(one.name, found) for one in measured if (found := latencies(one.rounds[workload.name])).count]


def latencies(rounds: dict[int, Round]) -> Latencies:
    return Latencies(ns for each in rounds.values() for ns in each.said.heard_ns)
