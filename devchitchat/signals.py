"""Being told to stop: Ctrl+C and SIGTERM, also where a loop cannot listen for signals."""

from __future__ import annotations

import signal
from types import FrameType

import anyio

STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


async def until_told_to_stop(scope: anyio.CancelScope) -> None:
    """Wait for a signal, then cancel the scope."""
    try:
        with anyio.open_signal_receiver(*STOPS) as signals:
            async for _ in signals:
                break
    except NotImplementedError:  # Windows: the handler runs on the main thread, and the loop is woken by its wakeup socket
        await _told_by_handler()
    scope.cancel()


async def _told_by_handler() -> None:
    told = anyio.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, hear) for number in STOPS}
    try:
        await told.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
