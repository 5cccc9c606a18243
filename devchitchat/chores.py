"""What the house does by itself, now and then."""

from __future__ import annotations

from typing import Final

import anyio
import anyio.lowlevel
from anyio.abc import TaskStatus

from bus.bus import Bus
from bus.child import Start
from bus.protocol.inside import RetentionSweep

EVERY_S: Final = 300.0


def keep_retention(bus: Bus) -> Start:
    """A child that takes back, every five minutes, what is older than its room keeps messages."""

    async def run(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        while True:
            while (await bus.ask(RetentionSweep(), within=30.0)).more:
                await anyio.lowlevel.checkpoint()
            await anyio.sleep(EVERY_S)

    return run
