"""A real house to measure: the server as a process of its own, on a free port of this machine and a data directory that
goes when it goes. Only its own process is ever stopped.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import anyio.to_thread
import msgspec
from anyio.abc import Process, TaskGroup

from bench.client import Client, Died, leaves
from bench.machine import TETHER, as_server, opened
from bench.wire import Lacking
from bus.protocol.admin import AdminInviteCreate
from bus.protocol.auth import AuthInviteRedeem, Profile
from bus.protocol.rooms import RoomCreate, RoomJoin
from bus.secret import Secret

READY = re.compile(rb"ready at http://127\.0\.0\.1:([0-9]+)")
START_S = 60.0
STOP_S = 10.0
DYING_S = 1.0
UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, every server would compile itself at every start, which no server in use does."""
PLAIN = ("-m", "devchitchat")
ROOMY = (str(Path(__file__).with_name("roomy.py")),)


class House:
    """A running server and its first admin."""

    def __init__(self, port: int, pid: int, tasks: TaskGroup) -> None:
        self.admin: Client
        self.data: Path
        self._port = port
        self.pid = pid
        self._tasks = tasks
        self.cookie = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def enter(self, bootstrap: str) -> None:
        self.admin, token = await self._redeem(Secret(bootstrap), "admin")
        self.cookie = await anyio.to_thread.run_sync(self._sign_in, token)

    async def room(self, members: int) -> tuple[str, list[Client]]:
        """A public room of its own, with so many new people in it, each on one socket; the admin is not among them."""
        invite = await self.admin.ask(AdminInviteCreate(max_uses=members))
        people = [(await self._redeem(invite.invite_token, f"p{token_hex(6)}"))[0] for _ in range(members)]
        created = await people[0].ask(RoomCreate("public", "bench"))
        for person in people[1:]:
            await person.ask(RoomJoin(created.room.room_id))
        return created.room.room_id, people

    async def newcomer(self) -> tuple[Client, str]:
        """Somebody new, and the cookie of their browser."""
        invite = await self.admin.ask(AdminInviteCreate())
        client, token = await self._redeem(invite.invite_token, f"p{token_hex(6)}")
        return client, await anyio.to_thread.run_sync(self._sign_in, token)

    async def diagnose(self, section: str) -> Any:
        """What /diag.json shows the admin."""
        return (await anyio.to_thread.run_sync(self._diag))[section]

    def cpu_s(self) -> float | None:
        """Processor seconds of the server until now, all its threads together; None where there is no /proc."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float | None:
        """What of the server's process is resident; None where there is no /proc."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        except OSError:
            return None
        return next((float(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), None)

    async def _redeem(self, invite: Secret, handle: str) -> tuple[Client, Secret]:
        client = await Client.greet(f"ws://127.0.0.1:{self._port}/ws", self._tasks)
        session = await client.ask(AuthInviteRedeem(invite, Profile(handle, handle)))
        return client, session.session_token

    def _sign_in(self, token: Secret) -> str:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        body = msgspec.json.encode({"session_token": token.reveal()})
        connection.request("POST", "/session", body, {"content-type": "application/json"})
        cookie = connection.getresponse().headers["set-cookie"]
        connection.close()
        return cookie.partition(";")[0]

    def _diag(self) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        connection.request("GET", "/diag.json", headers={"cookie": self.cookie})
        found = msgspec.json.decode(connection.getresponse().read(), type=dict[str, Any])
        connection.close()
        return found


@asynccontextmanager
async def running(beside: Path | None = None, *, roomy: bool = False, program: Sequence[str] = ()) -> AsyncGenerator[House]:
    """A house from its start to its end; its data directory is made in `beside`, or where the system keeps such.

    `roomy` lifts ceilings that a bench's crowd would meet; `program` is a script of one's own, with its arguments, that serves. Raises
    Died when the server ends before the bench does.
    """
    with TemporaryDirectory(prefix="devchitchat-bench-", dir=beside, ignore_cleanup_errors=True) as data:
        bootstrap = token_hex(16)
        async with served(Path(data), bootstrap, program or (ROOMY if roomy else PLAIN)) as (port, pid), anyio.create_task_group() as tasks:
            house = House(port, pid, tasks)
            house.data = Path(data)
            await house.enter(bootstrap)
            yield house
            tasks.cancel_scope.cancel()


@asynccontextmanager
async def served(data: Path, bootstrap: str, program: Sequence[str] = PLAIN) -> AsyncGenerator[tuple[int, int]]:
    """A server on the servers' core: its port and its process. Raises Died in whoever is inside when it ends too early."""
    async with await _opened(data, bootstrap, program) as process:
        try:
            async with anyio.create_task_group() as tasks:
                port = await _port(process)
                tasks.start_soon(_watch, process)
                yield port, process.pid
                tasks.cancel_scope.cancel()
        except Exception as error:
            await _blame(process, error)
            raise
        finally:
            with anyio.CancelScope(shield=True):
                await _stop(process)


async def _opened(data: Path, bootstrap: str, program: Sequence[str]) -> Process:
    options = ["--data", str(data), "--tls", "off", "--http-port", "0", "--rate-limits", "false", "--log-level", "warning"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("DEVCHITCHAT_") and name != UNCOMPILED}
    env["DEVCHITCHAT_BOOTSTRAP_TOKEN"] = bootstrap  # not as a flag: every user of this machine may read those
    command = [*TETHER, sys.executable, "-P", *program, "serve", *options]
    return await opened(command, as_server(), env=env, stderr=None)


async def _port(process: Process) -> int:
    """Where it listens: it says so itself when it is ready."""
    assert process.stdout
    text = b""
    try:
        with anyio.fail_after(START_S):
            while not (found := READY.search(text)):
                text += await process.stdout.receive()
    except (anyio.EndOfStream, TimeoutError):
        raise Lacking("the server did not start; what it says is above") from None
    return int(found[1])


async def _watch(process: Process) -> None:
    await process.wait()
    raise _died(process)


async def _blame(process: Process, error: Exception) -> None:
    """A socket that closed says less than the server that ended behind it."""
    if any(isinstance(each, Died) or type(each) is Lacking for each in leaves(error)):
        return
    with anyio.move_on_after(DYING_S):
        await process.wait()
    if process.returncode is not None:
        raise _died(process) from error


def _died(process: Process) -> Died:
    code = process.returncode or 0
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    return Died(f"the server died in the middle of the bench, {how}")


async def _stop(process: Process) -> None:
    if process.returncode is None:
        process.terminate()
    with anyio.move_on_after(STOP_S):
        await process.wait()
    if process.returncode is None:
        process.kill()
