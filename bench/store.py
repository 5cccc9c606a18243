"""How many messages a second are on disk and acked, with one sender and with ten, and how many share a commit?

Each sender waits for its ack before it sends again, over a real socket. The two settings take turns within one run,
because one machine's speed changes more from minute to minute than the two differ; so the ratios count, not the rates.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter_ns

import anyio
import anyio.to_thread
from msgspec import Struct

from bench.client import Client
from bench.house import House, running
from bench.table import Table, ms, percentile
from bus.protocol.messages import MsgSend

SETTINGS = (1, 10)
ROUNDS = 3
WARM_UP_S = 0.3
TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"
ABOUT = (
    "Ten people in one room; so many of them send, each waiting for its ack before the next message, and all ten hear every message. "
    "An ack means that event, message and index are on disk: SQLite in WAL mode with `synchronous=FULL`, one fsync a commit."
)


class Round(Struct, frozen=True):
    """One setting for a while: how long each ack took, and what the store counted meanwhile."""

    senders: int
    seconds: float
    latencies_ns: list[int]
    commits: int
    store_s: float

    @property
    def per_commit(self) -> float:
        return len(self.latencies_ns) / self.commits

    @property
    def rate(self) -> float:
        return len(self.latencies_ns) / self.seconds


async def run(seconds: float, beside: Path | None = None) -> Table:
    return table(await measure(seconds, beside), await anyio.to_thread.run_sync(fsync_ms, beside))


async def measure(seconds: float, beside: Path | None = None) -> list[Round]:
    """`seconds` for each setting, in rounds that take turns."""
    async with running(beside) as house:
        room_id, people = await house.room(max(SETTINGS))
        await _send_for(WARM_UP_S, people, room_id)
        return [
            await _round(house, people, room_id, senders, seconds / ROUNDS)
            for turn in range(ROUNDS)
            for senders in (SETTINGS if turn % 2 == 0 else reversed(SETTINGS))
        ]


async def _round(house: House, people: list[Client], room_id: str, senders: int, seconds: float) -> Round:
    before = await house.diagnose("store")
    started = perf_counter_ns()
    latencies = await _send_for(seconds, people[:senders], room_id)
    took = (perf_counter_ns() - started) / 1e9
    after = await house.diagnose("store")
    commits, commit_ns = (after["counts"][name] - before["counts"][name] for name in ("commits", "commit_ns"))
    return Round(senders, took, latencies, commits, commit_ns / 1e9)


async def _send_for(seconds: float, senders: list[Client], room_id: str) -> list[int]:
    latencies: list[int] = []
    end = anyio.current_time() + seconds
    async with anyio.create_task_group() as tasks:
        for sender in senders:
            tasks.start_soon(_send_until, end, sender, room_id, latencies)
    return latencies


async def _send_until(end: float, sender: Client, room_id: str, latencies: list[int]) -> None:
    while anyio.current_time() < end:
        started = perf_counter_ns()
        await sender.ask(MsgSend(room_id, TEXT))
        latencies.append(perf_counter_ns() - started)


def table(rounds: list[Round], fsync_ms: float) -> Table:
    rows = [_row(senders, [each for each in rounds if each.senders == senders]) for senders in SETTINGS]
    notes = [
        f"Ten senders against one, the median of {ROUNDS} rounds: {ratio(rounds, 'rate'):.1f} times the acks a second, "
        f"{ratio(rounds, 'per_commit'):.1f} times the messages a commit.",
        f"One 4 KiB write with fsync on this disk, by itself: {fsync_ms:.2f} ms.",
    ]
    return Table("Store", ABOUT, ("senders", "acks/s", "p50 ms", "p99 ms", "max ms", "messages/commit", "store busy"), rows, notes)


def ratio(rounds: Iterable[Round], figure: str) -> float:
    """Ten senders against one: the median of the ratios of rounds that ran side by side."""
    by_senders = {senders: [getattr(each, figure) for each in rounds if each.senders == senders] for senders in SETTINGS}
    few, many = (by_senders[senders] for senders in SETTINGS)
    return median(more / less for less, more in zip(few, many, strict=True))


def _row(senders: int, rounds: list[Round]) -> tuple[str, ...]:
    latencies = sorted(latency for each in rounds for latency in each.latencies_ns)
    seconds = sum(each.seconds for each in rounds)
    return (
        str(senders),
        f"{len(latencies) / seconds:,.0f}",
        ms(percentile(latencies, 50)),
        ms(percentile(latencies, 99)),
        ms(latencies[-1]),
        f"{len(latencies) / sum(each.commits for each in rounds):.2f}",
        f"{sum(each.store_s for each in rounds) / seconds:.0%}",
    )


def fsync_ms(beside: Path | None = None) -> float:
    """What the disk itself takes, so that figures of two machines can be told apart."""
    with TemporaryFile(dir=beside) as file:
        return median(_one_fsync_ns(file.fileno()) for _ in range(50)) / 1e6


def _one_fsync_ns(file: int) -> int:
    started = perf_counter_ns()
    os.write(file, bytes(4096))
    os.fsync(file)
    return perf_counter_ns() - started
