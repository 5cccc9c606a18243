"""`granian-echo`: a bare hub on Granian, in Python: the floor of our own stack."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from bench.peers.plain import Plain
from bench.peers.program import Peer, Stand, started

HUB = Path(__file__).with_name("granian_hub.py")


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    about = f"granian {version('granian')}, un-awaited sends"
    async with started(lambda place, port: [sys.executable, "-P", str(HUB), str(port)], Plain(), about) as stand:
        yield stand


PEER = Peer("granian-echo", opened)
