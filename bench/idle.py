"""How much memory does the server take with nobody there, and how much more for each of a thousand who are there and say nothing?

Resident memory of the server's process, read when it has been quiet. Ten sockets a person, as many as one may have. What a connection
costs is all that came in addition to the empty house, over their number: the code that was first needed for them is in it, too.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path

import anyio

from bench import progress
from bench.client import Client, Fault
from bench.figures import slope
from bench.friends import GUESTS, Friend, each, gather
from bench.life import Life, fresh, life, somewhere
from bench.machine import open_files
from bench.result import Line, Result
from bench.table import Table
from bus.protocol.session import Ping

CONNECTIONS = 1_000
STEPS = 4
A_PERSON = 10
QUIET_S = 1.0
ABOUT = (
    "Resident memory of the server's one process: after a start with nobody there, and then with so many signed-in sockets that say "
    "nothing. At the end every one of them is asked whether it still lives."
)
Point = tuple[float, float]


async def run(seconds: float, beside: Path | None = None) -> Result:
    """How long it runs is given by what it does; `seconds` is not used."""
    open_files(CONNECTIONS)
    nobody_kib = await with_nobody(beside)
    progress.at(1 / (1 + STEPS))
    points: list[Point] = []
    progress.keep(lambda: result(nobody_kib, points))
    async with fresh(beside, roomy=True) as house:
        await fill(house, points)
    return result(nobody_kib, points)


async def with_nobody(beside: Path | None) -> float:
    """KiB of a server as it is shipped, on an empty database."""
    with somewhere(beside) as data:
        async with life(data) as house:
            return await quiet_kib(house)


async def fill(house: Life, points: list[Point]) -> None:
    """Memory in KiB by number of connections, from those of nobody but the admin on."""
    people = await gather(house, ceil(CONNECTIONS / A_PERSON))
    await each(Friend.go, people)
    sockets: list[Client] = []
    points.append((0.0, await quiet_kib(house)))
    for step in range(1, STEPS + 1):
        wanted = [people[number // A_PERSON] for number in range(len(sockets), CONNECTIONS * step // STEPS)]
        sockets += await each(lambda friend: friend.another(house), wanted, at_once=GUESTS)
        points.append((float(len(sockets)), await quiet_kib(house)))
        progress.at((1 + step) / (1 + STEPS))
    await all_live(house, sockets)


async def quiet_kib(house: Life) -> float:
    await anyio.sleep(QUIET_S)
    return house.rss_kib()


async def all_live(house: Life, sockets: list[Client]) -> None:
    await each(lambda client: client.ask(Ping()), sockets)
    signed_in = (await house.diagnose("gateway"))["attendance"]["signed_in"]
    if signed_in != len(sockets) + 1:  # and the admin
        raise Fault(f"the server knows of {signed_in - 1:,} signed-in sockets and there are {len(sockets):,}")


def result(nobody_kib: float, points: list[Point]) -> Result:
    rows = [("0", f"{nobody_kib / 1024:.1f}", ""), *(_row(nobody_kib, *point) for point in points[1:])]
    named, notes = {"idle/mib": nobody_kib / 1024}, list[str]()
    if points and (connections := points[-1][0]):
        full_kib = points[-1][1]
        named |= {"idle/kib_per_connection": (full_kib - nobody_kib) / connections, f"idle/{connections:.0f}/mib": full_kib / 1024}
        notes.append(
            f"Each further connection takes {slope(points):.1f} KiB (the line through these points); with {connections:,.0f} the server "
            f"holds {full_kib / 1024:.0f} MiB."
        )
    table = Table("Idle", ABOUT, ("connections", "server MiB", "KiB/connection"), rows, notes)
    lines = [Line("server", "connections", "MiB", [(x, y / 1024) for x, y in points])]
    return Result(scenario="idle", table=table, figures=named, lines=lines)


def _row(nobody_kib: float, connections: float, kib: float) -> tuple[str, ...]:
    return f"{connections:,.0f}", f"{kib / 1024:.1f}", f"{(kib - nobody_kib) / connections:.1f}"
