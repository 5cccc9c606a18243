"""How many messages a second are on disk and acked, with one sender, with ten and with a hundred, and how many share a commit?

Each sender waits for its ack before it sends again, over a real socket; or ten send so many a second, each when it is due. The settings,
on disk and in memory (tmpfs), take turns within one run, because one machine's speed changes more from minute to minute than they differ.
`bench/steady.py` asks how long an ack takes while somebody copies the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

import anyio
import anyio.to_thread
from msgspec import Struct

from bench import figures, pace, progress, steady
from bench.disk import fsync_ms, memory_place, on_disk
from bench.figures import Named, Rounds
from bench.friends import within
from bench.house import House, running
from bench.result import Curve, Latencies, Line, Result, curve
from bench.rounds import Middle, over_time, slower_side, turns, watched
from bench.steady import PATIENCE_S, Senders, Steady, send_on_time, send_until
from bench.table import Table

SETTINGS = (1, 10, 100)
PACES = (500, 2_000)
"""Messages a second of ten senders."""

A_ROOM = 10
ROUNDS = 4
WARM_UP_S = 0.3
COLUMNS = ("on", "senders", "pace", *figures.COLUMNS, "acks/s", "fsyncs/s", "messages/fsync", "CPU µs/delivery", "store busy", "server MiB")
ABOUT = (
    f"Rooms of {A_ROOM}, all of whom hear what one says. `after an ack`: so many people send, each waiting for its ack before the next "
    "message. At a pace: so many messages a second, at times that were drawn beforehand, and each latency from when it was due. "
    "An ack means that event and message are on disk: SQLite in WAL mode with `synchronous=FULL`, one fsync a commit. "
    f"The median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
)


class Round(Struct, frozen=True):
    """One setting for a while: how long each ack took, and what the store counted meanwhile."""

    at_s: float
    seconds: float
    latencies_ns: list[int]
    commits: int
    store_s: float
    cpu_s: float | None
    share: float

    @property
    def per_commit(self) -> float:
        return len(self.latencies_ns) / max(1, self.commits)

    @property
    def rate(self) -> float:
        return len(self.latencies_ns) / self.seconds

    @property
    def commit_rate(self) -> float:
        return self.commits / self.seconds

    @property
    def us_per_delivery(self) -> float | None:
        return None if self.cpu_s is None else self.cpu_s / len(self.latencies_ns) / A_ROOM * 1e6


class Setting:
    """So many senders in a house on a disk, or on none, at a `pace` in messages a second or each after its ack; and their rounds."""

    def __init__(self, on: str, house: House, senders: Senders, pace: int = 0) -> None:
        self.on = on
        self.pace = pace
        self.senders = len(senders)
        self.rounds: list[Round] = []
        self.late_ms: list[float] = []
        self.mib: float | None = None
        self._house = house
        self._senders = senders

    @property
    def prefix(self) -> str:
        place = "store" if self.on == "disk" else f"store/{self.on}"
        return pace.named(f"{place}/{self.senders}", self.pace)

    @property
    def at(self) -> str:
        return pace.words(self.pace, "after an ack")

    @property
    def words(self) -> str:
        return f"{self.senders} sender{'' if self.senders == 1 else 's'} on {self.on}, {self.at}"

    async def send_for(self, seconds: float) -> tuple[list[int], float]:
        """How long each ack took, in ns, and how late the load itself was, in ms."""
        if self.pace:
            return await send_on_time(self.pace, seconds, len(self.rounds), self._senders)
        latencies: list[int] = []
        end = anyio.current_time() + seconds
        with within(seconds + PATIENCE_S, f"a round of {self.senders} senders"):
            async with anyio.create_task_group() as tasks:
                for client, room_id in self._senders:
                    tasks.start_soon(send_until, end, client, room_id, latencies)
        return latencies, 0.0

    async def measure(self, seconds: float, at_s: float) -> None:
        house = self._house
        before, cpu_s = await house.diagnose("store"), house.cpu_s()
        with watched() as watch:
            latencies, late_ms = await self.send_for(seconds)
        self.late_ms.append(late_ms)
        cpu_later, after = house.cpu_s(), await house.diagnose("store")
        self.mib = house.memory_mib()
        commits, commit_ns = (after["counts"][name] - before["counts"][name] for name in ("commits", "commit_ns"))
        used = None if cpu_s is None or cpu_later is None else cpu_later - cpu_s
        self.rounds.append(Round(at_s, watch.seconds, latencies, commits, commit_ns / 1e9, used, watch.share))


class Found:
    """What there is so far."""

    def __init__(self) -> None:
        self.settings: list[Setting] = []
        self.steady = Steady()
        self.fsyncs_ms: list[float] = []

    @property
    def measured(self) -> list[Setting]:
        return [each for each in self.settings if each.rounds]


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each setting."""
    found = Found()
    progress.keep(lambda: result(found))
    disk = on_disk(beside)
    async with AsyncExitStack() as houses:
        house = await houses.enter_async_context(running(disk))
        senders = await people(house)
        found.settings += settings("disk", house, senders)
        if memory := memory_place():
            other = await houses.enter_async_context(running(memory))
            found.settings += settings("tmpfs", other, await people(other))
        for setting in found.settings:
            await setting.send_for(WARM_UP_S)
        began = anyio.current_time()
        for setting in turns(found.settings, ROUNDS):
            if setting is found.settings[0]:
                found.fsyncs_ms.append(await anyio.to_thread.run_sync(fsync_ms, disk))
            await setting.measure(seconds / ROUNDS, anyio.current_time() - began)
        await steady.measure(found.steady, seconds, house, senders[:A_ROOM])
    return result(found)


