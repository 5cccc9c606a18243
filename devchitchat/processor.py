"""How the house's threads share a processor."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


def take_turns() -> None:
    """From now on a thread that wakes up waits until the one before it rests, and so do those to come. On Linux; elsewhere nothing.

    A message is handed on between four threads, and where these share a core every waking would interrupt the one who wakes
    (docs/decisions/0017). An operator who has chosen another way is left alone, and so is a house that may not choose.
    """
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        for thread in Path("/proc/self/task").iterdir():
            with suppress(OSError):
                os.sched_setscheduler(int(thread.name), os.SCHED_BATCH, os.sched_param(0))
