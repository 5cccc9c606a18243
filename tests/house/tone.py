"""A tone to send in a call, and how much of a tone is in what arrives.

By Goertzel's filter (Am. Math. Monthly 65, 1958), which is one bin of a Fourier transform in a few lines: what it takes to tell whether
440 Hz are 440 Hz, with no library for numbers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import cos, pi, sin
from time import monotonic

import anyio
from aiortc.mediastreams import MediaStreamTrack
from av import AudioFrame

RATE = 48_000
FRAME = 960
"""20 ms, as Opus has them."""
LISTENED = 9_600
"""200 ms tell frequencies apart that are 5 Hz from each other."""
LOUD = 8_000
MOST = 0.8


class Tone(MediaStreamTrack):
    """A voice that says one whole number of hertz for ever, at the pace of a real one."""

    kind = "audio"

    def __init__(self, hz: int) -> None:
        super().__init__()
        self._second = array("h", (int(LOUD * sin(2 * pi * hz * at / RATE)) for at in range(RATE)))
        self._began = monotonic()
        self._at = 0

    async def recv(self) -> AudioFrame:
        await anyio.sleep(max(0.0, self._began + self._at / RATE - monotonic()))
        frame = AudioFrame(format="s16", layout="mono", samples=FRAME)
        begin = self._at % RATE
        frame.planes[0].update(self._second[begin : begin + FRAME].tobytes())
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), self._at
        self._at += FRAME
        return frame


def samples_of(frame: AudioFrame) -> array[int]:
    """One channel of what arrived."""
    channels = len(frame.layout.channels)
    return array("h", bytes(frame.planes[0]))[: frame.samples * channels : channels]


def energy(samples: Iterable[int]) -> float:
    """The mean square."""
    squares = [float(sample) ** 2 for sample in samples]
    return sum(squares) / max(1, len(squares))


def share(samples: Sequence[int], hz: int) -> float:
    """Which part of all energy is at this frequency: 1 for a pure tone, give or take."""
    turn = 2 * cos(2 * pi * hz / RATE)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    power = last * last + before * before - turn * last * before
    return 2 * power / (len(samples) ** 2 * energy(samples)) if any(samples) else 0.0


def says(samples: Sequence[int], hz: int) -> bool:
    """Whether nearly all that was heard of late is this frequency, and not one beside it."""
    return len(samples) >= LISTENED and share(samples, hz) > MOST
