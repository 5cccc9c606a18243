"""How the house's threads share a processor."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def take_turns() -> None:
    """A thread that wakes up waits until the one before it rests; threads that are begun later do as well. On Linux; elsewhere nothing.

    A message is handed on between four threads, and where these share a core every waking would interrupt the one who wakes
    (docs/decisions/0017). An operator who has chosen another way is left alone, and so is a house that may not choose.
    """
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
