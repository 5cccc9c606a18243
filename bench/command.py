"""`devchitchat bench`: what to measure and for how long; prints each bench's table, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import anyio

from bench import call, fan_out, relay, store
from bench import page as pages
from bench.client import Fault
from bench.table import Table
from bench.wire import Lacking, library

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
SECONDS = 9.0
QUICK_SECONDS = 0.9
CALM = 1.0
Bench = Callable[[float, Path | None], Awaitable[Table]]
BENCHES: dict[str, Bench] = {"store": store.run, "fan-out": fan_out.run, "relay": relay.run, "page": pages.run, "call": call.run}


def main(argv: Sequence[str]) -> int:
    said = parser().parse_args(argv)
    if said.write and not PAGE.parent.is_dir():
        return complain("--write needs a checkout of the source: there is no docs directory here")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    if load and load > CALM:
        print(f"This machine is busy: {others(load)}. The tails below are theirs too.", end="\n\n", flush=True)
    try:
        tables = [show(BENCHES[name], said) for name in ([said.bench] if said.bench else BENCHES)]
    except Exception as error:
        if isinstance(trouble := first(error), Fault | Lacking):
            return complain(str(trouble))
        raise
    if said.write:
        PAGE.write_text(page(tables, load), encoding="utf-8", newline="\n")
    return 0


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="devchitchat bench", description="Measure a real server on this machine, over real sockets.")
    whole.add_argument("bench", nargs="?", choices=BENCHES, metavar="|".join(BENCHES), help="what to measure (all when not said)")
    whole.add_argument("--seconds", type=seconds, metavar="N", help=f"how long for each setting (default {SECONDS:g})")
    whole.add_argument("--quick", action="store_true", help="only to see that it runs: figures of a second mean little")
    whole.add_argument("--beside", type=directory, metavar="DIR", help="make the data directory in DIR, to measure that disk")
    whole.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")
    return whole


def seconds(text: str) -> float:
    if not 0 < (found := float(text)) <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds up to 3600")
    return found


def directory(text: str) -> Path:
    if not (found := Path(text)).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no directory")
    return found


def show(bench: Bench, said: argparse.Namespace) -> Table:
    long = said.seconds or (QUICK_SECONDS if said.quick else SECONDS)
    uvloop = find_spec("uvloop") is not None
    table = anyio.run(bench, long, said.beside, backend="asyncio", backend_options={"use_uvloop": uvloop})
    print(table, end="\n\n", flush=True)
    return table


def page(tables: Sequence[Table], load: float | None) -> str:
    """The figures with what they hang on; `load` is the load average before the first bench, where the system tells."""
    busy = "" if load is None else f", where {others(load)}"
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    about = (
        f"Measured by `devchitchat bench` on {datetime.now(UTC):%Y-%m-%d}: {machine}; server and load share the machine{busy}; "
        f"the load is {library()}. Written by `devchitchat bench --write`; measure, do not edit."
    )
    return "\n\n".join(["# Benchmarks", about, *map(str, tables)]) + "\n"


def others(load: float) -> str:
    return f"{load:.1f} other programs ran on average in the minute before"


def first(error: Exception) -> Exception:
    """The error itself, or the first of those that happened together."""
    match error:
        case ExceptionGroup(exceptions=(inner, *_)):
            return first(inner)
        case _:
            return error


def complain(text: str) -> int:
    print(f"devchitchat bench: {text}", file=sys.stderr)
    return 1