def settings(on: str, house: House, senders: Senders) -> list[Setting]:
    return [
        *(Setting(on, house, senders[:number]) for number in SETTINGS),
        *(Setting(on, house, senders[:A_ROOM], pace) for pace in PACES),
    ]


async def people(house: House) -> Senders:
    """As many as the largest setting has, in rooms of ten; everybody with their room."""
    found: Senders = []
    while len(found) < max(SETTINGS):
        room_id, members = await house.room(A_ROOM)
        found += [(member, room_id) for member in members]
    return found


def result(found: Found) -> Result:
    rows = [_Row(each) for each in found.measured]
    named = {name: middle for row in rows for name, middle in row.named.items()} | found.steady.named()
    if found.fsyncs_ms:
        named["store/fsync_ms"] = Middle.of(found.fsyncs_ms)
    points = [(float(each.setting.senders), each.rate.figure) for each in rows if each.setting.on == "disk" and not each.setting.pace]
    return Result(
        scenario="store",
        table=Table("Store", ABOUT, COLUMNS, [each.cells() for each in rows], notes(found, rows)),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[*(each.curve() for each in rows if each.setting.on == "disk"), *found.steady.curves()],
        lines=[Line("on disk", "senders", "acks a second", points)] if points else [],
    )


def notes(found: Found, rows: Sequence[_Row]) -> list[str]:
    said = [group_commit(found), *found.steady.notes()]
    if found.fsyncs_ms:
        said.append(f"One 4 KiB write with fsync on this disk, by itself: {Middle.of(found.fsyncs_ms):.2f} ms, measured among the rounds.")
    shares = {each.words: [one.share for one in each.rounds] for each in found.measured if not each.pace}
    late = {row.setting.words: (row.setting.late_ms, row.latencies.all.ms(99)) for row in rows if row.setting.pace}
    return [*filter(None, said), *slower_side(shares), *pace.slower_side(late)]


def group_commit(found: Found) -> str:
    """Many senders against one: the median of the ratios of rounds that ran side by side."""
    disk = [each for each in found.measured if each.on == "disk" and not each.pace]
    if len(disk) < 2:
        return ""
    first, *more = disk
    said = [f"{each.senders} senders {ratio(first, each, 'rate'):.1f} and {ratio(first, each, 'per_commit'):.1f}" for each in more]
    return f"Against one sender, times the acks a second and the messages an fsync: {'; '.join(said)}."


def ratio(first: Setting, other: Setting, figure: str) -> float:
    return median(getattr(many, figure) / getattr(few, figure) for few, many in zip(first.rounds, other.rounds, strict=False))


class _Row:
    """What the rounds of a setting come to."""

    def __init__(self, setting: Setting) -> None:
        rounds = setting.rounds
        self.setting = setting
        self.latencies = Rounds(Latencies(each.latencies_ns) for each in rounds)
        costs = [each.us_per_delivery for each in rounds if each.us_per_delivery is not None]
        self.rate = Middle.of(each.rate for each in rounds)
        self.fsyncs = Middle.of(each.commit_rate for each in rounds)
        self.per_commit = Middle.of(each.per_commit for each in rounds)
        self.cost = Middle.of(costs) if costs else None
        found = {"rate_per_s": self.rate, "cost_us": self.cost, "commits_per_s": self.fsyncs, "messages_per_commit": self.per_commit}
        own: Named = {f"{setting.prefix}/{name}": middle for name, middle in found.items() if middle}
        self.named = self.latencies.named(setting.prefix) | own

    def cells(self) -> tuple[str, ...]:
        setting = self.setting
        busy = sum(each.store_s for each in setting.rounds) / sum(each.seconds for each in setting.rounds)
        cost = f"{self.cost:.1f}" if self.cost else "not known here"
        server = cost, f"{busy:.0%}", figures.mib(setting.mib)
        return setting.on, str(setting.senders), setting.at, *self.latencies.cells(), f"{self.rate:,.0f}", *self._commits(), *server

    def _commits(self) -> tuple[str, str]:
        return f"{self.fsyncs.figure:,.0f}", f"{self.per_commit.figure:.2f}"

    def curve(self) -> Curve:
        moments = [moment for each in self.setting.rounds for moment in over_time(each.at_s, each.seconds, each.latencies_ns)]
        return curve(self.setting.words, self.latencies.all, moments)
