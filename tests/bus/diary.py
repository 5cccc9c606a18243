"""Children that write down when they start and stop, and die when told: the scene of the supervisor's tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
from anyio.abc import TaskStatus
from trio.testing import MockClock

from bus.child import ChildSpec, Restart
from bus.supervisor import Supervisor


def jumping() -> tuple[str, dict[str, Any]]:
    """A backend whose clock jumps to the next deadline when all tasks are blocked; a new clock for each test."""
    return "trio", {"clock": MockClock(autojump_threshold=0)}


class Diary:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._ends: dict[str, anyio.Event] = {}
        self._how: dict[str, Exception | None] = {}

    def child(
        self,
        name: str,
        restart: Restart = "permanent",
        *,
        boot: Callable[[], None] = lambda: None,
        forsake: Callable[[], None] | None = None,
    ) -> ChildSpec:
        async def live(*, task_status: TaskStatus[None]) -> None:
            boot()
            self._ends[name] = anyio.Event()
            self.lines.append(f"+{name}")
            task_status.started()
            try:
                await self._ends[name].wait()
                if error := self._how[name]:
                    raise error
            finally:
                self.lines.append(f"-{name}")

        return ChildSpec(name, live, restart, forsake=forsake)

    def children(self, names: str) -> list[ChildSpec]:
        return [self.child(name) for name in names]

    async def end(self, name: str, error: Exception | None = None) -> None:
        """Let it end, with an error or by itself, and wait until the house is quiet again."""
        self._how[name] = error
        self._ends[name].set()
        await anyio.wait_all_tasks_blocked()

    async def kill(self, name: str) -> None:
        await self.end(name, RuntimeError("a bug"))

    def since(self, line: int) -> str:
        return " ".join(self.lines[line:])


@asynccontextmanager
async def alive(supervisor: Supervisor) -> AsyncGenerator[None]:
    """The supervisor and all its children are ready inside, and over after."""
    async with anyio.create_task_group() as tasks:
        await tasks.start(supervisor.run)
        yield
        tasks.cancel_scope.cancel()
