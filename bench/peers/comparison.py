"""The whole run: every peer is started, filled, and measured in rounds, each workload by all of them before the next.

Peers stand side by side all the time, and only one is spoken to at any moment; an idle one costs next to nothing. Each round begins
with another peer, and every other one goes backwards, so that nobody is always the first or behind the same neighbour.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import anyio

from bench import machine
from bench.peers import granian_echo, mosquitto, nats, ours, peerjs, prosody, python_socketio, report, socketio, ws
from bench.peers.program import Peer
from bench.peers.standing import Standing
from bench.peers.workload import WORKLOADS, Workload
from bench.progress import at, keep
from bench.result import Result

ROUNDS = 5
WARM_UP_S = 0.3
Tell = Callable[[str], None]
ROOMS = tuple(dict.fromkeys(each.room for each in WORKLOADS))
PEERS: tuple[Peer, ...] = (
    ws.PEER,
    granian_echo.PEER,
    *ours.peers(ROOMS),
    socketio.PEER,
    peerjs.PEER,
    python_socketio.PEER,
    mosquitto.PEER,
    nats.PEER,
    prosody.PEER,
)


async def run(seconds: float, beside: Path | None, progress: Tell) -> list[Result]:
    """`seconds` for each workload of each peer, in rounds. Whoever cannot be had, or fails, is named and left out."""
    return await compare(PEERS, WORKLOADS, seconds, beside, progress)


async def compare(
    peers: Sequence[Peer], workloads: tuple[Workload, ...], seconds: float, beside: Path | None, progress: Tell
) -> list[Result]:
    people = sum({each.room: each.people for each in workloads}.values())
    machine.open_files(people * len(peers))
    standing = [Standing(peer) for peer in peers]
    with machine.pinned() if machine.choose() else nullcontext():
        async with anyio.create_task_group() as tasks:
            for each in standing:
                progress(f"starting {each.name}")
                await tasks.start(each.hold, workloads, beside)
            keep(lambda: report.so_far(standing, workloads))
            await measure(standing, workloads, seconds, progress)
            tasks.cancel_scope.cancel()
    return report.results(standing, workloads)


async def measure(standing: Sequence[Standing], workloads: Sequence[Workload], seconds: float, progress: Tell) -> None:
    for each, workload in turns(standing, workloads, 0):
        progress(f"warming {each.name} up: {workload.name}")
        await each.measure(workload, min(WARM_UP_S, seconds / ROUNDS))
    with quiet():
        for turn in range(ROUNDS):
            at(turn / ROUNDS)
            for each, workload in turns(standing, workloads, turn):
                progress(f"round {turn + 1} of {ROUNDS}, {workload.name}: {each.name}")
                await each.measure(workload, seconds / ROUNDS, turn)


def turns(standing: Sequence[Standing], workloads: Sequence[Workload], turn: int) -> Generator[tuple[Standing, Workload]]:
    """Each workload by all who take it, in an order that is another for each turn."""
    first = turn % len(standing)
    order = [*standing[first:], *standing[:first]][:: 1 if turn % 2 == 0 else -1]
    for workload in workloads:
        yield from ((each, workload) for each in order if each.takes(workload))


@contextmanager
def quiet() -> Generator[None]:
    """Without the collector: a pause of the generator would be a latency of whoever is measured."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
