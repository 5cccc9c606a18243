"""What is on its way to one client, counted in frames and bytes: the outbox that /diag shows.

A frame is handed to the wire at once and never waited for. That count is true back-pressure: 0 while the kernel takes frames, up by
each that it does not. Whether a frame has left is looked at when the count is wanted, the next frame among such times; nobody is told,
for that would cost the loop a turn a frame. With batching, what comes while frames are on their way gathers, and leaves as one
JSON array when the socket is free again: only then the newest of them is asked to tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gateway.codec import Frame, together
from gateway.wire import Gone, Sending

BATCH_FRAMES = 128
BATCH_BYTES = 256 * 1024


class OutboxStats(Struct, frozen=True):
    """A reading of one outbox."""

    frames: int
    bytes: int
    peak_frames: int
    peak_bytes: int
    sent_frames: int
    sent_bytes: int


class Leaving(Struct, gc=False):
    """Handed to the wire; `frames` are the parts of a batch."""

    sending: Sending
    frames: int
    bytes: int


class Outbox:
    """In front of one wire's `send`."""

    def __init__(self, send: Callable[[str], Sending], *, most_frames: int, most_bytes: int) -> None:
        self.batching = False
        self._frames = self._bytes = 0
        self._send = send
        self._most_frames = most_frames
        self._most_bytes = most_bytes
        self._leaving: deque[Leaving] = deque()
        self._gathered: deque[Frame] = deque()
        self._peak_frames = self._peak_bytes = self._sent_frames = self._sent_bytes = 0
        self._seen = (-1, 0.0)  # as no count is: the first look begins to wait

    @property
    def frames(self) -> int:
        self._look()
        return self._frames

    @property
    def bytes(self) -> int:
        self._look()
        return self._bytes

    @property
    def full(self) -> bool:
        """The oldest frame is not counted in bytes: a page of long messages is larger than all the rest may be, and who
        asked for one, and reads, is not slow."""
        if self._frames < self._most_frames and self._bytes < self._most_bytes:
            return False
        self._look()
        oldest = self._leaving[0].bytes if self._leaving else 0
        return self._frames >= self._most_frames or self._bytes - oldest >= self._most_bytes

    def offer(self, frame: Frame) -> None:
        """Hand over a frame; never waits."""
        self._look()
        self._frames += frame.count
        self._bytes += frame.size
        if self._frames > self._peak_frames:
            self._peak_frames = self._frames
        if self._bytes > self._peak_bytes:
            self._peak_bytes = self._bytes
        if self._gathered or (self.batching and self._leaving):
            self._gather(frame)
        else:
            self._hand_over(frame)

    def flush(self) -> None:
        """Send what has gathered, without waiting for the socket to be free."""
        while self._gathered:
            self._send_batch()

    def end(self) -> None:
        """Nothing more is counted: what is on its way may hold on to us, and would keep us, and itself, for ever."""
        self._leaving.clear()
        self._gathered.clear()

    def stuck(self, now: float, patience: float) -> bool:
        """Whether frames wait and none has left for `patience` seconds; asked about once a second."""
        self._look()
        sent, since = self._seen
        if not self._leaving or sent != self._sent_frames:
            self._seen = self._sent_frames, now
            return False
        return now - since >= patience

    def stats(self) -> OutboxStats:
        self._look()
        return OutboxStats(self._frames, self._bytes, self._peak_frames, self._peak_bytes, self._sent_frames, self._sent_bytes)

    def _look(self) -> None:
        """Forget what has left. Frames of one socket leave in order (one Rust thread; test_server counts)."""
        leaving = self._leaving
        while leaving and leaving[0].sending.done():
            left = leaving.popleft()
            self._frames -= left.frames
            self._bytes -= left.bytes
            self._sent_frames += left.frames
            self._sent_bytes += left.bytes

    def _gather(self, frame: Frame) -> None:
        self._gathered.append(frame)
        if len(self._gathered) == 1:
            self._leaving[-1].sending.add_done_callback(self._free)

    def _free(self, _: Any) -> None:
        self._look()
        while self._gathered:
            self._send_batch()
            if self._gathered and self._leaving:
                self._leaving[-1].sending.add_done_callback(self._free)
                return

    def _hand_over(self, frame: Frame) -> None:
        try:
            sending = self._send(frame.text)
        except Gone:
            return  # Whoever reads hears it too, and ends the connection.
        self._leaving.append(Leaving(sending, frame.count, frame.size))

    def _send_batch(self) -> None:
        batch = [self._gathered.popleft()]
        size, count = batch[0].size, batch[0].count
        while self._gathered and count < BATCH_FRAMES and size + self._gathered[0].size <= BATCH_BYTES:
            frame = self._gathered.popleft()
            size += frame.size
            count += frame.count
            batch.append(frame)
        self._hand_over(batch[0] if len(batch) == 1 else together(batch))
