"""Where does each microsecond of a message go: receiving, decoding, the bus, the deed, the commit, encoding, handing over, sending?

Processor time, not waiting. The whole is the house's, with ten people in a room who all send; the sockets are what a bare hub on the same
Granian takes for the same work, in the same rounds, and where each hears only what they said themselves, which tells receiving from
sending. The other parts are done alone, here, many times over; what is left is the loop's own
turns, threads that wait for one another, and what nobody has named.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time_ns
from typing import Any

import anyio
import apsw
from msgspec.structs import replace

from bench import bus as hops
from bench import figures, progress
from bench.abreast import Entrant, Ours, race
from bench.client import Fault
from bench.figures import Named
from bench.filled import AUTHORS, Fill, put, room_id
from bench.peers import granian_echo
from bench.peers.ours import SAY
from bench.peers.workload import WORKLOADS, Workload
from bench.result import Result
from bench.rounds import Middle
from bench.table import Table
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.messages import Msg, MsgAck, MsgEvent, MsgSend
from devchitchat.projections import PROJECTIONS
from gateway import codec
from gateway.outbox import Outbox
from services.messages import deeds
from services.store import database, writer
from services.store.transaction import Sources

GROUP = next(each for each in WORKLOADS if each.name == "group/10")
ECHO = replace(GROUP, name="echo/10", alone=True)
TEN = 10
TIMES = 400
ROUNDS = 5
TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"
FRAME = (SAY % (b"0000000001", room_id(0).encode(), TEXT.encode(), b"0000000001")).decode()
EVENT = MsgEvent(
    room_id(0), Msg("m_0123456789abcdef", 1_000, 1_000, "u_filler0", "filler0", 1_790_000_000_000, TEXT, client_msg_id="0000000001")
)
ACK = MsgAck(room_id(0), "0000000001", "m_0123456789abcdef", 1_000, 1_790_000_000_000)
ABOUT = (
    "Processor µs of the server for one message in a room of ten, all of whom send, each with one message under way; data in memory. The "
    "whole and the sockets are measured from outside, in the same rounds; the other parts alone, in the bench's own process. "
    f"The median of {ROUNDS} rounds, ± half of what lies between their quartiles."
)
COLUMNS = ("part", "µs", "share")
Parts = dict[str, Middle]
"""µs by the name of a part."""


async def run(seconds: float, beside: Path | None = None) -> Result:
    house, bare = Ours("devchitchat", [GROUP.name]), Entrant(granian_echo.PEER, [GROUP.name, ECHO.name])
    parts: Parts = {}
    progress.keep(lambda: result(whole(house), sockets(bare) | parts))
    await race([house, bare], [GROUP, ECHO], seconds)
    for server in (house, bare):
        if server.out:
            raise Fault(f"{server.name} could not be measured: {server.out}")
    await alone(parts, beside)
    return result(whole(house), sockets(bare) | parts)


def whole(house: Entrant) -> Middle | None:
    us = per_message(house, GROUP)
    return Middle.of(us.values()) if us else None


def sockets(bare: Entrant) -> Parts:
    """A hub receives once and sends ten times, an echo each once."""
    hubs, echoes = per_message(bare, GROUP), per_message(bare, ECHO)
    rounds = [(hubs[turn], echoes[turn]) for turn in sorted(hubs.keys() & echoes.keys())]
    sends = [(hub - echo) / (TEN - 1) for hub, echo in rounds]
    if not sends:
        return {}
    received = Middle.of(echo - send for (_, echo), send in zip(rounds, sends, strict=True))
    return {"receive a frame, with the kernel": received, "send ten, with the kernel": Middle.of(sends).times(TEN)}


def per_message(server: Entrant, workload: Workload) -> dict[int, float]:
    """Processor µs in each turn where they are known."""
    rounds = server.rounds.get(workload.name, {})
    return {turn: each.cpu_s / each.said.messages * 1e6 for turn, each in rounds.items() if each.cpu_s is not None}


async def alone(parts: Parts, beside: Path | None) -> None:
    """Each part by itself, in processor µs a message."""
    box = Outbox(lambda text: Left(), most_frames=1024, most_bytes=1 << 20)
    frame = codec.event(EVENT, trace="c_01234567-1", now=0)
    parts["decode the frame"] = timed(lambda: codec.decode(FRAME))
    parts["bus, there and back"] = await asked()
    with written(beside) as (write, commits):
        rounds = [shared(write, commits) for _ in range(ROUNDS)]
    parts["deed"], parts["its share of the commit"] = (Middle.of(us) for us in zip(*rounds, strict=True))
    parts["encode the event, once"] = timed(lambda: codec.event(EVENT, trace="c_01234567-1", now=0))
    parts["encode the ack"] = timed(lambda: codec.reply(ACK, to="1", sid="c_01234567", trace="c_01234567-1", now=0))
    parts["hand ten frames over"] = timed(lambda: box.offer(frame)).times(TEN)


class Left:
    """A frame that has left at once."""

    def done(self) -> bool:
        return True

    def add_done_callback(self, hear: Callable[[Any], None], /) -> None:
        hear(self)


def timed(do: Callable[[], object], times: int = TIMES) -> Middle:
    """Processor µs of one."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        before = thread_time_ns()
        for _ in range(times):
            do()
        rounds.append((thread_time_ns() - before) / times / 1e3)
    return Middle.of(rounds)


