"""A peer's server: a process of ours on a free port of this machine, in a temporary directory, gone by its id when we go.

It gets a session of its own, so that Ctrl+C is the bench's to answer and its children can be stopped with it. Nothing else on the
machine is touched. What it says goes into a file; the last line of that is the reason when it does not start.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from anyio.abc import Process
from msgspec import Struct

from bench import family
from bench.client import Died
from bench.machine import as_server, opened
from bench.peers.dialect import Dialect
from bench.wire import Lacking

START_S = 30.0
STOP_S = 5.0
GLANCE_S = 0.02
TETHER = ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()
"""Where the system has it, a bench that is killed outright takes its peers along."""

Command = Callable[[Path, int], list[str]]
"""From its temporary directory, where configuration may be laid, and its port."""


class Stand(Struct, frozen=True):
    """A peer that runs: where, how it is spoken to, what its processors have given until now, and which process it is."""

    port: int
    dialect: Dialect
    cpu_s: Callable[[], float | None]
    about: str
    pid: int = 0


class Peer(Struct, frozen=True):
    """`opened` gets what is missing and starts it. `relays` says that it hands on from one to one, and knows no rooms."""

    name: str
    opened: Callable[[Path | None], AbstractAsyncContextManager[Stand]]
    relays: bool = False


@asynccontextmanager
async def started(command: Command, dialect: Dialect, about: str) -> AsyncGenerator[Stand]:
    """From its first accepted connection to its end. Raises Lacking when it does not start, Died when it ends before we do."""
    with TemporaryDirectory(prefix="devchitchat-peer-", ignore_cleanup_errors=True) as name:
        place, port = Path(name), free_port()
        async with _opened(command(place, port), place) as process:
            await _accepts(process, port, place)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_watch, process, place)
                yield Stand(port, dialect, lambda: cpu_s(process.pid), about, process.pid)
                tasks.cancel_scope.cancel()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _opened(command: list[str], place: Path) -> AsyncGenerator[Process]:
    with (place / "said").open("wb") as said:
        process = await opened([*TETHER, *command], as_server(), cwd=place, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        yield process
    finally:
        with anyio.CancelScope(shield=True):
            await stop(process)


async def stop(process: Process) -> None:
    """It and its children, which are in its session: asked first, then killed."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with anyio.move_on_after(STOP_S):
            await process.wait()
            break
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # a child that outlived it
    await process.aclose()


async def _accepts(process: Process, port: int, place: Path) -> None:
    with anyio.move_on_after(START_S):
        while process.returncode is None:
            try:
                async with await anyio.connect_tcp("127.0.0.1", port):
                    return
            except OSError:
                await anyio.sleep(GLANCE_S)
    raise Lacking(f"it did not start: {last_line(place)}")


async def _watch(process: Process, place: Path) -> None:
    code = await process.wait()
    raise Died(f"it ended in the middle of the bench with code {code}: {last_line(place)}")


def last_line(place: Path) -> str:
    lines = (place / "said").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"


def cpu_s(pid: int) -> float | None:
    """Processor seconds of a process and its children until now; None where it is not there, or no /proc."""
    try:
        found = family.everybody()
        took = [found[each].took for each in family.descent(pid, found)]
        return sum(took) / os.sysconf("SC_CLK_TCK") if took else None
    except (OSError, AttributeError):
        return None
