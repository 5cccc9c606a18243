"""The gateway as one child of the house: the hub, the rounds, and the server, supervised in this order.

Here all its rooms meet; nothing outside needs more than `Gateway`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from msgspec import Struct

from bus.bus import Bus
from bus.child import ChildSpec
from bus.supervisor import Supervisor, Tell
from gateway import public
from gateway.app import Ways
from gateway.attendance import AttendanceStats
from gateway.connection import ConnectionStats
from gateway.house import House, epoch_ms
from gateway.hub import HubStats
from gateway.server import Listener, Web
from gateway.settings import Settings


class GatewayStats(Struct, frozen=True):
    """A reading of what has happened here."""

    attendance: AttendanceStats
    hub: HubStats
    requests: dict[str, int]
    rate_limited: int


class Gateway:
    """Made after the services, so that its hub may ask them."""

    def __init__(self, bus: Bus, settings: Settings, public_dir: Path, *, now: Callable[[], int] = epoch_ms) -> None:
        self.house = House(bus, settings, now=now)
        self.ways = Ways(self.house, public.load(public_dir))
        self.web = Web(listeners(self.ways, settings), self.house.attendance)

    @property
    def port(self) -> int:
        """Where it really listens for plain HTTP, once it is ready."""
        return self.ways.plain.port

    @property
    def https_port(self) -> int | None:
        """Where it really listens for HTTPS, once it is ready."""
        return self.ways.secure and self.ways.secure.port

    def renew(self) -> None:
        """Begin to listen anew, with the certificate there is now; clients are told to come back."""
        self.web.renew()

    def as_child(self, tell: Tell = lambda fact: None) -> ChildSpec:
        return Supervisor("gateway", [self._hub(), self._rounds(), self._reach(), self._server(), self._handlers()], tell=tell).as_child()

    def probes(self) -> dict[str, Callable[[], Any]]:
        """What the diagnostics may read, by section; holds no text of a message and no secret."""
        return {"gateway": self.stats, "connections": self.connections}

    def stats(self) -> GatewayStats:
        return GatewayStats(
            attendance=self.house.attendance.stats(),
            hub=self.house.hub.stats(),
            requests=dict(self.ways.counts),
            rate_limited=self.house.buckets.refused,
        )

    def connections(self) -> list[ConnectionStats]:
        now = anyio.current_time()
        return [connection.stats(now) for connection in self.house.attendance.by_sid.values()]

    def _hub(self) -> ChildSpec:
        return ChildSpec("hub", self.house.hub.run, forsake=self.house.hub.inbox.forsake)

    def _rounds(self) -> ChildSpec:
        return ChildSpec("rounds", self.house.attendance.rounds)

    def _reach(self) -> ChildSpec:
        return ChildSpec("reach", self.ways.reach.run)

    def _server(self) -> ChildSpec:
        return ChildSpec("server", self.web.run, shutdown=8.0)

    def _handlers(self) -> ChildSpec:
        return ChildSpec("handlers", self.ways.settle)


def listeners(ways: Ways, settings: Settings) -> list[Listener]:
    found = [Listener(ways.plain, settings.host)]
    if ways.secure and settings.secure:
        found.append(Listener(ways.secure, settings.host, settings.secure.certificate))
    return found
