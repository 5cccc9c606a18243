"""`ws`: a minimal hub on Node's `ws` library, the reference for what one core can do. It knows nobody and keeps nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.peers import fetch
from bench.peers.plain import Plain
from bench.peers.program import Peer, Stand, started


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    modules = await fetch.node_modules()
    command = [fetch.node(), str(modules / "hub.mjs")]
    async with started(lambda place, port: [*command, str(port)], Plain(), await about("ws", modules)) as stand:
        yield stand


async def about(package: str, modules: Path) -> str:
    version = json.loads((modules / "node_modules" / package / "package.json").read_text(encoding="utf-8"))["version"]
    return f"{package} {version} on Node {await fetch.run([fetch.node(), '--version'], 'node')}"


PEER = Peer("ws", opened)
