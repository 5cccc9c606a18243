"""A talk at a pace: people take turns, each message leaves when it is due, and its latencies count from then (`bench/pace.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from bench import pace
from bench.peers.flow import Talk
from bench.peers.talker import Talker


class Paced(Talk):
    """`rate` messages a second among these people, whether or not those before are done; with one `seed` at the same times."""

    def __init__(self, people: Sequence[Talker], rate: int, size: int, *, acks: bool, seed: int) -> None:
        super().__init__(people, len(people), 1, size, acks=acks, timed=True)
        self._rate, self._seed = rate, seed
        self._turn = cycle(people)
        self._all_sent = False

    def begin(self) -> None: ...

    async def _until_over(self, seconds: float) -> None:
        await pace.keep(self._rate, seconds, self._seed, self._send_due)
        self._all_sent = True
        self._go_on(next(self._turn))
        await self._over.wait()

    async def _send_due(self, due_ns: int) -> None:
        if not self._trouble:
            self._send(next(self._turn), due_ns)

    def _go_on(self, talker: Talker) -> None:
        if self._all_sent and not self._underway:
            self._over.set()
