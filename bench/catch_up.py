"""A hundred clients come back after ten thousand messages: how long until every one of them has all?

They were members all the while and had no socket. All connect at the same moment, say whose they are, and page through the room by
`after_rev`, 200 messages a page, as the browser does. Each checks that it has every message, once, in order.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from time import perf_counter_ns, process_time

import anyio
from msgspec import Struct

from bench import figures, progress
from bench.client import Client, Fault
from bench.figures import Named, Rounds
from bench.friends import Friend, each, gather, join_all, room_of, within
from bench.life import Life, fresh
from bench.result import Latencies, Result, curve
from bench.rounds import Middle
from bench.table import Table
from bus.protocol.messages import MsgList, MsgSend

CLIENTS = 100
MESSAGES = 10_000
SENDERS = 32
PAGE = 200
LEAST = 2
ROUNDS = 3
PATIENCE_S = 120.0
COLUMNS = ("clients", "messages", *figures.COLUMNS, "all s", "server CPU s", "server CPU µs/page", "server MiB")
TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"


class Return(Struct, frozen=True):
    """One time that all came back: nanoseconds of each client, seconds of all, the processors of server and load, and the server's MiB."""

    latencies_ns: list[int]
    all_s: float
    cpu_s: float
    load: float
    mib: float | None


class Place(Struct, gc=False):
    """As much of a message as is checked."""

    seq: int


class Page(Struct, gc=False):
    messages: list[Place]
    next_after_rev: int
    more: bool


async def run(seconds: float, beside: Path | None = None) -> Result:
    """As often as there is time for, twice at least and thrice at most."""
    async with fresh(beside, roomy=True) as house:
        friends = await gather(house, CLIENTS)
        room_id = await room_of(friends)
        await each(Friend.go, friends)
        await fill(house, room_id)
        returns: list[Return] = []
        end = anyio.current_time() + seconds
        while len(returns) < LEAST or (len(returns) < ROUNDS and anyio.current_time() < end):
            returns.append(await all_return(house, friends, room_id))
            progress.keep(lambda: result(returns))
            progress.at((1 + len(returns) / ROUNDS) / 2)
    return result(returns)


async def fill(house: Life, room_id: str) -> None:
    """What they miss, from newcomers who send side by side."""
    writers = await gather(house, SENDERS)
    await join_all(writers, room_id)
    numbers = count()

    async def write(writer: Friend) -> None:
        while (number := next(numbers)) < MESSAGES:
            progress.at(number / MESSAGES / 2)
            await writer.client.ask(MsgSend(room_id, TEXT))

    await each(write, writers)
    await each(Friend.go, writers)


async def all_return(house: Life, friends: list[Friend], room_id: str) -> Return:
    cpu_s, load_s, before = house.used_s(), process_time(), perf_counter_ns()

    async def come_back(friend: Friend) -> int:
        await friend.come_back(house)
        await read_all(friend.client, room_id)
        return perf_counter_ns() - before

    with within(PATIENCE_S, f"catching up by {len(friends)} clients"):
        took = await each(come_back, friends)
    all_s = (perf_counter_ns() - before) / 1e9
    found = Return(took, all_s, house.used_s() - cpu_s, (process_time() - load_s) / all_s, house.memory_mib())
    await each(Friend.go, friends)
    return found


async def read_all(client: Client, room_id: str) -> None:
    """Page until there is no more. Raises Fault unless it comes to every message, once and in order."""
    rev = seq = 0
    more = True
    while more:
        page = await client.ask_for(MsgList(room_id, after_rev=rev, limit=PAGE), Page)
        seqs = [message.seq for message in page.messages]
        if seqs != list(range(seq + 1, seq + 1 + len(seqs))):
            raise Fault(f"a page after message {seq} holds other messages than those that follow it")
        rev, seq, more = page.next_after_rev, seq + len(seqs), page.more
    if seq != MESSAGES:
        raise Fault(f"a client that caught up has {seq:,} of {MESSAGES:,} messages")


def result(returns: list[Return]) -> Result:
    clients = Rounds(Latencies(each.latencies_ns) for each in returns)
    all_s, cpu_s, load = (Middle.of(getattr(each, name) for each in returns) for name in ("all_s", "cpu_s", "load"))
    a_page = cpu_s.times(1e6 / (CLIENTS * -(-MESSAGES // PAGE)))
    about = (
        f"{CLIENTS} members whose sockets were closed come back at the same moment, after {MESSAGES:,} messages, and page through all of "
        f"them, {PAGE} a page. `p50` to `max` are from that moment until a client has all; `all s` until the last one has. "
        f"The median of {LEAST} or {ROUNDS} returns, ± half of what lies between their quartiles."
    )
    row = (str(CLIENTS), f"{MESSAGES:,}", *clients.cells(), f"{all_s:.2f}", f"{cpu_s:.2f}", f"{a_page:,.0f}", figures.mib(returns[-1].mib))
    each_time = ", ".join(f"{each.all_s:.2f}" for each in returns)
    busy = f"The load itself was busy {load.figure:.0%} of that time, on a core of its own where there is one."
    named: Named = {"catch-up/all_s": all_s, "catch-up/cpu_s": cpu_s, "catch-up/load": load, **clients.named("catch-up")}
    return Result(
        scenario="catch-up",
        table=Table("Catch-up", about, COLUMNS, [row], [f"All had all after {each_time} s. {busy}"]),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve("until a client has all", clients.all)],
    )
