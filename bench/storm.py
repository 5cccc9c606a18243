"""The server was restarted, and everybody comes back at the same moment: how long until all are in again?

Two hundred members with tokens. The server is stopped and started on the same data; when it is ready they all connect and say hello
with their tokens. Then one of them says something, and everybody must hear it, once.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter_ns

import anyio
from msgspec import Struct

from bench import figures, progress
from bench.client import Fault
from bench.figures import Named, Rounds
from bench.friends import Ear, Friend, Returning, Told, each, gather, room_of, within
from bench.life import Life, life, somewhere
from bench.result import Latencies, Result, curve
from bench.rounds import Middle
from bench.table import Table
from bus.protocol.messages import MsgSend

CLIENTS = 200
LEAST = 2
ROUNDS = 5
PATIENCE_S = 20.0
COLUMNS = ("clients", "times", *figures.COLUMNS, "all ms", "server CPU s", "server CPU ms/client", "server MiB")
ABOUT = (
    f"{CLIENTS} members, each on one socket, when the server was stopped and started again on the same data: all connect at the same "
    "moment and resume their sessions. From that moment until a client has its hello acknowledged; `all ms` until the last one has. "
    f"The median of {LEAST} to {ROUNDS} restarts, ± half of what lies between their quartiles."
)


class Storm(Struct, frozen=True):
    """One time that all came back: nanoseconds of each, and what the server used and holds when all are in."""

    latencies_ns: list[int]
    cpu_s: float
    mib: float | None

    @property
    def all_ms(self) -> float:
        return max(self.latencies_ns) / 1e6


async def run(seconds: float, beside: Path | None = None) -> Result:
    """As many restarts as there is time for, two at least and five at most."""
    storms: list[Storm] = []
    with somewhere(beside) as data:
        async with life(data, roomy=True) as house:
            await house.begin()
            friends = await gather(house, CLIENTS)
            room_id = await room_of(friends)
        end = anyio.current_time() + seconds
        while len(storms) < LEAST or (len(storms) < ROUNDS and anyio.current_time() < end):
            async with life(data, roomy=True) as house:
                storms.append(await storm(house, friends))
                progress.keep(lambda: result(storms))
                progress.at(len(storms) / ROUNDS)
                await hear_one(friends, room_id)
    return result(storms)


async def storm(house: Life, friends: list[Friend]) -> Storm:
    cpu_s, before = house.used_s(), perf_counter_ns()

    async def come_back(friend: Friend) -> int:
        await friend.come_back(house)
        return perf_counter_ns() - before

    with within(PATIENCE_S, f"coming back of {len(friends)} clients"):
        took = await each(come_back, friends)
    return Storm(took, house.used_s() - cpu_s, house.memory_mib())


async def hear_one(friends: list[Friend], room_id: str) -> None:
    """Everybody hears what one of them says, once: so all are really in."""
    heard = anyio.Semaphore(0)

    def told(_: Told) -> None:
        heard.release()

    ears = [friend.hear(Ear(told)) for friend in friends]
    if closed := sum(isinstance(friend.client, Returning) and friend.client.closed for friend in friends):
        raise Fault(f"the server closed the sockets of {closed} who had come back")
    try:
        with within(PATIENCE_S, "a message to all who came back"):
            await friends[0].client.ask(MsgSend(room_id, "everybody here again?"))
            for _ in friends:
                await heard.acquire()
    except Fault as fault:
        raise Fault(f"{fault}; {sum(ear.count for ear in ears)} of {len(ears)} have heard it") from None
    if wrong := [ear.count for ear in ears if ear.count != 1]:
        raise Fault(f"somebody who came back heard one message {wrong[0]} times")


def result(storms: list[Storm]) -> Result:
    clients = Rounds(Latencies(each.latencies_ns) for each in storms)
    all_ms, cpu_s = Middle.of(each.all_ms for each in storms), Middle.of(each.cpu_s for each in storms)
    a_client = cpu_s.times(1000 / CLIENTS)
    server = f"{cpu_s:.2f}", f"{a_client:.2f}", figures.mib(storms[-1].mib)
    row = (str(CLIENTS), str(len(storms)), *clients.cells(), f"{all_ms:.0f}", *server)
    prefix = f"storm/{CLIENTS}"
    named: Named = clients.named(prefix) | {f"{prefix}/all_ms": all_ms, f"{prefix}/cpu_ms_per_client": a_client}
    return Result(
        scenario="storm",
        table=Table("Storm", ABOUT, COLUMNS, [row], [f"All were in again after {', '.join(f'{each.all_ms:.0f}' for each in storms)} ms."]),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(f"{CLIENTS} clients come back", clients.all)],
    )
