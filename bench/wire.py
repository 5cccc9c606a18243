"""A websocket seen from the client: frames out, frames heard.

picows costs the load least and is taken where it is installed; websockets is the way everywhere else, and makes the
client the slower side in a crowd. Both come with the test dependencies (`./run bench`), and both know only asyncio.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Protocol

import anyio
from anyio.abc import TaskGroup

CLOSE_S = 3.0
"""For the server to answer a close; a browser, too, then goes without."""
Hear = Callable[[bytes | None], None]
"""Called with each frame, and with None when the socket has closed. Never waits."""


class Lacking(Exception):
    """Something that a bench needs is not here; the text says what to do."""


class Unanswered(Lacking):
    """Nobody is where a socket was to go, or somebody else."""


class Wire(Protocol):
    async def send(self, frame: bytes) -> None: ...

    async def close(self) -> None: ...


def library() -> str:
    """Which of the two it will be."""
    for name in ("picows", "websockets"):
        if find_spec(name):
            return name
    raise Lacking("a bench needs picows or websockets: say ./run bench, which brings them")


async def connect(url: str, hear: Hear, tasks: TaskGroup) -> Wire:
    """Raises Unanswered."""
    try:
        return await (_picows(url, hear) if library() == "picows" else _websockets(url, hear, tasks))
    except OSError as error:
        raise Unanswered(f"nothing answers at {url}: {error.strerror or error}") from error


async def _picows(url: str, hear: Hear) -> Wire:
    import picows

    class Listener(picows.WSListener):
        def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
            if frame.msg_type == picows.WSMsgType.TEXT:
                hear(frame.get_payload_as_bytes())

        def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
            hear(None)

    class Picows:
        async def send(self, frame: bytes) -> None:
            transport.send(picows.WSMsgType.TEXT, frame)

        async def close(self) -> None:
            transport.send_close(picows.WSCloseCode.OK)
            with anyio.move_on_after(CLOSE_S):
                return await transport.wait_disconnected()
            transport.disconnect(graceful=False)

    try:
        transport, _ = await picows.ws_connect(Listener, url)  # pyright: ignore[reportUnknownMemberType]
    except picows.WSError as error:
        raise Unanswered(f"what answers at {url} is no devchitchat server: {error}") from error
    return Picows()


async def _websockets(url: str, hear: Hear, tasks: TaskGroup) -> Wire:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed, InvalidHandshake

    class Websockets:
        async def send(self, frame: bytes) -> None:
            await socket.send(frame, text=True)

        async def close(self) -> None:
            await socket.close()

        async def read(self) -> None:
            try:
                while True:
                    hear(await socket.recv(decode=False))
            except ConnectionClosed:
                hear(None)

    try:
        socket = await connect(url, compression=None, max_size=None, proxy=None)
    except InvalidHandshake as error:
        raise Unanswered(f"what answers at {url} is no devchitchat server: {error}") from error
    wire = Websockets()
    tasks.start_soon(wire.read)
    return wire
