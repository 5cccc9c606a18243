"""How soon are the newest fifty messages found in a room of a million: with a common word, a rare one, a phrase, a beginning, two words?

The room is in the middle of the index: another one, of a hundred thousand messages, lies behind it. The database is made by
`bench/filled.py` at the first run, which takes minutes, and kept. What must be found is known, and every answer is held against it.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench import figures, filled, progress
from bench.client import Client, Fault
from bench.figures import Named, Rounds
from bench.filled import PLANTED, Fill
from bench.friends import gather, join_all
from bench.life import Life, fresh
from bench.result import Latencies, Result, curve
from bench.rounds import Middle, turns
from bench.table import Table
from bus.protocol.search import SearchQuery, SearchResult, SearchScope

FILL = Fill((1_000_000, 100_000))
LIMIT = 50
ROUNDS = 10
WARM_UP = 10
COLUMNS = ("what", "in every", "times", *figures.COLUMNS, "cut short", "server CPU ms", "server MiB")


class Kind(Struct, frozen=True):
    """A search, and in every so-manieth message of the room what it looks for."""

    name: str
    q: str
    every: int


KINDS = (
    Kind("common", "lantern", PLANTED["lantern"]),
    Kind("rare", "zyzzyva", PLANTED["zyzzyva"]),
    Kind("phrase", '"rope and tar"', PLANTED["rope and tar"]),
    Kind("prefix", "maraud*", PLANTED["marauder"]),
    Kind("two words", "harbour banner", PLANTED["harbour"] * PLANTED["banner"]),
)


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each kind, in rounds that take turns."""
    await filled.ready(FILL)
    async with fresh(beside, fill=FILL, roomy=True) as house:
        (friend,) = await gather(house, 1)
        for at in range(len(FILL.rooms)):
            await join_all([friend], filled.room_id(at))
        found = await measure(house, friend.client, seconds)
    return result(found)


class Turn(Struct):
    """One kind for a while: its latencies, how many answers the server cut short by itself, and processor seconds of the server."""

    latencies: Latencies
    partial: int = 0
    cpu_s: float = 0.0


class Measured(Struct):
    """All turns of a kind, and the MiB of the server after the last of them."""

    turns: list[Turn] = []
    mib: float | None = None

    @property
    def partial(self) -> int:
        return sum(each.partial for each in self.turns)

    @property
    def rounds(self) -> Rounds:
        return Rounds(each.latencies for each in self.turns)

    @property
    def cpu_ms(self) -> Middle:
        return Middle.of(each.cpu_s / each.latencies.count * 1000 for each in self.turns)


async def measure(house: Life, client: Client, seconds: float) -> dict[Kind, Measured]:
    found = {kind: Measured() for kind in KINDS}
    for kind in KINDS:
        for _ in range(WARM_UP):
            await ask(client, kind, Turn(Latencies()))
    progress.keep(lambda: result(found))
    for kind in turns(KINDS, ROUNDS):
        found[kind].turns.append(await turn(house, client, kind, seconds / ROUNDS))
        found[kind].mib = house.memory_mib()
    return found


async def turn(house: Life, client: Client, kind: Kind, seconds: float) -> Turn:
    """Once at least."""
    found, before = Turn(Latencies()), house.used_s()
    end = anyio.current_time() + seconds
    while not found.latencies.count or anyio.current_time() < end:
        await ask(client, kind, found)
    found.cpu_s = house.used_s() - before
    return found


async def ask(client: Client, kind: Kind, into: Turn) -> None:
    """Raises Fault when the answer is not the right one."""
    before = perf_counter_ns()
    found = await client.ask(SearchQuery(SearchScope("room", filled.room_id(0)), kind.q, LIMIT))
    into.latencies.add(perf_counter_ns() - before)
    into.partial += found.partial
    check(kind, found)


def check(kind: Kind, found: SearchResult) -> None:
    """An answer whose time ran out is the beginning of the right one, and says so."""
    wanted = filled.newest(kind.every, FILL.rooms[0], LIMIT)
    seqs = [hit.seq for hit in found.hits]
    if seqs != (wanted[: len(seqs)] if found.partial else wanted):
        raise Fault(f"the search for {kind.q} found {len(seqs)} messages, and not the newest {len(wanted)} there are")


def result(found: dict[Kind, Measured]) -> Result:
    about = (
        f"The newest {LIMIT} messages with such a word in one room of {FILL.rooms[0]:,}, beside {sum(FILL.rooms[1:]):,} in others, "
        "asked one after the other by a member; each answer is checked. `cut short`: the server gives a search 50 ms, and says so when it "
        f"answers with what it had by then. The median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
    )
    there = {kind: one for kind, one in found.items() if one.turns}
    path = filled.kept(FILL)
    notes = [
        f"The database of {path.stat().st_size / 1e6:,.0f} MB was made in {filled.took_s(FILL):,.0f} s "
        f"({filled.took_s(FILL) / FILL.messages * 1e6:,.0f} µs a message) and is kept for the next run."
    ]
    named: Named = {"search/partial": float(sum(one.partial for one in there.values()))}
    for kind, one in there.items():
        named |= one.rounds.named(f"search/{kind.name.replace(' ', '-')}")
    return Result(
        scenario="search",
        table=Table("Search", about, COLUMNS, [_row(kind, one) for kind, one in there.items()], notes),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(kind.name, one.rounds.all) for kind, one in there.items()],
    )


def _row(kind: Kind, one: Measured) -> tuple[str, ...]:
    rounds = one.rounds
    server = str(one.partial), f"{one.cpu_ms:.2f}", figures.mib(one.mib)
    return kind.name, f"{kind.every:,}", f"{rounds.all.count:,}", *rounds.cells(), *server
