"""Diagnostics: gathers readings from those who have them, and remembers the last deaths and revivals.

It knows nobody: the composition root gives it probes, each a callable that answers at once from memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import apsw

from bus.bus import Bus
from bus.child import ChildInfo, Died, Revived, TreeInfo
from bus.errors import NotFound
from bus.message import Context, Fact
from bus.protocol.errands import AskState, HouseState
from bus.protocol.inside import Diagnose, Diagnosis
from bus.service import Service, ServiceStats
from services.diagnostics.pulse import Pulse
from services.diagnostics.queries import watermarks
from services.diagnostics.state import state

Probe = Callable[[], Any]
Look = Callable[[Callable[[apsw.Connection], Any]], Awaitable[Any]]
REMEMBERED = 50


class Diagnostics(Service):
    """`tree` reads the supervision tree, `services` their inboxes; `look` reads the rows; every other probe is a section."""

    def __init__(
        self,
        bus: Bus,
        *,
        tree: Callable[[], TreeInfo],
        services: Callable[[], list[ServiceStats]],
        look: Look,
        probes: Mapping[str, Probe],
    ) -> None:
        super().__init__("diagnostics", bus)
        self._tree = tree
        self._services = services
        self._look = look
        self._probes = dict(probes)
        self.pulse = Pulse()
        self._started = anyio.current_time()
        self._lives: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)

    @Diagnose.answer
    async def diagnose(self, request: Diagnose, context: Context) -> Diagnosis:
        """Raises NotFound for everybody but admins: for others there is no such page."""
        if "admin" not in context.roles:
            raise NotFound("there is no such page")
        sections = {
            "house": self._house(),
            "tree": list(_lives(self._tree())),
            "services": [_row(stats) for stats in self._services()],
            **{name: probe() for name, probe in self._probes.items()},
            "watermarks": await self._look(watermarks),
            "lives": list(self._lives),
        }
        return Diagnosis(sections)

    @AskState.answer
    async def state(self, request: AskState, context: Context) -> HouseState:
        return state(self._house(), list(_lives(self._tree())), [_row(stats) for stats in self._services()], self._probes)

    @Died.heard
    async def died(self, fact: Died, context: Context) -> None:
        self._remember(fact, name=fact.name, error=fact.error, at=fact.at)

    @Revived.heard
    async def revived(self, fact: Revived, context: Context) -> None:
        self._remember(fact, name=fact.name, restarts=fact.restarts)

    def _house(self) -> dict[str, float]:
        return {"uptime_s": round(anyio.current_time() - self._started, 1), **self.pulse.reading()}

    def _remember(self, fact: Fact, **what: Any) -> None:
        self._lives.append({"up_s": round(anyio.current_time() - self._started, 1), "what": fact.t, **what})


def _row(stats: ServiceStats) -> dict[str, Any]:
    """One service as a flat row; waiting times in milliseconds."""
    inbox = stats.inbox
    return {
        "name": stats.name,
        "depth": inbox.depth,
        "capacity": inbox.capacity,
        "peak": inbox.peak,
        "posted": inbox.posted,
        "taken": inbox.taken,
        "dropped": inbox.dropped,
        "mean_wait_ms": round(inbox.waited_ns / max(1, inbox.taken) / 1e6, 3),
        "longest_wait_ms": round(inbox.longest_wait_ns / 1e6, 3),
        "failed": stats.failed,
        "last_error": stats.last_error,
    }


def _lives(tree: TreeInfo, path: str = "") -> list[dict[str, Any]]:
    """The supervision tree as flat rows, parents before their children."""
    rows: list[dict[str, Any]] = []
    for child in tree.children:
        rows.append(_life(child, f"{path}{tree.name}/{child.name}"))
        if child.tree:
            rows += _lives(child.tree, f"{path}{tree.name}/")
    return rows


def _life(child: ChildInfo, path: str) -> dict[str, Any]:
    return {
        "path": path,
        "state": child.state,
        "restart": child.restart,
        "up_s": None if child.since is None else round(anyio.current_time() - child.since, 1),
        "restarts": child.restarts,
        "last_error": child.last_error,
        "at": child.last_error_at,
    }
