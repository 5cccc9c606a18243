"""Servers abreast: each is measured at its own workloads only, in the same rounds as all the others.

Data lie in memory: a floor is about what the house costs, and must not move with somebody's disk.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import anyio

from bench import machine
from bench.disk import memory_place
from bench.house import ROOMY, House, running
from bench.peers import comparison
from bench.peers.comparison import ROOMS
from bench.peers.ours import prepared
from bench.peers.program import Peer, Stand
from bench.peers.standing import Standing
from bench.peers.workload import Figure, Round, Workload
from bench.wire import Lacking


class Counted(Round, frozen=True):
    """A round that also knows what the server's first thread used, where the system tells, and of the house how often it committed."""

    loop_ns: int | None
    commits: int

    @property
    def loop_us(self) -> float | None:
        return None if self.loop_ns is None else self.loop_ns / max(1, self.said.deliveries) / 1e3

    @property
    def per_commit(self) -> float:
        return self.said.messages / max(1, self.commits)


LOOP_US = Figure("loop_us", "loop's µs/delivery", 2, lambda each: each.loop_us if isinstance(each, Counted) else None)
PER_COMMIT = Figure("messages_per_commit", "messages/commit", 2, lambda each: each.per_commit if isinstance(each, Counted) else None)


class Entrant(Standing):
    """Somebody who takes these workloads, by their names, and no others. The rounds are Counted."""

    def __init__(self, peer: Peer, workloads: Iterable[str]) -> None:
        super().__init__(peer)
        self._own = frozenset(workloads)

    def takes(self, workload: Workload) -> bool:
        return workload.name in self._own and super().takes(workload)

    async def measure(self, workload: Workload, seconds: float, turn: int | None = None) -> None:
        commits, before_ns = await self.commits(), loop_ns(self._stand.pid)
        await super().measure(workload, seconds, turn)
        if turn is None or self.out:
            return
        after_ns, mine = loop_ns(self._stand.pid), self.rounds[workload.name]
        used_ns = None if before_ns is None or after_ns is None else after_ns - before_ns
        mine[turn] = Counted(mine[turn].said, mine[turn].cpu_s, mine[turn].share, used_ns, await self.commits() - commits)

    async def commits(self) -> int:
        """Until now; of who keeps nothing, none."""
        return 0


class Ours(Entrant):
    """A house that `program` serves. Its clients take each event by itself: for those that batch, ratios differ more between machines."""

    def __init__(self, name: str, workloads: Iterable[str], program: Sequence[str] = ROOMY, caps: Sequence[str] = ()) -> None:
        super().__init__(Peer(name, self._opened), workloads)
        self._program = program
        self._caps = list(caps)
        self._house: House

    async def commits(self) -> int:
        return (await self._house.diagnose("store"))["counts"]["commits"]

    @asynccontextmanager
    async def _opened(self, beside: Path | None) -> AsyncGenerator[Stand]:
        async with running(beside, program=self._program) as self._house:
            dialect = await prepared(self._house, ROOMS, self._caps)
            yield Stand(int(self._house.url.rpartition(":")[2]), dialect, self._house.cpu_s, self.name, self._house.pid)


def loop_ns(pid: int) -> int | None:
    """Processor time of a process's first thread, on which its loop runs, in nanoseconds; None where there is no schedstat."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0])
    except OSError:
        return None


async def race(entrants: Sequence[Entrant], workloads: Sequence[Workload], seconds: float) -> None:
    """`seconds` for each workload of each, in rounds. Who cannot be had, or fails, says so in `out`. Raises Lacking without memory."""
    memory = memory_place()
    if memory is None:
        raise Lacking("floors are measured with data in memory, and there is no /dev/shm here")
    machine.open_files(sum({each.room: each.people for each in workloads}.values()) * len(entrants))
    with machine.pinned() if machine.choose() else nullcontext():
        async with anyio.create_task_group() as tasks:
            for each in entrants:
                await tasks.start(each.hold, tuple(workloads), memory)
            await comparison.measure(entrants, workloads, seconds, lambda doing: None)
            tasks.cancel_scope.cancel()
