"""A scenario that measures nothing, for tests of what happens around it: it does what `does` says, and brings figures home."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import anyio

from bench import progress
from bench.client import Fault
from bench.result import Latencies, Line, Result, curve
from bench.table import Table
from bench.wire import Lacking

ABOUT = "Pretends."
figures: dict[str, float] = {}
spreads: dict[str, float] = {}


def nothing() -> None:
    pass


def fail() -> None:
    raise Fault("somebody heard a message twice")


def lack() -> None:
    raise Lacking("there is no such thing here")


def interrupt() -> None:
    """As Ctrl+C does."""
    signal.raise_signal(signal.SIGINT)


def end() -> None:
    """As `kill` does."""
    signal.raise_signal(signal.SIGTERM)


does: Callable[[], None] = nothing


async def run(seconds: float, beside: Path | None = None) -> Result:
    progress.keep(result)
    does()
    if does in {interrupt, end}:
        await anyio.sleep_forever()
    return result()


def result() -> Result:
    latencies = Latencies([1_100_000, 1_200_000, 5_000_000])
    return Result(
        scenario="pretend",
        table=Table("Pretend", ABOUT, ("what", "p50 ms"), [("a <b>", "1.2")], ["A note about `code`."]),
        figures={"idle/mib": 70.0, **figures},
        spreads=spreads,
        curves=[curve("a <b>", latencies, [(0.0, 1.0, 2.0), (1.0, 1.1, 2.2)])],
        lines=[Line("cost", "receivers", "µs", [(10.0, 5.0), (1000.0, 4.0)])],
    )
