"""Off the loop: a thread of one's own that does what the loop gives it, one thing after another.

anyio's pool of threads looks for an idle one, takes a limiter, copies the context and waits its turn on the loop each time;
that is about twice what a hand-over takes here (docs/decisions/0010).
"""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol

import anyio
import anyio.lowlevel

from services.store.database import Place


class Aside(Protocol):
    """Where something is done that would hold up the loop."""

    async def do(self, do: Callable[..., Any], *args: Any) -> Any:
        """Do it, to the end even when cancelled: what was begun has an outcome. Raises what it raises."""
        ...

    def close(self) -> None:
        """Nothing more will be given."""
        ...


class Inline:
    """On the loop after all: in memory there is nothing to wait for, and time may be simulated."""

    async def do(self, do: Callable[..., Any], *args: Any) -> Any:
        return do(*args)

    def close(self) -> None:
        """There is nothing to close."""


class Job:
    """One thing to do, and what came of it."""

    def __init__(self, do: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.over = anyio.Event()
        self.outcome: Any = None
        self.error: BaseException | None = None
        self._do = do
        self._args = args

    def run(self) -> None:
        try:
            self.outcome = self._do(*self._args)
        except BaseException as error:
            self.error = error


class ThreadAside:
    """A thread that ends at `close`. To be made on the loop that it works for."""

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._soon = _soon()
        Thread(target=self._work, name=name, daemon=True).start()

    async def do(self, do: Callable[..., Any], *args: Any) -> Any:
        job = Job(do, args)
        self._jobs.put(job)
        with anyio.CancelScope(shield=True):
            await job.over.wait()
        if job.error is None:
            return job.outcome
        try:
            raise job.error
        finally:
            del job  # The traceback holds this frame.

    def close(self) -> None:
        self._jobs.put(None)

    def _work(self) -> None:
        while job := self._jobs.get():
            job.run()
            try:
                self._soon(job.over.set)
            except RuntimeError:
                return  # The loop has gone, and nobody waits any more.
            del job  # Or it would be kept until the next.


def aside(place: Place, name: str) -> Aside:
    return Inline() if place.in_memory else ThreadAside(name)


def _soon() -> Callable[[Callable[[], object]], object]:
    """How another thread tells the loop that runs here to call something: asyncio's way or Trio's, whichever it is."""
    loop: Any = anyio.lowlevel.current_token().native_token
    return getattr(loop, "run_sync_soon", None) or loop.call_soon_threadsafe
