"""Granian as a supervised child; the only file that knows asyncio, since Granian knows nothing else.

`serve()` is never cancelled: it would leave a server that still accepts, and hears no `stop()`. So it has a task of its own,
and the end is always: let every socket go (1012), stop, wait.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus
from msgspec import Struct

from gateway.asgi import App
from gateway.attendance import Attendance
from gateway.door import Door
from gateway.settings import Certificate

HEADER_READ_MS = 5000
START_S = 10.0
STOP_S = 5.0
PROBES: dict[str, str] = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class PortTaken(Exception):
    """We cannot listen where we should; the text is one line for whoever starts the server."""


class PortInUse(PortTaken):
    """The port is somebody else's, who may let it go."""


class Listener(Struct, frozen=True):
    """One port: who stands at its door, and the certificate where it speaks TLS."""

    door: Door
    host: str
    certificate: Callable[[], Certificate] | None = None


class Web:
    """Where one gateway listens. A later life takes the same ports again."""

    def __init__(self, listeners: Sequence[Listener], attendance: Attendance) -> None:
        self._listeners = listeners
        self._attendance = attendance
        self._stale = anyio.Event()

    def renew(self) -> None:
        """Stop and begin anew, as soon as everybody has been told."""
        self._stale.set()

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        started = task_status.started
        while True:
            self._stale = anyio.Event()
            await self._live(started)
            started = _nothing

    async def _live(self, started: Callable[[], None]) -> None:
        """Serve until there is something to renew. Raises when Granian ends by itself."""
        serving: list[_Serving] = []
        self._attendance.reopen()
        try:
            for listener in self._listeners:
                serving.append(await _begun(listener))  # one after another: what has begun is stopped where the next cannot
            async with anyio.create_task_group() as tasks:
                for each in serving:
                    tasks.start_soon(each.run)
                for each in serving:
                    await each.answers()
                started()
                await self._stale.wait()
                tasks.cancel_scope.cancel()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            with anyio.CancelScope(shield=True):
                await self._attendance.drain()
                for each in serving:
                    await each.stop()


async def _begun(listener: Listener) -> _Serving:
    """Granian reads the certificate and its key, so it is made in a thread; what it reads once more on the loop, the system still has."""
    door = listener.door
    address, door.port = check(listener.host, door.port)
    certificate = listener.certificate and listener.certificate()
    server = await anyio.to_thread.run_sync(_granian, door, address, door.port, certificate)
    return _Serving(server, (PROBES.get(address, address), door.port))


class _Serving:
    """One Granian, from before it listens until it has stopped."""

    def __init__(self, server: Any, probe: tuple[str, int]) -> None:
        self._server = server
        self._probe = probe
        self._ended = anyio.Event()
        self._task = asyncio.ensure_future(self._serve())

    async def run(self) -> None:
        """Wait for its end, which nobody has asked for; a cancelled waiter leaves it serving."""
        await self._ended.wait()
        raise RuntimeError("Granian ended by itself") from (self._task.exception() if self._task.done() else None)

    async def answers(self) -> None:
        """Wait until it takes a connection; Granian has no sign of its own for that."""
        with anyio.move_on_after(START_S):
            while not self._ended.is_set():
                try:
                    async with await anyio.connect_tcp(*self._probe):
                        return
                except OSError:
                    await anyio.sleep(0.002)
        raise RuntimeError("Granian does not answer")

    async def stop(self) -> None:
        self._server.stop()
        await asyncio.wait([self._task], timeout=STOP_S)

    async def _serve(self) -> None:
        try:
            await self._server.serve()
        finally:
            self._ended.set()


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
        except OSError as error:
            raise _refused(host, port, error) from None
        name: tuple[str, int] = probe.getsockname()[:2]
    return name


def _refused(host: str, port: int, error: OSError) -> PortTaken:
    """Windows calls it a lack of rights when the one who has a port will not share it."""
    if isinstance(error, PermissionError) and sys.platform != "win32":
        return PortTaken(f"port {port} needs more rights than this process has")
    place = f"port {port}" if host in PROBES else f"{host} port {port}"
    kind = PortInUse if isinstance(error, PermissionError) or error.errno == errno.EADDRINUSE else PortTaken
    return kind(f"cannot listen on {place}: {error.strerror}")


def _granian(app: App, address: str, port: int, certificate: Certificate | None) -> Any:
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
        ssl_cert=certificate and certificate.certificate,
        ssl_key=certificate and certificate.key,
    )


def _nothing() -> None:
    """A later life has told already that there is one."""
