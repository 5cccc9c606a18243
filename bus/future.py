"""One answer on its way to whoever asked. What is answered at once, as most words on the loop are, costs no event and no turn."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import anyio

T = TypeVar("T")


class Future(Generic[T]):
    """Ends once: with a value, an exception, or cancelled by an asker who waits no longer."""

    __slots__ = ("_done", "cancelled", "exception", "pending", "value")

    def __init__(self) -> None:
        self.pending = True
        self.cancelled = False
        self.exception: Exception | None = None
        self.value: Any = None
        """A T, where it has ended with one."""
        self._done: anyio.Event | None = None

    def answer(self, value: T) -> None:
        self.value = value
        self._end()

    def refuse(self, error: Exception) -> None:
        self.exception = error
        self._end()

    def cancel(self) -> None:
        """Does nothing to one that has ended."""
        if self.pending:
            self.cancelled = True
            self._end()

    async def wait(self) -> None:
        """Until it has ended, in whichever way."""
        if self.pending:
            self._done = self._done or anyio.Event()
            await self._done.wait()

    def _end(self) -> None:
        self.pending = False
        if self._done is not None:
            self._done.set()
