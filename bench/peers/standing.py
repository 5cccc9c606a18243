"""A peer that stands: started, its rooms full of people, and measured one workload at a time until something goes wrong with it.

What goes wrong with one peer is its own matter: it is named with the reason, measured no more, and ends nobody else's run.
"""

from __future__ import annotations

from pathlib import Path

import anyio
from anyio.abc import TaskStatus

from bench.client import Fault, leaves
from bench.friends import each
from bench.peers.dialect import Seat
from bench.peers.flow import Echo, Flow, Talk, Trips
from bench.peers.paced import Paced
from bench.peers.program import Peer, Stand
from bench.peers.talker import Talker
from bench.peers.workload import P50, Round, Workload
from bench.rounds import watched
from bench.wire import Lacking

AT_ONCE = 8
"""So many come in at a time; a house lets no more be on their way in from one address."""

DYING_S = 1.0
OUT = (Fault, Lacking, OSError)


class Standing:
    """`hold` is its life, in a task of its own. `rounds` are by the name of the workload and the number of the turn."""

    def __init__(self, peer: Peer) -> None:
        self.name = peer.name
        self.about = ""
        self.out = ""
        self.rounds: dict[str, dict[int, Round]] = {}
        self._peer = peer
        self._rooms: dict[str, list[Talker]] = {}
        self._stand: Stand
        self._gone = anyio.Event()

    def takes(self, workload: Workload) -> bool:
        return not self.out and (workload.pair or not self._peer.relays)

    async def hold(self, workloads: tuple[Workload, ...], beside: Path | None, *, task_status: TaskStatus[None]) -> None:
        """Start it, fill its rooms, and keep it until cancelled, or until it fails; then `out` says why. Never raises for that."""
        try:
            async with self._peer.opened(beside) as self._stand:
                await self._fill([each for each in workloads if self.takes(each)])
                self.about = self._stand.about
                task_status.started()
                await anyio.sleep_forever()
        except Exception as error:
            if not all(isinstance(each, OUT) for each in leaves(error)):
                raise
            self.out = self.out or str(next(leaves(error)))
        finally:
            self._gone.set()
            for talker in self._talkers():
                talker.leave()
        if not self.about:
            task_status.started()

    async def measure(self, workload: Workload, seconds: float, turn: int | None = None) -> None:
        """One round; without a turn it is a warm-up, and not kept."""
        before = self._stand.cpu_s()
        try:
            flow = self._flow(workload, turn or 0)
            with watched() as watch:
                said = await flow.last(seconds)
        except Fault as error:
            with anyio.move_on_after(DYING_S):
                await self._gone.wait()  # a server that has died says so itself, and better
            self.out = self.out or f"in {workload.name}: {error}"
            return
        after = self._stand.cpu_s()
        if turn is not None:
            used = None if before is None or after is None else after - before
            self.rounds.setdefault(workload.name, {})[turn] = Round(said, used, watch.share)

    def _flow(self, workload: Workload, turn: int) -> Flow:
        people = self._rooms[workload.room]
        if trouble := next(filter(None, (talker.trouble for talker in people)), ""):
            raise Fault(trouble)
        if workload.pair:
            return Trips(people[0], people[1], workload.size)
        if workload.alone:
            return Echo(people, workload.each, workload.size)
        acks, timed = self._stand.dialect.acks, P50 in workload.figures
        if workload.pace:
            return Paced(people, workload.pace, workload.size, acks=acks, seed=turn)
        return Talk(people, workload.senders, workload.each, workload.size, acks=acks, timed=timed, words=workload.words)

    async def _fill(self, workloads: list[Workload]) -> None:
        rooms = {each.room: each for each in workloads}
        seats = [Seat(each.room, number, pair=each.pair) for each in rooms.values() for number in range(each.people)]
        for seat in seats:
            self._rooms.setdefault(seat.room, [])

        async def enter(seat: Seat) -> None:
            self._rooms[seat.room].append(await Talker.enter(self._stand.port, self._stand.dialect, seat))

        await each(enter, seats, at_once=AT_ONCE)

    def _talkers(self) -> list[Talker]:
        return [talker for people in self._rooms.values() for talker in people]
