"""Granian as a supervised child; the only file that knows asyncio, since Granian knows nothing else.

`serve()` is never cancelled: it would leave a server that still accepts, and hears no `stop()`. So it has a task of its own,
and the end is always: let every socket go (1012), stop, wait.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any

import anyio
from anyio.abc import TaskStatus

from gateway.app import Ways
from gateway.attendance import Attendance
from gateway.settings import Settings

HEADER_READ_MS = 5000
START_S = 10.0
STOP_S = 5.0
PROBES: dict[str, str] = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class PortTaken(Exception):
    """We cannot listen where we should; the text is one line for whoever starts the server."""


class Web:
    """Where one gateway listens. `port` is the real one once it has been ready; a later life takes the same again."""

    def __init__(self, ways: Ways, attendance: Attendance, settings: Settings) -> None:
        self.port = settings.port
        self._ways = ways
        self._attendance = attendance
        self._settings = settings

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        address, self.port = check(self._settings.host, self.port)
        self._ways.door.port = self.port
        self._attendance.reopen()
        server = _granian(self._ways, address, self.port)
        ended = anyio.Event()

        async def serve() -> None:
            try:
                await server.serve()
            finally:
                ended.set()

        serving = asyncio.ensure_future(serve())
        try:
            await _answers(PROBES.get(address, address), self.port, ended)
            task_status.started()
            await ended.wait()
            raise RuntimeError("Granian ended by itself") from (serving.exception() if serving.done() else None)
        finally:
            with anyio.CancelScope(shield=True):
                await self._attendance.drain()
                server.stop()
                await asyncio.wait([serving], timeout=STOP_S)


def check(host: str, port: int) -> tuple[str, int]:
    """The address that Granian binds, and the port, a free one for 0. Raises PortTaken.

    Granian shares a port with whoever has it (SO_REUSEPORT), and the kernel would deal the clients out between the two.
    """
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError:
        raise PortTaken(f"{host} is no address that this machine knows") from None
    with socket.socket(family, kind) as probe:
        # Windows would let SO_REUSEADDR take a port from its owner; elsewhere it only passes over connections just closed.
        only = socket.SO_EXCLUSIVEADDRUSE if sys.platform == "win32" else socket.SO_REUSEADDR
        probe.setsockopt(socket.SOL_SOCKET, only, 1)
        try:
            probe.bind(where)
        except PermissionError:
            raise PortTaken(f"port {port} needs more rights than this process has") from None
        except OSError as error:
            raise PortTaken(f"cannot listen on {host} port {port}: {error.strerror}") from None
        name: tuple[str, int] = probe.getsockname()[:2]
    return name


def _granian(app: Ways, address: str, port: int) -> Any:
    # Imported here: the command line has other commands, which need not wait for it.
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    # runtime_threads stays 1: with more, frames of one connection change places.
    return Server(
        app,
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_MS),
        runtime_threads=1,
        backlog=1024,
        log_enabled=False,
    )


async def _answers(address: str, port: int, ended: anyio.Event) -> None:
    """Wait until it takes a connection; Granian has no sign of its own for that."""
    with anyio.move_on_after(START_S):
        while not ended.is_set():
            try:
                async with await anyio.connect_tcp(address, port):
                    return
            except OSError:
                await anyio.sleep(0.002)
    raise RuntimeError("Granian does not answer")
