"""Where does each microsecond of a message go: sockets, decoding, the bus, the deed, encoding, handing over?

Processor time, not waiting. The whole is the house's, with ten people in a room who all send; the sockets are what a bare hub on the same
Granian takes for the same work, in the same rounds. The other parts are done alone, here, many times over; what is left is the loop's own
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

from bench import bus as hops
from bench import figures, progress
from bench.abreast import Entrant, Ours, race
from bench.client import Fault
from bench.figures import Named
from bench.filled import AUTHORS, Fill, put, room_id
from bench.peers import granian_echo
from bench.peers.ours import SAY
from bench.peers.workload import WORKLOADS
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
from services.store.database import Place, open_writer
from services.store.transaction import Sources
from services.store.writer import Counts, Deed, Writer

GROUP = next(each for each in WORKLOADS if each.name == "group/10")
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
    house, bare = Ours("devchitchat", [GROUP.name], caps=()), Entrant(granian_echo.PEER, [GROUP.name])
    parts: Parts = {}
    progress.keep(lambda: result(per_message(house), per_message(bare), parts))
    await race([house, bare], [GROUP], seconds)
    for server in (house, bare):
        if server.out or not per_message(server):
            raise Fault(f"{server.name} could not be measured: {server.out}")
    await alone(parts, beside)
    return result(per_message(house), per_message(bare), parts)


def per_message(server: Entrant) -> Middle | None:
    """Processor µs, where they are known; None before the first round."""
    rounds = server.rounds.get(GROUP.name, {}).values()
    us = [each.cpu_s / each.said.messages * 1e6 for each in rounds if each.cpu_s is not None]
    return Middle.of(us) if us else None


async def alone(parts: Parts, beside: Path | None) -> None:
    """Each part by itself, in processor µs a message."""
    box = Outbox(lambda text: Left(), most_frames=1024, most_bytes=1 << 20)
    frame = codec.event(EVENT, trace="c_01234567-1", now=0)
    parts["decode the frame"] = timed(lambda: codec.decode(FRAME))
    parts["bus, there and back"] = await asked()
    with written(beside) as write:
        parts["deed, and its share of the commit"] = timed(write, TIMES // TEN).times(1 / TEN)
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


@contextmanager
def written(beside: Path | None) -> Generator[Callable[[], None]]:
    """What writes ten messages of ten people in one burst, into a database that holds some already."""
    with TemporaryDirectory(prefix="devchitchat-bench-", dir=beside, ignore_cleanup_errors=True) as data:
        put(Fill((1_000,)), Path(data))
        db = open_writer(Place(str(Path(data) / "devchitchat.db")))
        writer = Writer(db, PROJECTIONS, Sources(), lambda db, context: None, Counts())
        who = [Context("u_filler0", trace="parts") for _ in range(min(TEN, AUTHORS))]

        def write() -> None:
            settled = writer.commit([Deed(Letter(MsgSend(room_id(0), TEXT), each), deeds.send) for each in who])
            if failed := [outcome for outcome in settled.outcomes if isinstance(outcome, Exception)]:
                raise failed[0]

        yield write
        db.close()


def result(whole: Middle | None, sockets: Middle | None, alone: Parts) -> Result:
    if not whole or not sockets:
        return Result(scenario="parts", table=Table("Where the time goes", ABOUT, COLUMNS, []))
    parts = {"sockets: receive, ten sends, the kernel": sockets, **alone}
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
