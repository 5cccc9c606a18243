"""What the house does of its own: a disk that is full, or a deed that fails, ends none of it, and so not the house."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import pytest

from bus.bus import Bus
from bus.child import Start
from bus.errors import Unavailable
from bus.message import Context
from bus.protocol.inside import RetentionSweep, SessionSweep, Swept
from bus.service import Service
from devchitchat import chores

pytestmark = pytest.mark.anyio


class Failing(Service):
    def __init__(self, bus: Bus, error: Exception) -> None:
        super().__init__("failing", bus)
        self.asked = 0
        self._error = error

    @RetentionSweep.answer
    async def retention(self, request: RetentionSweep, context: Context) -> Swept:
        return self._raise()

    @SessionSweep.answer
    async def sessions(self, request: SessionSweep, context: Context) -> Swept:
        return self._raise()

    def _raise(self) -> Swept:
        self.asked += 1
        raise self._error


@pytest.mark.parametrize("error", [Unavailable("the disk is full"), KeyError("a deed that fails")], ids=["full", "fails"])
@pytest.mark.parametrize("chore", [chores.keep_retention, chores.end_sessions])
async def test_a_sweep_that_fails_waits_for_the_next(chore: Callable[[Bus], Start], error: Exception) -> None:
    bus = Bus()
    failing = Failing(bus, error)
    async with anyio.create_task_group() as tasks:
        await tasks.start(failing.run)
        await tasks.start(_alive, chore(bus))
        await anyio.wait_all_tasks_blocked()
        assert failing.asked == 1
        tasks.cancel_scope.cancel()


async def _alive(start: Start, *, task_status: anyio.abc.TaskStatus[None]) -> None:
    await start(task_status=task_status)
    raise AssertionError("it has ended")
