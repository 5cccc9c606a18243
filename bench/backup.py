"""Somebody backs a live database up, again and again, while something else is measured: `bench/copying.py` in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import Process

from bench.client import Fault
from bench.machine import TETHER, as_anybody, opened

STOP_S = 5.0
COPYING = str(Path(__file__).with_name("copying.py"))


class Copies:
    """How many were made."""

    def __init__(self) -> None:
        self.made = 0


@asynccontextmanager
async def going_on(database: Path) -> AsyncGenerator[Copies]:
    """From the first whole copy until the end of the block. The system puts it on whichever core it likes, as any other program."""
    copies, whole = Copies(), anyio.Event()
    process = await opened([*TETHER, sys.executable, "-P", COPYING, str(database)], as_anybody(), stderr=None)
    async with process, anyio.create_task_group() as tasks:
        try:
            tasks.start_soon(_count, process, copies, whole)
            await whole.wait()
            copies.made = 0
            yield copies
        finally:
            with anyio.move_on_after(STOP_S, shield=True):
                process.terminate()
                await process.wait()
            tasks.cancel_scope.cancel()


async def _count(process: Process, copies: Copies, whole: anyio.Event) -> None:
    assert process.stdout
    async for said in process.stdout:
        copies.made += said.count(b"\n")
        whole.set()
    if not whole.is_set():
        raise Fault("the backup ended before it had made a copy; what it says is above")