async def asked() -> Middle:
    """A deed that does nothing, of a store in memory."""
    scene, rounds = hops.Scene(), list[float]()
    async with anyio.create_task_group() as tasks:
        await scene.start(tasks)
        for _ in range(ROUNDS):
            before = thread_time_ns()
            await scene.hops["ask a deed"](hops.PORTION)
            rounds.append((thread_time_ns() - before) / hops.PORTION / 1e3)
        tasks.cancel_scope.cancel()
    return Middle.of(rounds)


class Commits:
    """What they take of the writer's thread, in processor ns."""

    def __init__(self) -> None:
        self.ns = 0

    @contextmanager
    def transaction(self, db: apsw.Connection) -> Generator[None]:
        with database.transaction(db):
            yield
            before = thread_time_ns()
        self.ns += thread_time_ns() - before


def shared(write: Callable[[], None], commits: Commits) -> tuple[float, float]:
    """Processor µs of a message: of its deed, and of its share of the commit."""
    began, commits.ns = thread_time_ns(), 0
    for _ in range(TIMES // TEN):
        write()
    deeds_ns = thread_time_ns() - began - commits.ns
    return deeds_ns / TIMES / 1e3, commits.ns / TIMES / 1e3


@contextmanager
def written(beside: Path | None) -> Generator[tuple[Callable[[], None], Commits]]:
    """What writes ten messages of ten people in one burst, into a database that holds some already; and what its commits take."""
    commits = Commits()
    writer.transaction = commits.transaction
    try:
        with TemporaryDirectory(prefix="devchitchat-bench-", dir=beside, ignore_cleanup_errors=True) as data:
            put(Fill((1_000,)), Path(data))
            db = database.open_writer(database.Place(str(Path(data) / "devchitchat.db")))
            one = writer.Writer(db, PROJECTIONS, Sources(), lambda db, context: None, writer.Counts())
            who = [Context("u_filler0", trace="parts") for _ in range(min(TEN, AUTHORS))]

            def write() -> None:
                settled = one.commit([writer.Deed(Letter(MsgSend(room_id(0), TEXT), each), deeds.send) for each in who])
                if failed := [outcome for outcome in settled.outcomes if isinstance(outcome, Exception)]:
                    raise failed[0]

            yield write, commits
            db.close()
    finally:
        writer.transaction = database.transaction


def result(whole: Middle | None, parts: Parts) -> Result:
    if not whole:
        return Result(scenario="parts", table=Table("Where the time goes", ABOUT, COLUMNS, []))
    rest = whole.figure - sum(us.figure for us in parts.values())
    rows = [(name, f"{us:.1f}", f"{us.figure / whole.figure:.0%}") for name, us in parts.items()]
    rows += [("the rest", f"{rest:.1f}", f"{rest / whole.figure:.0%}"), ("the whole", f"{whole:.1f}", "100%")]
    named: Named = {f"parts/{short(name)}_us": us for name, us in parts.items()}
    named |= {"parts/the-rest_us": rest, "parts/whole_us": whole}
    return Result(
        scenario="parts",
        table=Table("Where the time goes", ABOUT, COLUMNS, rows),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
    )


def short(name: str) -> str:
    return name.partition(",")[0].partition(":")[0].replace(" ", "-")
