"""Events that go to the same listeners one after the other leave together: joined once, for all who take several in one frame.

The hub says when: at the end of a moment, and before anything changes who listens.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import anyio
from anyio.lowlevel import checkpoint

from gateway.attendance import CATCH_UP
from gateway.codec import Frame, together

if TYPE_CHECKING:
    from gateway.connection import Connection

log = logging.getLogger(__name__)
Listeners = Mapping["Connection", None]
MOST: Final = 64
MOST_BYTES: Final = 64 * 1024
FENCE: Final = 512
FENCE_MS: Final = 20
AT_EASE: Final = 32


class Run:
    """Grows no longer than what the sockets can be handed between two breaths."""

    def __init__(self) -> None:
        self._sends = 0
        self._frames: list[Frame] = []
        self._bytes = 0
        self._listeners: Listeners = {}
        self._singles = 0

    @property
    def breathless(self) -> bool:
        """Whether so much was handed over that the sockets want a breath."""
        return self._sends >= FENCE

    def add(self, frame: Frame, listeners: Listeners) -> None:
        """Behind those that are here; they leave first where they go to others."""
        if listeners is not self._listeners:
            self.leave()
            self._listeners = listeners
        elif len(self._frames) == 1:
            self._singles = sum(not connection.outbox.batching for connection in listeners)
        self._frames.append(frame)
        self._bytes += frame.size
        if len(self._frames) >= MOST or self._bytes >= MOST_BYTES or len(self._frames) * self._singles >= FENCE:
            self.leave()

    def leave(self) -> None:
        """All of it, to everybody who listens. Who cannot be handed it is let go and catches up: nobody has a silent hole."""
        frames, listeners, singles = self._frames, self._listeners, self._singles
        self._frames, self._bytes, self._listeners, self._singles = [], 0, {}, 0
        if not frames:
            return
        self._sends += len(listeners) + (len(frames) - 1) * singles
        frame = frames[0] if len(frames) == 1 else together(frames)
        for connection in listeners:
            try:
                connection.offer(frame)
            except Exception as error:
                log.error("events did not leave", exc_info=error)
                connection.let_go(*CATCH_UP)

    async def breathe(self, listeners: Listeners) -> None:
        """Let the sockets take what was handed over: until one listener is at ease, 20 ms at most.

        Without it 5,000 events in a row had 1,500 frames of every client in flight, though all of them read (measured with
        10 clients); the slowest client is never waited for, only the fastest.
        """
        self.leave()
        self._sends = 0
        await checkpoint()
        for _ in range(FENCE_MS):
            if any(connection.outbox.frames <= AT_EASE for connection in listeners) or not listeners:
                return
            await anyio.sleep(0.001)
