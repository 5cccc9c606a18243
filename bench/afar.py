"""A look at a server that runs elsewhere, under its own rate limits: two messages a second at most, in a room that goes afterwards.

One session, on a few sockets: one speaks, all hear. These figures are for looking, not for judging: the network is in them, others use
the server meanwhile, and two messages a second say nothing about what it could do.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from secrets import token_hex
from time import perf_counter_ns

import anyio
from anyio.abc import TaskGroup
from msgspec import Struct

from bench import figures, progress
from bench.client import PROGRAM, Client, Fault
from bench.fan_out import TEXT, Crowd
from bench.friends import within
from bench.pair import KINDS, Pair
from bench.result import Latencies, Result, curve
from bench.rounds import over_time
from bench.table import Table
from bench.wire import Lacking
from bus.protocol.messages import MsgSend
from bus.protocol.rooms import RoomCreate, RoomDelete
from bus.protocol.rtc import RtcCallCreate, RtcJoin
from bus.protocol.session import Hello, Resume
from bus.secret import Secret

PAUSE_S = 0.5
"""Between two messages. A server lets one person chat at two a second for ever."""

LONGEST_S = 60.0
PATIENCE_S = 15.0
SOCKETS = 4
ABOUT = "One session of {url} with {sockets} sockets, and {a_second:.0f} messages a second in a room of their own. {what}"
WHAT = {
    "store": "Latency is from before a message is sent until its ack.",
    "fan-out": "Latency is from before a message is sent until a socket has it.",
    "relay": "Latency is of round trips between two peers of a call, one with 300 B and one with 3 KB in turn.",
}


class Visit(Struct, frozen=True):
    """A room of ours on that server, and our sockets."""

    room_id: str
    sockets: list[Client]


Look = Callable[[], Awaitable[list[int]]]
"""One message: the latencies that it gives, in nanoseconds."""


async def run(scenario: str, url: str, token: Secret, seconds: float) -> Result:
    """Raises Lacking for a wrong address or token, and Fault for what the server refuses."""
    found: list[int] = []
    seconds = min(seconds, LONGEST_S)
    progress.keep(lambda: result(scenario, url, found, seconds))
    async with visit(url, token) as there:
        messages, prepare = LOOKS[scenario]
        look = await prepare(there)
        began = anyio.current_time()
        while (gone := anyio.current_time() - began) < seconds:
            progress.at(gone / seconds)
            due = anyio.current_time() + PAUSE_S * messages
            with within(PATIENCE_S, f"an answer of {url}"):
                found += await look()
            await anyio.sleep_until(due)
    return result(scenario, url, found, seconds)


@asynccontextmanager
async def visit(url: str, token: Secret) -> AsyncGenerator[Visit]:
    """Greeted, with a room; the room goes at the end, whatever happens."""
    async with anyio.create_task_group() as tasks:
        sockets = [await enter(url, token, tasks) for _ in range(SOCKETS)]
        room_id = (await sockets[0].ask(RoomCreate("group", f"bench {token_hex(3)}"))).room.room_id
        try:
            yield Visit(room_id, sockets)
        finally:
            with anyio.move_on_after(PATIENCE_S, shield=True), suppress(Fault, OSError):
                await sockets[0].ask(RoomDelete(room_id))
        tasks.cancel_scope.cancel()


async def enter(url: str, token: Secret, tasks: TaskGroup) -> Client:
    """A socket of this session. What goes wrong is said without the token."""
    try:
        with within(PATIENCE_S, f"an answer of {url}"):
            client = await Client.meet(f"ws{url.removeprefix('http')}/ws", tasks)
            hello = await client.ask(Hello(PROGRAM, Resume(token)))
    except Fault as fault:
        raise Lacking(f"the server at {url} did not let us in: {fault}") from None
    if not hello.session.authenticated:
        raise Lacking(f"the server at {url} does not know this token: give one of a session that is signed in there")
    return client


async def acked(there: Visit) -> Look:
    async def look() -> list[int]:
        before = perf_counter_ns()
        await there.sockets[0].ask(MsgSend(there.room_id, TEXT))
        return [perf_counter_ns() - before]

    return look


async def heard(there: Visit) -> Look:
    crowd = Crowd(there.sockets, there.room_id)

    async def look() -> list[int]:
        before = len(crowd.latencies_ns)
        await crowd.tell_all()
        return crowd.latencies_ns[before:]

    return look


async def relayed(there: Visit) -> Look:
    call = await there.sockets[0].ask(RtcCallCreate(there.room_id))
    near, far = [(client, (await client.ask(RtcJoin(call.call_id))).self_peer_id) for client in there.sockets[:2]]
    turns = cycle([Pair(call.call_id, kind, near, far) for kind in KINDS])

    async def look() -> list[int]:
        return [await next(turns).trip()]

    return look


LOOKS: dict[str, tuple[int, Callable[[Visit], Awaitable[Look]]]] = {"store": (1, acked), "fan-out": (1, heard), "relay": (2, relayed)}
"""With how many messages each look takes: a trip is one there and one back."""


def result(scenario: str, url: str, found: list[int], seconds: float) -> Result:
    latencies = Latencies(found)
    about = ABOUT.format(url=url, sockets=SOCKETS, a_second=1 / PAUSE_S, what=WHAT[scenario])
    rows = [(f"{latencies.count}", *figures.cells(latencies))] if found else []
    return Result(
        scenario=scenario,
        table=Table(f"{scenario.capitalize()}, afar", about, ("times", *figures.COLUMNS), rows),
        figures=figures.figures(f"afar/{scenario}", latencies),
        curves=[curve(scenario, latencies, over_time(0.0, seconds, found))],
    )
