"""How much memory does the server take with nobody there, and how much more for each of a thousand who are there and say nothing?

Resident memory of the server's process, read when it has been quiet. Ten sockets a person, as many as one may have. What a connection
costs is all that came in addition to the empty house, over their number: the code that was first needed for them is in it, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from pathlib import Path

import anyio
from msgspec import Struct

from bench import figures, progress
from bench.client import Client, Fault
from bench.figures import Named, slope
from bench.friends import GUESTS, Friend, each, gather
from bench.life import Life, fresh, life, somewhere
from bench.machine import open_files
from bench.result import Line, Result
from bench.rounds import Middle
from bench.table import Table
from bus.protocol.session import Ping

CONNECTIONS = 1_000
STEPS = 4
A_PERSON = 10
ROUNDS = 3
QUIET_S = 0.8
COLUMNS = ("connections", "server MiB", "KiB/connection")
ABOUT = (
    "Resident memory of the server's one process: after a start with nobody there, and then with so many signed-in sockets that say "
    f"nothing. At the end every one of them is asked whether it still lives. The median of {ROUNDS} rounds, each with houses of its own, "
    "± half of what lies between their quartiles."
)


class Round(Struct):
    """KiB of a server with nobody there; and of another one by number of connections, from those of nobody but the admin on."""

    nobody_kib: float
    kib: dict[int, float] = {}

    def a_connection(self, connections: int) -> float:
        """KiB of each, with what the first of them brought."""
        return (self.kib[connections] - self.nobody_kib) / connections

    @property
    def a_further_one(self) -> float:
        """KiB, by the line through all points."""
        return slope(list(self.kib.items()))


async def run(seconds: float, beside: Path | None = None) -> Result:
    """How long it runs is given by what it does; `seconds` is not used."""
    open_files(CONNECTIONS)
    rounds: list[Round] = []
    progress.keep(lambda: result(rounds))
    for turn in range(ROUNDS):
        rounds.append(Round(await with_nobody(beside)))
        progress.at((turn + 1 / (1 + STEPS)) / ROUNDS)
        async with fresh(beside, roomy=True) as house:
            await fill(house, rounds[-1], turn)
    return result(rounds)


async def with_nobody(beside: Path | None) -> float:
    """KiB of a server as it is shipped, on an empty database."""
    with somewhere(beside) as data:
        async with life(data) as house:
            return await quiet_kib(house)


async def fill(house: Life, into: Round, turn: int) -> None:
    people = await gather(house, ceil(CONNECTIONS / A_PERSON))
    await each(Friend.go, people)
    sockets: list[Client] = []
    into.kib[0] = await quiet_kib(house)
    for step in range(1, STEPS + 1):
        wanted = [people[number // A_PERSON] for number in range(len(sockets), CONNECTIONS * step // STEPS)]
        sockets += await each(lambda friend: friend.another(house), wanted, at_once=GUESTS)
        into.kib[len(sockets)] = await quiet_kib(house)
        progress.at((turn + (1 + step) / (1 + STEPS)) / ROUNDS)
    await all_live(house, sockets)


async def quiet_kib(house: Life) -> float:
    await anyio.sleep(QUIET_S)
    return house.rss_kib()


async def all_live(house: Life, sockets: list[Client]) -> None:
    await each(lambda client: client.ask(Ping()), sockets)
    signed_in = (await house.diagnose("gateway"))["attendance"]["signed_in"]
    if signed_in != len(sockets) + 1:  # and the admin
        raise Fault(f"the server knows of {signed_in - 1:,} signed-in sockets and there are {len(sockets):,}")


def result(rounds: list[Round]) -> Result:
    nobody, points = mib(each.nobody_kib for each in rounds), by_connections(rounds)
    full = [each for each in rounds if CONNECTIONS in each.kib]
    named: Named = {"idle/mib": nobody} if rounds else {}
    notes: list[str] = []
    if full:
        holds = mib(each.kib[CONNECTIONS] for each in full)
        named["idle/kib_per_connection"] = Middle.of(each.a_connection(CONNECTIONS) for each in full)
        named[f"idle/{CONNECTIONS}/mib"] = holds
        further = Middle.of(each.a_further_one for each in full)
        notes.append(
            f"Each further connection takes {further:.1f} KiB (the line through these points); with {CONNECTIONS:,} the server "
            f"holds {holds.figure:.0f} MiB."
        )
    rows = [("0", f"{nobody:.1f}", ""), *(_row(number, having) for number, having in points.items() if number)] if rounds else []
    line = Line(
        "server", "connections", "MiB", [(number, mib(each.kib[number] for each in having).figure) for number, having in points.items()]
    )
    table = Table("Idle", ABOUT, COLUMNS, rows, notes)
    return Result(scenario="idle", table=table, figures=figures.plain(named), spreads=figures.spreads(named), lines=[line])


def by_connections(rounds: list[Round]) -> dict[int, list[Round]]:
    """The rounds that came to each number of connections."""
    numbers = dict.fromkeys(number for each in rounds for number in each.kib)
    return {number: [each for each in rounds if number in each.kib] for number in numbers}


def mib(kib: Iterable[float]) -> Middle:
    return Middle.of(kib).times(1 / 1024)


def _row(connections: int, rounds: list[Round]) -> tuple[str, ...]:
    holds, a_connection = mib(each.kib[connections] for each in rounds), Middle.of(each.a_connection(connections) for each in rounds)
    return f"{connections:,}", f"{holds:.1f}", f"{a_connection:.1f}"
