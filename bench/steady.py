"""How long does an ack take while somebody backs the database up, against when nobody does?

Ten people send so many messages a second between them, each when it is due (`bench/pace.py`). The backup is `devchitchat backup`'s, of
the live file, by another program, again and again.
"""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from time import perf_counter_ns

import anyio

from bench import backup, pace
from bench.client import Client
from bench.friends import within
from bench.house import House
from bench.result import Curve, Latencies, curve
from bench.rounds import Middle, Moment, over_time
from bus.protocol.messages import MsgSend
from devchitchat.place import DATABASE

A_SECOND = 200
ROUNDS = 4
PATIENCE_S = 60.0
LEAST_S = 2.0
"""Of a round: a shorter one knows nothing of what happens once a second, and would be shorter than those that wait for a backup's end."""

BACKUP_S = 10.0
TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"
Senders = list[tuple[Client, str]]
WORDS = {"quiet": "nobody copies", "backup": "a backup runs"}


class Steady:
    """The rounds with a backup and those without."""

    def __init__(self) -> None:
        self.rounds: dict[str, list[list[int]]] = {"quiet": [], "backup": []}
        self.backups = 0
        self.mib = 0.0
        self._moments: dict[str, list[Moment]] = {"quiet": [], "backup": []}

    def add(self, which: str, at_s: float, seconds: float, latencies_ns: list[int]) -> None:
        self.rounds[which].append(latencies_ns)
        self._moments[which] += over_time(at_s, seconds, latencies_ns)

    @property
    def _there(self) -> dict[str, list[Latencies]]:
        return {which: [Latencies(each) for each in rounds] for which, rounds in self.rounds.items() if rounds}

    def named(self) -> dict[str, Middle]:
        """Where not one backup came to its end, nothing is known of what one costs: its beginning is not all of it."""
        return {
            f"store/{which}/p{per_cent}_ms": Middle.of(each.ms(per_cent) for each in rounds)
            for which, rounds in self._there.items()
            if which == "quiet" or self.backups
            for per_cent in (50, 99)
        }

    def notes(self) -> list[str]:
        if not all(self.rounds.values()):
            return []
        named = self.named()
        said = [f"{words} {middle:.2f} ms" for which, words in WORDS.items() if (middle := named.get(f"store/{which}/p99_ms"))]
        copies = f"{self.backups} backup{'' if self.backups == 1 else 's'} of {self.mib:.1f} MiB"
        left_out = "" if self.backups else " Not one backup came to its end in its rounds: what it costs is left out."
        return [f"p99 of {A_SECOND} acks a second from ten senders, each from when it was due: {' and '.join(said)} ({copies}).{left_out}"]

    def curves(self) -> list[Curve]:
        return [
            curve(f"{A_SECOND}/s, {WORDS[which]}", Latencies(ns for each in rounds for ns in each), self._moments[which])
            for which, rounds in self.rounds.items()
            if rounds
        ]


async def measure(found: Steady, seconds: float, house: House, senders: Senders) -> None:
    """`seconds` with, and as many without, but some seconds at least; longer with, where a backup would not come to its end."""
    began, round_s = anyio.current_time(), max(seconds / ROUNDS, LEAST_S)
    database = house.data / DATABASE
    for turn in range(ROUNDS):
        for which in ("quiet", "backup") if turn % 2 == 0 else ("backup", "quiet"):
            at_s = anyio.current_time() - began
            if which == "quiet":
                latencies, _ = await send_on_time(A_SECOND, round_s, turn, senders)
            else:
                latencies = await _while_copied(found, round_s, turn, database, senders)
            found.add(which, at_s, anyio.current_time() - began - at_s, latencies)
    found.mib = (await anyio.Path(database).stat()).st_size / 2**20


async def _while_copied(found: Steady, seconds: float, seed: int, database: Path, senders: Senders) -> list[int]:
    async with backup.going_on(database) as copies:
        latencies, _ = await send_on_time(A_SECOND, seconds, seed, senders, longest=seconds + BACKUP_S, enough=lambda: copies.made > 0)
    found.backups += copies.made
    return latencies


async def send_on_time(
    rate: float, seconds: float, seed: int, senders: Senders, *, longest: float = 0.0, enough: pace.Enough = pace.always
) -> tuple[list[int], float]:
    """So many messages a second of these people, who take turns; ns from when each was due to its ack, and what `pace.keep` says."""
    latencies: list[int] = []
    turn = cycle(senders)

    async def send(due_ns: int) -> None:
        client, room_id = next(turn)
        await client.ask(MsgSend(room_id, TEXT))
        latencies.append(perf_counter_ns() - due_ns)

    with within(max(seconds, longest) + PATIENCE_S, f"a round of {rate:,.0f} messages a second"):
        late_ms = await pace.keep(rate, seconds, seed, send, longest=longest, enough=enough)
    return latencies, late_ms


async def send_until(end: float, client: Client, room_id: str, latencies: list[int]) -> None:
    """One after the other, each when the one before was acknowledged."""
    while anyio.current_time() < end:
        started = perf_counter_ns()
        await client.ask(MsgSend(room_id, TEXT))
        latencies.append(perf_counter_ns() - started)
