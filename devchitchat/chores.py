"""What the house does by itself, now and then."""

from __future__ import annotations

from typing import Final

import anyio
import anyio.lowlevel
from anyio.abc import TaskStatus

from bus.bus import Bus
from bus.child import Start
from bus.message import Request
from bus.protocol.inside import RetentionSweep, SessionSweep, Swept

EVERY_S: Final = 300.0
SESSIONS_EVERY_S: Final = 2.0
"""How much later than its token a bot's socket may end; a sweep that finds nothing writes nothing."""


def keep_retention(bus: Bus) -> Start:
    """A child that takes back, every five minutes, what is older than its room keeps messages."""

    async def run(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        while True:
            while await there_is_more(bus, RetentionSweep()):
                await anyio.lowlevel.checkpoint()
            await anyio.sleep(EVERY_S)

    return run


def end_sessions(bus: Bus) -> Start:
    """A child that ends the sessions whose time is over."""

    async def run(*, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        while True:
            await there_is_more(bus, SessionSweep())
            await anyio.sleep(SESSIONS_EVERY_S)

    return run


async def there_is_more(bus: Bus, sweep: Request[Swept]) -> bool:
    """Sweep once. A full disk, or a deed that fails and was logged there, leaves it to the next round: to die of it would end the house."""
    try:
        return (await bus.ask(sweep, within=30.0)).more
    except Exception:
        return False
