"""One life of a house, on a data directory that is there before it and after it: filled first, stopped, started again.

`bench/house.py` makes a house for one run; this one is for what lasts longer than a server does. It also says what the server's
process holds: memory and descriptors.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import anyio
import anyio.to_thread
from anyio.abc import ByteReceiveStream, Process, TaskGroup

from bench import filled
from bench.client import Fault
from bench.filled import Fill
from bench.house import READY, STOP_S, House
from bench.wire import Lacking

START_S = 60.0
PLAIN = ("-m", "devchitchat")
ROOMY = (str(Path(__file__).with_name("roomy.py")),)


class Life(House):
    """A running server. Nobody is in it before `begin`, or before somebody comes back with a token."""

    def __init__(self, port: int, pid: int, tasks: TaskGroup, bootstrap: str) -> None:
        super().__init__(port, pid, tasks)
        self.tasks = tasks
        self.ws = f"ws://127.0.0.1:{port}/ws"
        self._bootstrap = bootstrap

    async def begin(self) -> None:
        """Let the first admin of an empty house in."""
        await self.enter(self._bootstrap)

    def rss_kib(self) -> float:
        """Memory of the server's process that is resident. Raises Lacking where there is no /proc."""
        return next(float(line.split()[1]) for line in self._proc("status").read_text().splitlines() if line.startswith("VmRSS"))

    def descriptors(self) -> int:
        return len(list(self._proc("fd").iterdir()))

    def used_s(self) -> float:
        """Processor seconds until now. Raises Lacking where that cannot be known."""
        found = self.cpu_s()
        if found is None:
            raise Lacking("this scenario reads processor times and memory from /proc, which only Linux has")
        return found

    def _proc(self, name: str) -> Path:
        path = Path(f"/proc/{self._pid}/{name}")
        if not path.parent.parent.joinpath("self").exists():
            raise Lacking("this scenario reads processor times and memory from /proc, which only Linux has")
        if not path.exists():
            raise Fault("the server died")
        return path


@asynccontextmanager
async def fresh(beside: Path | None = None, *, fill: Fill | None = None, roomy: bool = False) -> AsyncGenerator[Life]:
    """A house with its admin in it and, when `fill` is given, with messages; all of it goes when it goes."""
    with somewhere(beside) as data:
        if fill:
            await anyio.to_thread.run_sync(filled.put, fill, data)
        async with life(data, roomy=roomy) as house:
            await house.begin()
            yield house


@contextmanager
def somewhere(beside: Path | None = None) -> Generator[Path]:
    """A data directory, in `beside` or where the system keeps such."""
    with TemporaryDirectory(prefix="devchitchat-bench-", dir=beside, ignore_cleanup_errors=True) as data:
        yield Path(data)


@asynccontextmanager
async def life(data: Path, *, roomy: bool = False) -> AsyncGenerator[Life]:
    """From the start of the server until it has ended. `roomy` lifts ceilings that a bench's crowd would meet."""
    bootstrap = token_hex(16)
    async with _server(data, bootstrap, ROOMY if roomy else PLAIN) as (port, pid), anyio.create_task_group() as tasks:
        yield Life(port, pid, tasks, bootstrap)
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def _server(data: Path, bootstrap: str, program: tuple[str, ...]) -> AsyncGenerator[tuple[int, int]]:
    options = ["--data", str(data), "--host", "127.0.0.1", "--http-port", "0", "--rate-limits", "false", "--log-level", "warning"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DEVCHITCHAT_")}
    env["DEVCHITCHAT_BOOTSTRAP_TOKEN"] = bootstrap  # not as a flag: every user of this machine may read those
    async with await anyio.open_process([sys.executable, "-P", *program, "serve", *options], env=env, stderr=None) as process:
        try:
            assert process.stdout
            yield await _port(process.stdout), process.pid
        finally:
            with anyio.CancelScope(shield=True):
                await _stop(process)


async def _port(said: ByteReceiveStream) -> int:
    text = b""
    try:
        with anyio.fail_after(START_S):
            while not (found := READY.search(text)):
                text += await said.receive()
    except (anyio.EndOfStream, TimeoutError):
        raise Lacking("the server did not start; what it says is above") from None
    return int(found[1])


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    with anyio.move_on_after(STOP_S):
        await process.wait()
    if process.returncode is None:
        process.kill()
