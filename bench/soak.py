"""Does the server stay as it is under a load that goes on: its memory, its descriptors, its WAL?

Ten people post at times that were drawn beforehand (Poisson, fixed seed), and one of them comes back every second, so that sockets come
and go. The slope of the memory is a straight line through the readings after the first fifth, in which a server still warms up. A few
seconds only show that it runs: give it hours (`--seconds 3600`).
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import anyio
from msgspec import Struct

from bench import figures, progress
from bench.client import Fault
from bench.crew import Acts, Crew
from bench.figures import COLUMNS, Named, slope
from bench.friends import each, gather, room_of, within
from bench.life import Life, fresh
from bench.pace import sleep_until
from bench.result import Line, Result, curve
from bench.table import Table

PEOPLE = 10
MESSAGES_PER_S = 50.0
RETURNS_PER_S = 1.0
READINGS = 60
LEAST_PAUSE_S = 0.1
TELLING_S = 600.0
"""A slope of less than that is the warming up, and no figure to compare."""

PATIENCE_S = 30.0
LOOP_LAG = "loop_lag_p99_ms"
"""A reading of /diag's `house` section, where a version has it."""


class Reading(Struct, frozen=True):
    at_s: float
    rss_kib: float
    wal_bytes: int
    descriptors: int
    lag_ms: float | None


async def run(seconds: float, beside: Path | None = None) -> Result:
    async with fresh(beside) as house:
        friends = await gather(house, PEOPLE)
        crew = Crew(house, friends, await room_of(friends))
        readings: list[Reading] = []
        cpu_s = house.used_s()
        progress.keep(lambda: result(crew, readings, seconds))
        progress.takes(seconds)
        with within(seconds + PATIENCE_S, "the load"):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(read_on, house, readings)
                await load(crew, seconds)
                tasks.cancel_scope.cancel()
            await crew.all_have_all()
        readings.append(await read(house, readings[0].at_s + seconds if readings else seconds))
        return result(crew, readings, seconds, (house.used_s() - cpu_s) / seconds)


async def load(crew: Crew, seconds: float) -> None:
    """Every friend posts in turn; whoever is on their way back posts when they are there."""
    began = crew.begin(seconds)
    share = MESSAGES_PER_S / PEOPLE

    async def live(acts: Acts) -> None:
        chance = random.Random(acts.number)
        posts, returns = chance.expovariate(share), chance.expovariate(RETURNS_PER_S / PEOPLE)
        while min(posts, returns) < seconds:
            act, at_s = ("chat", posts) if posts < returns else ("come_back", returns)
            due_ns = began + int(at_s * 1e9)
            await sleep_until(due_ns)
            await attempt(acts, act, due_ns)
            posts += chance.expovariate(share) if act == "chat" else 0
            returns += chance.expovariate(RETURNS_PER_S / PEOPLE) if act == "come_back" else 0

    await each(live, crew.acts)


async def attempt(acts: Acts, act: str, due_ns: int) -> None:
    try:
        await acts.do(act, due_ns)
    except Fault as fault:
        acts.crew.errors.append(str(fault))


async def read_on(house: Life, readings: list[Reading]) -> None:
    """Until cancelled: often in the beginning, and never more than so many readings in all, of which every second one then goes."""
    began, pause = anyio.current_time(), LEAST_PAUSE_S
    while True:
        readings.append(await read(house, anyio.current_time() - began))
        if len(readings) >= 2 * READINGS:
            del readings[1::2]
            pause *= 2
        await anyio.sleep(pause)


async def read(house: Life, at_s: float) -> Reading:
    store: Any = await house.diagnose("store")
    lag = (await house.diagnose("house")).get(LOOP_LAG)
    return Reading(at_s, house.rss_kib(), store["wal_bytes"], house.descriptors(), lag)


def grown(readings: list[Reading]) -> float:
    """MiB an hour."""
    end = readings[-1].at_s
    return slope([(each.at_s, each.rss_kib / 1024) for each in readings if each.at_s >= end / 5]) * 3600


def result(crew: Crew, readings: list[Reading], seconds: float, cpu: float | None = None) -> Result:
    """`cpu` is the share of a processor, when all have all."""
    if cpu is not None and crew.errors:
        raise Fault(f"{len(crew.errors)} things failed under the load, the first: {crew.errors[0]}")
    about = (
        f"{PEOPLE} people in one room post {MESSAGES_PER_S:.0f} messages a second for {seconds:.0f} s, and one comes back every second. "
        "`chat` is from when a message was due until its ack, `delivery` until each who is there has it. "
        "`p50` is the median of the quarters of that time, ± half of what lies between their quartiles."
    )
    measured = crew.rounds
    there = {what: measured[what] for what in ("chat", "delivery", "come_back") if what in measured}
    rows = [(what, f"{rounds.all.count:,}", *rounds.cells()) for what, rounds in there.items()]
    named: Named = {**kept(readings)}
    notes = held(readings)
    if cpu is not None:
        named |= {"soak/errors": 0.0, "soak/cpu_percent": cpu * 100}
        all_have = f"{crew.posted:,} messages, each had by all; {crew.returns} returns; nothing was refused."
        notes = [f"{all_have} {cpu:.1%} of one processor.", *notes]
    for what in ("chat", "delivery"):
        named |= there[what].named(f"soak/{what}") if what in there else {}
    lines = [
        Line("memory", "seconds", "MiB", [(each.at_s, each.rss_kib / 1024) for each in readings]),
        Line("WAL", "seconds", "MiB", [(each.at_s, each.wal_bytes / 2**20) for each in readings]),
    ]
    return Result(
        scenario="soak",
        table=Table("Soak", about, ("what", "times", *COLUMNS), rows, notes),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(what, there[what].all, crew.over_time(what)) for what in ("chat", "delivery") if what in there],
        lines=lines,
    )


def kept(readings: list[Reading]) -> dict[str, float]:
    if not readings:
        return {}
    last = readings[-1]
    named = {
        "soak/rss_mib": last.rss_kib / 1024,
        "soak/wal_mib": max(each.wal_bytes for each in readings) / 2**20,
        "soak/descriptors": float(max(each.descriptors for each in readings)),
    }
    if last.at_s >= TELLING_S:
        named["soak/rss_mib_per_hour"] = grown(readings)
    if last.lag_ms is not None:
        named["soak/loop_lag_p99_ms"] = last.lag_ms
    return named


def held(readings: list[Reading]) -> list[str]:
    """Memory, WAL and descriptors in words."""
    if not readings:
        return []
    first, last, most = readings[0], readings[-1], kept(readings)
    slope = f"{grown(readings):+.1f} MiB an hour after the first fifth" if last.at_s >= TELLING_S else "too short a time to tell a slope"
    return [
        f"Memory from {first.rss_kib / 1024:.1f} to {last.rss_kib / 1024:.1f} MiB: {slope}. Descriptors from {first.descriptors} to "
        f"{last.descriptors}, {most['soak/descriptors']:.0f} at most; WAL {most['soak/wal_mib']:.1f} MiB at most."
    ]
