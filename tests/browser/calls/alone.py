"""A network of our own with nothing in it but loopback, so that what peers try to reach one another by never leaves the machine.

Linux and root only, and only for processes begun in the thread that is inside: the server, the browser, coturn.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

CLONE_NEWNET = 0x40000000
OURS = Path("/proc/thread-self/ns/net")


@contextmanager
def alone() -> Generator[bool]:
    """Whether it could be made; where not, everything goes on in the network that there is."""
    if not OURS.exists() or not shutil.which("ip"):
        yield False
        return
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open(OURS, os.O_RDONLY)
    try:
        made = libc.unshare(CLONE_NEWNET) == 0
        if made:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield made
        if made and libc.setns(before, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "no way back out of the network namespace")
    finally:
        os.close(before)
