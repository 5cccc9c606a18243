"""How late the loop is: a beat that should come ten times a second, and by how much it was late in the last minute."""

from __future__ import annotations

from collections import deque

import anyio
from anyio.abc import TaskStatus

EVERY_S = 0.1
BEATS = 600
"""A minute of them."""


class Pulse:
    """`run` is the start of a supervised child; a reading is in milliseconds, by nearest rank."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=BEATS)

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        while True:
            due = anyio.current_time() + EVERY_S
            await anyio.sleep_until(due)
            self._late.append(anyio.current_time() - due)

    def reading(self) -> dict[str, float]:
        """Nothing before the first beat."""
        late = sorted(self._late)
        if not late:
            return {}
        ranks = {"p50": 0.5, "p99": 0.99, "max": 1.0}
        return {f"loop_lag_{name}_ms": round(late[min(int(rank * len(late)), len(late) - 1)] * 1000, 2) for name, rank in ranks.items()}
