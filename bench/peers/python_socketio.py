"""`python-socketio` as an ASGI app on uvicorn with uvloop, in a virtual environment of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.peers import fetch
from bench.peers.program import Peer, Stand, started
from bench.peers.socketio import SocketIo

APP = Path(__file__).parent / "python" / "app.py"
VERSIONS = "from importlib.metadata import version as v; print('python-socketio', v('python-socketio'), 'on uvicorn', v('uvicorn'))"


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    python = await fetch.python()
    serve = [python, "-m", "uvicorn", "--app-dir", str(APP.parent), f"{APP.stem}:app", "--log-level", "warning", "--host", "127.0.0.1"]
    about = await fetch.run([python, "-c", VERSIONS], "python")
    async with started(lambda place, port: [*serve, "--port", str(port)], SocketIo(), about) as stand:
        yield stand


PEER = Peer("python-socketio", opened)
