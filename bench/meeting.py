"""Ten people join one call, as browsers would: each offers to all who are there, is answered, and both tell a few candidates.

Counted are all frames and bytes between the ten and the server, what it told of places included, the time from the first join until
the last answer has arrived, and the server's processor time; the mean of as many joins as there is time for.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter_ns

import anyio
import msgspec
from anyio.abc import TaskGroup
from msgspec import Struct

from bench.client import Client, Head
from bench.friends import within
from bench.house import House, running
from bus.protocol.rtc import RtcCallCreate, RtcJoin, RtcLeave
from bus.protocol.signals import IceCandidate, RtcAnswer, RtcAnswerEvent, RtcIce, RtcOffer, RtcOfferEvent

PEOPLE = 10
OFFER = "v=0\r\n".ljust(6_100, "0")
ANSWER = "v=0\r\n".ljust(5_800, "0")
CANDIDATE = IceCandidate("candidate:1 1 udp 2122260223 ".ljust(106, "0"), "0", 0)
CANDIDATES = 2
PATIENCE_S = 60.0


class Met(Struct, frozen=True):
    """What one join of all cost, on average."""

    people: int
    joins: int
    frames: float
    octets: float
    took_ns: float
    cpu_s: float | None


class Source(Struct, frozen=True):
    from_peer_id: str


class Caller:
    """One of the ten. What it hears is answered in the order of its coming."""

    def __init__(self, client: Client, call_id: str, tasks: TaskGroup, answered: anyio.Semaphore) -> None:
        self._client = client
        self._call_id = call_id
        self._tasks = tasks
        self._answered = answered
        client.heard = self._heard

    async def join(self) -> None:
        found = await self._client.ask(RtcJoin(self._call_id))
        for peer in found.peers:
            if peer.peer_id != found.self_peer_id:
                self._tasks.start_soon(self._offer, peer.peer_id)

    async def _offer(self, peer_id: str) -> None:
        await self._client.ask(RtcOffer(self._call_id, peer_id, OFFER))
        await self._candidates(peer_id)

    async def _answer(self, peer_id: str) -> None:
        await self._client.ask(RtcAnswer(self._call_id, peer_id, ANSWER))
        await self._candidates(peer_id)

    async def _candidates(self, peer_id: str) -> None:
        for _ in range(CANDIDATES):
            await self._client.ask(RtcIce(self._call_id, peer_id, CANDIDATE))

    def _heard(self, head: Head) -> None:
        if head.t == RtcOfferEvent.t:
            self._tasks.start_soon(self._answer, msgspec.json.decode(head.body, type=Source).from_peer_id)
        elif head.t == RtcAnswerEvent.t:
            self._answered.release()


async def measure(seconds: float, beside: Path | None = None) -> Met:
    async with running(beside) as house:
        room_id, people = await house.room(PEOPLE)
        await _meet(people, room_id)
        frames, octets, cpu_s = _traffic(people), _octets(people), house.cpu_s()
        took: list[int] = []
        end = anyio.current_time() + seconds
        while not took or anyio.current_time() < end:
            took.append(await _meet(people, room_id))
        return _mean(house, people, took, (frames, octets, cpu_s))


async def _meet(people: list[Client], room_id: str) -> int:
    """All join and then leave; how long it took until all links were answered, in nanoseconds."""
    call = await people[0].ask(RtcCallCreate(room_id))
    answered = anyio.Semaphore(0)
    before = after = perf_counter_ns()
    with within(PATIENCE_S, f"a call of {len(people)}"):
        async with anyio.create_task_group() as tasks:
            for client in people:
                await Caller(client, call.call_id, tasks, answered).join()
            for _ in range(len(people) * (len(people) - 1) // 2):
                await answered.acquire()
            after = perf_counter_ns()
    for client in people:
        await client.ask(RtcLeave(call.call_id))
    return after - before


def _mean(house: House, people: list[Client], took: list[int], before: tuple[int, int, float | None]) -> Met:
    frames, octets, cpu_s = before
    joins = len(took)
    later = house.cpu_s()
    cpu = None if cpu_s is None or later is None else (later - cpu_s) / joins
    return Met(len(people), joins, (_traffic(people) - frames) / joins, (_octets(people) - octets) / joins, sum(took) / joins, cpu)


def _traffic(people: list[Client]) -> int:
    return sum(person.frames for person in people)


def _octets(people: list[Client]) -> int:
    return sum(person.octets for person in people)


def note(met: Met) -> str:
    cpu = "" if met.cpu_s is None else f", {met.cpu_s * 1000:.0f} ms of the server's processors"
    return (
        f"A call of {met.people} that fills up and empties again: {met.frames:,.0f} frames and {met.octets / 1000:,.0f} KB between the "
        f"{met.people} and the server{cpu}; from the first join until the last answer has arrived, {met.took_ns / 1e6:,.0f} ms "
        f"(mean of {met.joins})."
    )


def named(met: Met) -> dict[str, float]:
    cpu = {} if met.cpu_s is None else {"cpu_ms": met.cpu_s * 1000}
    figures = {"frames": met.frames, "kb": met.octets / 1000, "all_ms": met.took_ns / 1e6, **cpu}
    return {f"relay/meeting/{met.people}/{name}": figure for name, figure in figures.items()}
