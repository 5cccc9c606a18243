"""How long after it was sent does everybody in the room hold a message, with ten who hear it and with two hundred?

One of them sends; the next message leaves when the last one has reached them all, so nothing waits in line behind another
and the slowest of the crowd counts too. Reading 200 frames takes the one client process its time: that is in the figures.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench.client import Client, Head
from bench.house import House, running
from bench.table import Table, ms, percentile
from bus.protocol.messages import MsgEvent, MsgSend

CROWDS = (10, 200)
WARM_UP = 20
TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"
ABOUT = (
    "One of so many people in a room sends a message, committed as always, and waits until all of them, itself included, have it. "
    "Latency is from before its send until a receiver has read the frame; `last` is that of the slowest receiver of each message."
)


class Measured(Struct, frozen=True):
    """One crowd: every receiver's latency, the slowest of each message, and what the server's processors gave."""

    receivers: int
    seconds: float
    latencies_ns: list[int]
    slowest_ns: list[int]
    cpu_s: float | None

    @property
    def rate(self) -> float:
        return len(self.latencies_ns) / self.seconds


class Crowd:
    """People who hear one message at a time."""

    def __init__(self, people: list[Client], room_id: str) -> None:
        self.latencies_ns: list[int] = []
        self.slowest_ns: list[int] = []
        self._people = people
        self._room_id = room_id
        self._sent_at = self._missing = 0
        self._all_heard = anyio.Event()
        for person in people:
            person.heard = self._heard

    async def tell_all(self) -> None:
        """Send one message, and wait until everybody has it."""
        self._all_heard, self._missing, self._sent_at = anyio.Event(), len(self._people), perf_counter_ns()
        await self._people[0].ask(MsgSend(self._room_id, TEXT))
        await self._all_heard.wait()

    def _heard(self, head: Head) -> None:
        if head.t != MsgEvent.t:
            return
        took = perf_counter_ns() - self._sent_at
        self.latencies_ns.append(took)
        self._missing -= 1
        if not self._missing:
            self.slowest_ns.append(took)
            self._all_heard.set()


async def run(seconds: float, beside: Path | None = None) -> Table:
    return table(await measure(seconds, beside))


async def measure(seconds: float, beside: Path | None = None) -> list[Measured]:
    """Each crowd for so long, in a house of its own: the first one's sockets must not weigh on the second's figures."""
    return [await _measure(seconds, receivers, beside) for receivers in CROWDS]


async def _measure(seconds: float, receivers: int, beside: Path | None) -> Measured:
    async with running(beside) as house:
        room_id, people = await house.room(receivers)
        warm_up = Crowd(people, room_id)
        for _ in range(WARM_UP):
            await warm_up.tell_all()
        return await _tell_for(seconds, house, Crowd(people, room_id), receivers)


async def _tell_for(seconds: float, house: House, crowd: Crowd, receivers: int) -> Measured:
    cpu_s, started = house.cpu_s(), perf_counter_ns()
    end = anyio.current_time() + seconds
    while anyio.current_time() < end:
        await crowd.tell_all()
    took = (perf_counter_ns() - started) / 1e9
    cpu_later = house.cpu_s()
    used = None if cpu_s is None or cpu_later is None else cpu_later - cpu_s
    return Measured(receivers, took, crowd.latencies_ns, crowd.slowest_ns, used)


def table(measured: list[Measured]) -> Table:
    columns = ("receivers", "p50 ms", "p99 ms", "max ms", "last p50 ms", "deliveries/s", "messages/s", "server CPU s/1,000 deliveries")
    return Table("Fan-out", ABOUT, columns, [_row(each) for each in measured])


def _row(crowd: Measured) -> tuple[str, ...]:
    latencies = sorted(crowd.latencies_ns)
    return (
        str(crowd.receivers),
        ms(percentile(latencies, 50)),
        ms(percentile(latencies, 99)),
        ms(latencies[-1]),
        ms(percentile(sorted(crowd.slowest_ns), 50)),
        f"{crowd.rate:,.0f}",
        f"{crowd.rate / crowd.receivers:,.0f}",
        "not known here" if crowd.cpu_s is None else f"{crowd.cpu_s / len(latencies) * 1000:.3f}",
    )
