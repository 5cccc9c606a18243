"""A script's timers; they end with the script's life."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio


class Timer:
    """Runs `due` after `seconds`, or again and again; tells `over` when it will not any more."""

    def __init__(self, seconds: float, due: Callable[[], Awaitable[None]], over: Callable[[Timer], None], *, again: bool) -> None:
        self._seconds = seconds
        self._due = due
        self._over = over
        self._again = again
        self._scope = anyio.CancelScope()

    def cancel(self) -> None:
        """What is running goes on to its end."""
        self._again = False
        self._scope.cancel()

    async def run(self) -> None:
        try:
            await self._run()
        finally:
            self._over(self)

    async def _run(self) -> None:
        while True:
            with self._scope:
                await anyio.sleep(self._seconds)
            if self._scope.cancel_called:
                return
            await self._due()
            if not self._again:
                return
            self._scope = anyio.CancelScope()
