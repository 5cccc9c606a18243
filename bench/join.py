"""Ten peers join a call at the same moment: how long until every two of them are connected to one another?

As browsers would (`bench/meeting.py`), but nobody waits for the other to be in: whoever comes offers to all who are there already, is
answered, and both tell a few candidates. The time is from the first join to the last answer.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter_ns

import anyio
import msgspec
from msgspec import Struct

from bench import figures, progress
from bench.client import Client, Fault, Head
from bench.figures import Named, Rounds
from bench.friends import each, within
from bench.life import Life, fresh
from bench.meeting import Caller, Source
from bench.result import Latencies, Result, curve
from bench.rounds import Middle
from bench.table import Table
from bus.protocol.rtc import RtcCallCreate, RtcLeave
from bus.protocol.signals import RtcAnswerEvent, RtcOfferEvent

PEOPLE = 10
ROUNDS = 5
PATIENCE_S = 30.0
WARM_UP = 2
COLUMNS = ("peers", "times", *figures.COLUMNS, "frames", "KB", "server CPU ms", "server MiB")
ABOUT = (
    f"{PEOPLE} peers join one call at the same moment, each on a socket of its own, and get connected every one to every other: "
    "an offer of 6 KB, an answer of 6 KB and two candidates each way a pair, as browsers say them. From the first join to the last answer. "
    f"The median of {ROUNDS} rounds, ± half of what lies between their quartiles."
)


class Round(Struct):
    """What joins one after the other came to: their nanoseconds, and what went over the sockets and the server's processors."""

    took_ns: list[int] = []
    frames: int = 0
    octets: int = 0
    cpu_s: float = 0.0

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s * 1000 / len(self.took_ns)


class Joined(Struct):
    """All rounds so far, and the memory of the server in MiB."""

    rounds: list[Round] = []
    mib: float | None = None


class Listening(Caller):
    """Remembers from whom it had an offer, and from whom an answer."""

    def __init__(self, client: Client, call_id: str, tasks: anyio.abc.TaskGroup, answered: anyio.Semaphore) -> None:
        self.offers: list[str] = []
        self.answers: list[str] = []
        super().__init__(client, call_id, tasks, answered)

    def _heard(self, head: Head) -> None:
        if head.t == RtcOfferEvent.t:
            self.offers.append(msgspec.json.decode(head.body, type=Source).from_peer_id)
        elif head.t == RtcAnswerEvent.t:
            self.answers.append(msgspec.json.decode(head.body, type=Source).from_peer_id)
        super()._heard(head)


async def run(seconds: float, beside: Path | None = None) -> Result:
    joined = Joined()
    progress.keep(lambda: result(joined))
    async with fresh(beside) as house:
        await measure(house, seconds, joined)
    return result(joined)


def result(joined: Joined) -> Result:
    there = [each for each in joined.rounds if each.took_ns]
    rounds = Rounds(Latencies(each.took_ns) for each in there)
    times = max(1, rounds.all.count)
    each_frames, each_kb = sum(each.frames for each in there) / times, sum(each.octets for each in there) / 1000 / times
    cpu_ms = Middle.of(each.cpu_ms for each in there)
    traffic = f"{each_frames:,.0f}", f"{each_kb:,.0f}"
    row = (str(PEOPLE), str(rounds.all.count), *rounds.cells(), *traffic, f"{cpu_ms:.1f}", figures.mib(joined.mib))
    prefix = f"join/{PEOPLE}"
    named: Named = rounds.named(prefix) | {f"{prefix}/frames": each_frames, f"{prefix}/kb": each_kb, f"{prefix}/cpu_ms": cpu_ms}
    return Result(
        scenario="join",
        table=Table("Join", ABOUT, COLUMNS, [row] if there else []),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(f"{PEOPLE} peers", rounds.all)],
    )


async def measure(house: Life, seconds: float, joined: Joined) -> None:
    room_id, people = await house.room(PEOPLE)
    for _ in range(WARM_UP):
        await meet(people, room_id)
    progress.takes(seconds)
    for _ in range(ROUNDS):
        joined.rounds.append(Round())
        end = anyio.current_time() + seconds / ROUNDS
        while not joined.rounds[-1].took_ns or anyio.current_time() < end:
            await once(house, people, room_id, joined.rounds[-1])
            joined.mib = house.memory_mib()


async def once(house: Life, people: list[Client], room_id: str, into: Round) -> None:
    frames, octets, cpu_s = traffic(people), sum(each.octets for each in people), house.used_s()
    into.took_ns.append(await meet(people, room_id))
    into.frames += traffic(people) - frames
    into.octets += sum(each.octets for each in people) - octets
    into.cpu_s += house.used_s() - cpu_s


async def meet(people: list[Client], room_id: str) -> int:
    """All join at once, and then leave; nanoseconds until the last link was answered. Raises Fault when one was not, or twice."""
    call = await people[0].ask(RtcCallCreate(room_id))
    answered = anyio.Semaphore(0)
    callers: list[Listening] = []
    before = after = perf_counter_ns()
    with within(PATIENCE_S, f"a call of {len(people)}"):
        async with anyio.create_task_group() as tasks:
            callers += [Listening(client, call.call_id, tasks, answered) for client in people]
            before = perf_counter_ns()
            for caller in callers:
                tasks.start_soon(caller.join)
            for _ in range(len(people) * (len(people) - 1) // 2):
                await answered.acquire()
            after = perf_counter_ns()
    check(callers)
    await each(lambda client: client.ask(RtcLeave(call.call_id)), people)
    return after - before


def check(callers: list[Listening]) -> None:
    """Everybody is linked to everybody else, once."""
    for caller in callers:
        if sorted(set(caller.offers + caller.answers)) != sorted(caller.offers + caller.answers):
            raise Fault("a peer of the call had two offers or answers from the same other")
        if len(caller.offers) + len(caller.answers) != len(callers) - 1:
            raise Fault(f"a peer of the call was linked to {len(caller.offers) + len(caller.answers)} of {len(callers) - 1} others")


def traffic(people: list[Client]) -> int:
    return sum(person.frames for person in people)
