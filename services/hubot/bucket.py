"""How fast one script may act: like a person, ten at once and then two a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final

import anyio

BURST: Final = 10.0
PER_SECOND: Final = 2.0


class Buckets:
    """One a script, on a clock that cannot be set back: so one that floods does not silence the others."""

    def __init__(self, clock: Callable[[], float] = anyio.current_time, *, enabled: bool = True) -> None:
        self._clock = clock
        self._enabled = enabled
        self._filled: defaultdict[str, tuple[float, float]] = defaultdict(lambda: (BURST, clock()))

    def take(self, script: str) -> bool:
        """Take a token if there is one, and say so."""
        tokens, at = self._filled[script]
        now = self._clock()
        tokens = min(BURST, tokens + (now - at) * PER_SECOND)
        self._filled[script] = (tokens - 1 if tokens >= 1 else tokens), now
        return tokens >= 1 or not self._enabled
