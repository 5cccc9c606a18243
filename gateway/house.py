"""What the gateway's rooms share: the bus, who is here, the hub, the limits and the clock; made once, by tree.py."""

from __future__ import annotations

from collections.abc import Callable
from time import time_ns

from bus.bus import Bus
from bus.protocol.session import Server
from gateway.attendance import Attendance
from gateway.hub import Hub
from gateway.limits import Buckets
from gateway.settings import Settings

NAME = "devchitchat"


def epoch_ms() -> int:
    return time_ns() // 1_000_000


class House:
    """One gateway's inside. `now` gives epoch milliseconds."""

    def __init__(self, bus: Bus, settings: Settings, *, now: Callable[[], int] = epoch_ms) -> None:
        self.bus = bus
        self.settings = settings
        self.now = now
        self.server = Server(NAME, settings.version)
        self.buckets = Buckets(enabled=settings.rate_limits)
        self.attendance = Attendance(settings.limits)
        self.hub = Hub(bus, self.attendance, clock=now)
