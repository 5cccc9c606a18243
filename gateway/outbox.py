"""What is on its way to one client, counted in frames and bytes: the outbox that /diag shows.

A frame is handed to the wire at once and never waited for; the count falls when the wire says that it has left. That count
is true back-pressure: 0 while the kernel takes frames, up by each that it does not. Only one of the frames on their way is asked
to tell when it has left, and then the newest: they leave in order, and each that tells costs the loop a turn. With batching, what
comes while frames are on their way gathers, and leaves as one JSON array when the socket is free again.
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


class Leaving(Struct):
    """Frames on their way, of which the newest tells; `oldest` is the size of the first."""

    newest: Sending
    frames: int
    bytes: int
    oldest: int


class Outbox:
    """In front of one wire's `send`."""

    def __init__(self, send: Callable[[str], Sending], *, most_frames: int, most_bytes: int) -> None:
        self.batching = False
        self.frames = self.bytes = 0
        self._send = send
        self._most_frames = most_frames
        self._most_bytes = most_bytes
        self._watched: Leaving | None = None
        self._behind: Leaving | None = None
        self._gathered: deque[Frame] = deque()
        self._peak_frames = self._peak_bytes = self._sent_frames = self._sent_bytes = 0
        self._seen = (-1, 0.0)  # as no count is: the first look begins to wait

    @property
    def full(self) -> bool:
        """The oldest frame is not counted in bytes: a page of long messages is larger than all the rest may be, and who
        asked for one, and reads, is not slow."""
        oldest = self._watched.oldest if self._watched else 0
        return self.frames >= self._most_frames or self.bytes - oldest >= self._most_bytes

    def offer(self, frame: Frame) -> None:
        """Hand over a frame; never waits."""
        self.frames += frame.count
        self.bytes += frame.size
        if self.frames > self._peak_frames:
            self._peak_frames = self.frames
        if self.bytes > self._peak_bytes:
            self._peak_bytes = self.bytes
        if self.batching and self._watched:
            self._gathered.append(frame)
        else:
            self._hand_over(frame)

    def flush(self) -> None:
        """Send what has gathered, without waiting for the socket to be free."""
        while self._gathered:
            self._send_batch()

    def stuck(self, now: float, patience: float) -> bool:
        """Whether frames wait and none has left for `patience` seconds; asked about once a second."""
        sent, since = self._seen
        if not self._watched or sent != self._sent_frames:
            self._seen = self._sent_frames, now
            return False
        return now - since >= patience

    def stats(self) -> OutboxStats:
        return OutboxStats(self.frames, self.bytes, self._peak_frames, self._peak_bytes, self._sent_frames, self._sent_bytes)

    def _hand_over(self, frame: Frame) -> None:
        try:
            sending = self._send(frame.text)
        except Gone:
            return  # Whoever reads hears it too, and ends the connection.
        if self._watched is None:
            self._watch(Leaving(sending, frame.count, frame.size, frame.size))
        elif self._behind is None:
            self._behind = Leaving(sending, frame.count, frame.size, frame.size)
        else:
            self._behind.newest = sending
            self._behind.frames += frame.count
            self._behind.bytes += frame.size

    def _watch(self, leaving: Leaving) -> None:
        self._watched = leaving
        leaving.newest.add_done_callback(self._left)

    def _left(self, _: Any) -> None:
        # Frames of one socket leave in order (one Rust thread; test_server counts), so all before this one have left too.
        left, self._watched = self._watched, None
        if left is None:
            return
        self.frames -= left.frames
        self.bytes -= left.bytes
        self._sent_frames += left.frames
        self._sent_bytes += left.bytes
        if behind := self._behind:
            self._behind = None
            self._watch(behind)
        elif self._gathered:
            self._send_batch()

    def _send_batch(self) -> None:
        batch = [self._gathered.popleft()]
        size, count = batch[0].size, batch[0].count
        while self._gathered and count < BATCH_FRAMES and size + self._gathered[0].size <= BATCH_BYTES:
            frame = self._gathered.popleft()
            size += frame.size
            count += frame.count
            batch.append(frame)
        self._hand_over(batch[0] if len(batch) == 1 else together(batch))
