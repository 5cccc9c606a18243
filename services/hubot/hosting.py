"""Keeps a host alive: starts it, writes to it, hears it, kills it when a script has it in its hands for too long, and starts another.

It waits for no host: what is to be said waits in a list that its owner bounds, and is written by a task of its own.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import anyio
import msgspec
from anyio.abc import Process

from services.hubot.watch import Fault, Watch
from services.hubot.words import FROM_HOST, Frames, FromHost, Garbled, ToHost, framed

log = logging.getLogger(__name__)
ROOT: Final = str(Path(__file__).resolve().parents[2])
PIECE: Final = 4096
"""Bytes read at once: a host that says far too much gets no more than a short turn of the loop each time."""
LONGEST_PAUSE_S: Final = 10.0
ENOUGH_S: Final = 2.0
"""A host that has lived so long may die without a pause before the next."""
LAST_WORDS_S: Final = 1.0
"""In which what a dead host has said is read."""


class Hosting:
    """`first` gives what a fresh host is told, `hear` takes what it says, `died` who had it in hand, why, and whether for too long."""

    def __init__(
        self,
        first: Callable[[], list[ToHost]],
        hear: Callable[[FromHost], None],
        died: Callable[[Fault, str, bool], None],
        owes: Callable[[], bool],
        *,
        limit: float,
    ) -> None:
        self.lives = 0
        self.pid: int | None = None
        self._first = first
        self._hear = hear
        self._died = died
        self._owes = owes
        self._limit = limit
        self._outbox: deque[ToHost] = deque()
        self._news = anyio.Event()
        self._fault: Fault | None = None

    def tell(self, word: ToHost) -> None:
        """Never waits. Without a host nothing is kept: the next is told all by `first`."""
        if self.pid is not None:
            self._outbox.append(word)
            self._news.set()

    async def run(self) -> None:
        pause = 0.0
        while True:
            born = anyio.current_time()
            try:
                blamed = await self._live()
            except OSError as error:  # No process or no pipe is left: perhaps later.
                log.error("no host for the scripts", exc_info=error)
                blamed = False
            lived = anyio.current_time() - born
            pause = 0.0 if blamed or lived > ENOUGH_S else min(LONGEST_PAUSE_S, 2 * pause + 0.1)
            await anyio.sleep(pause)

    async def _live(self) -> bool:
        """One host, from its first word to its last. Says whether a script was to blame for its end."""
        process = await self._open()
        self.lives += 1
        self._watch = Watch(self._limit, anyio.current_time())
        self._fault, self._news = None, anyio.Event()
        self.pid = process.pid
        self._outbox = deque(self._first())
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._write, process)
                tasks.start_soon(self._guard, process)
                tasks.start_soon(_attend, process, tasks.cancel_scope)
                await self._read(process)
                tasks.cancel_scope.cancel()
        finally:
            self.pid = None
            await _bury(process)
        return self._mourn(process.returncode)

    async def _open(self) -> Process:
        """To its end: one that is begun and not known to anybody would be buried by nobody."""
        said, pipe = [sys.executable, "-P", "-m", "services.hubot.host"], subprocess.PIPE
        opened: list[Process] = []
        with anyio.CancelScope(shield=True):
            opened.append(
                await anyio.open_process(
                    said, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment(), start_new_session=True
                )
            )
        return opened[0]

    async def _write(self, process: Process) -> None:
        try:
            while process.stdin:
                self._news = anyio.Event()
                while self._outbox:
                    await process.stdin.send(framed(self._outbox.popleft()))
                await self._news.wait()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError):
            return  # It is dead, as its reader will notice.

    async def _read(self, process: Process) -> None:
        frames = Frames()
        try:
            while process.stdout:
                piece = await process.stdout.receive(PIECE)
                for frame in frames.feed(piece):
                    word = FROM_HOST.decode(frame)
                    self._watch.heard(word, anyio.current_time())
                    self._hear(word)
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            return
        except (Garbled, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            log.warning("the host of the scripts said what is no word of ours")

    async def _guard(self, process: Process) -> None:
        """Twice in a row, so that what it said meanwhile is read: a server that was busy takes its own slowness for nobody's fault."""
        before: Fault | None = None
        while True:
            await anyio.sleep(min(0.1, self._limit / 5))
            fault = self._watch.overdue(anyio.current_time(), owes=self._owes())
            if fault is not None and fault == before:
                self._fault = fault
                return _kill(process)
            before = fault

    def _mourn(self, code: int | None) -> bool:
        fault = self._fault or self._watch.at or Fault()
        why = f"took longer than {self._limit:g} s" if self._fault else f"ended its host (code {code})"
        log.warning("the host of the scripts died: %s %s", fault.script or "nobody", why)
        self._died(fault, why, self._fault is not None)
        return bool(fault.script)


async def _attend(process: Process, reading: anyio.CancelScope) -> None:
    """What it has begun may outlive it with its end of the pipe: nobody waits for that to close."""
    await process.wait()
    await anyio.sleep(LAST_WORDS_S)
    reading.cancel()


async def _bury(process: Process) -> None:
    """With all that it has begun."""
    with anyio.CancelScope(shield=True):
        _kill(process)
        await process.wait()
        await process.aclose()


def _kill(process: Process) -> None:
    """It leads a group of its own, where the system has such."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # It was quicker, and nobody of its group is left.


def environment() -> dict[str, str]:
    """Ours without what is told to the server alone, for that may be secret."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DEVCHITCHAT_", "PYTHON"))}
    return kept | {"PYTHONPATH": ROOT, "PYTHONUTF8": "1"}
