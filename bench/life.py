"""One life of a house, on a data directory that is there before it and after it: filled first, stopped, started again.

`bench/house.py` makes a house for one run; this one is for what lasts longer than a server does. It also says what the server's
process holds: memory and descriptors.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup

from bench import filled
from bench.client import Fault
from bench.filled import Fill
from bench.house import PLAIN, ROOMY, House, served
from bench.wire import Lacking


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
        path = Path(f"/proc/{self.pid}/{name}")
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
    async with served(data, bootstrap, ROOMY if roomy else PLAIN) as (port, pid), anyio.create_task_group() as tasks:
        yield Life(port, pid, tasks, bootstrap)
        tasks.cancel_scope.cancel()
