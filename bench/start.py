"""How soon after its process begins does the server greet the first socket: on an empty database, and on one of ten thousand messages?

A fresh process each time, its files in the system's cache. Measured from before the process is made until a socket has been accepted
and its hello acknowledged. A log of up to ten thousand facts is folded and compared before the first letter; a longer one later.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter_ns

import anyio
import anyio.to_thread

from bench import figures, filled, progress
from bench.client import Client
from bench.figures import Named, Rounds
from bench.filled import Fill
from bench.life import life, somewhere
from bench.result import Latencies, Result, curve
from bench.table import Table

FULL = Fill((10_000,))
FOLDED = Fill((9_900,))
SETTINGS: dict[str, Fill | None] = {"empty": None, "10000": FULL, "folded": FOLDED}
WHAT = {"empty": "an empty one", "10000": f"{FULL.messages:,} messages", "folded": f"{FOLDED.messages:,}, all folded at the start"}
STARTS = 15
LEAST = 3
COLUMNS = ("database", "times", *figures.COLUMNS)
IMPORTED = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s*([A-Za-z_]\w*)")
ABOUT = (
    "From before the server's process is made until its first socket was accepted and greeted; a new process each time, stopped before "
    "the next. Python's compiled files are there, and all files are in the system's cache. The database is that of the first column. "
    "`p50` is the median of the starts, ± half of what lies between their quartiles."
)
Starts = dict[str, list[int]]
"""Nanoseconds of each start, by the name of the setting."""


async def run(seconds: float, beside: Path | None = None) -> Result:
    """In turns, as often as there is time for: three times at least and fifteen at most."""
    found: Starts = {name: [] for name in SETTINGS}
    progress.keep(lambda: result(found, []))
    end = anyio.current_time() + seconds * len(SETTINGS)
    progress.takes(seconds * len(SETTINGS))
    with somewhere(beside) as data:
        places = {name: await prepared(data / name, fill) for name, fill in SETTINGS.items()}
        for turn in range(STARTS):
            if turn >= LEAST and anyio.current_time() > end:
                break
            for name, place in places.items():
                found[name].append(await first_socket_ns(place))
    return result(found, await anyio.to_thread.run_sync(imports))


async def prepared(data: Path, fill: Fill | None) -> Path:
    """A data directory that was started once before, so that its first admin's invite is made."""
    await anyio.Path(data).mkdir(mode=0o700)
    if fill:
        await anyio.to_thread.run_sync(filled.put, fill, data)
    await first_socket_ns(data)
    return data


async def first_socket_ns(data: Path) -> int:
    before = perf_counter_ns()
    async with life(data) as house:
        client = await Client.greet(house.ws, house.tasks)
        took = perf_counter_ns() - before
        await client.close()
    return took


def imports() -> list[tuple[str, float]]:
    """Milliseconds that importing the server takes, by package, the longest first; what a package brings along counts for itself."""
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-c", "import devchitchat.app"], capture_output=True, text=True, check=True
    )
    packages: Counter[str] = Counter()
    for us, package in IMPORTED.findall(done.stderr):
        packages[package] += int(us)
    return [(package, us / 1000) for package, us in packages.most_common()]


def result(found: Starts, imported: list[tuple[str, float]]) -> Result:
    there = {name: Rounds(Latencies([each]) for each in took) for name, took in found.items() if took}
    rows = [(WHAT[name], str(starts.all.count), *starts.cells()) for name, starts in there.items()]
    notes = [*([importing(imported)] if imported else []), "The server starts on a database that it has opened before."]
    firsts = {"start/first_socket_ms": "empty", "start/10000/first_socket_ms": "10000"}
    named: Named = {figure: there[name].middle(50) for figure, name in firsts.items() if name in there}
    for name, starts in there.items():
        named |= starts.named(f"start/{name}")
    return Result(
        scenario="start",
        table=Table("Start", ABOUT, COLUMNS, rows, notes),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(WHAT[name], starts.all) for name, starts in there.items()],
    )


def importing(imported: list[tuple[str, float]]) -> str:
    listed = ", ".join(f"{package} {ms:.0f}" for package, ms in imported[:5])
    total = sum(ms for _, ms in imported)
    return f"Of this, importing takes about {total:.0f} ms with Python's own timer at work (which slows it). The top five, in ms: {listed}."
