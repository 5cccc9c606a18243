"""Who is here: every open socket, how many of one address and one user, and the rounds that notice the silent ones.

Sockets that are not signed in are few at a time; more of them wait before their handshake is answered, where they cost
us nothing. Nothing here knows what is said.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import anyio
from anyio.abc import TaskStatus
from msgspec import Struct

from gateway.limits import address_key
from gateway.settings import Limits

if TYPE_CHECKING:
    from gateway.connection import Connection

ENDED = (4001, "this session has ended")
BANNED = (4003, "banned")
CATCH_UP = (4008, "catch up")
TOO_MANY = (4009, "too many connections")
RESTART = (1012, "the server restarts")


class AttendanceStats(Struct, frozen=True):
    """A reading of the door list."""

    connections: int
    signed_in: int
    waiting: int
    opened: int
    turned_away: int
    ended: dict[str, int]
    """Ends of sockets by close code; `gone` are those that the other side closed."""


class Attendance:
    """Holds every connection from its handshake to its end."""

    def __init__(self, limits: Limits) -> None:
        self.draining = False
        self.by_sid: dict[str, Connection] = {}
        self.limits = limits
        self._addresses: Counter[str] = Counter()
        self._guests: Counter[str] = Counter()
        self._free: dict[str, anyio.Event] = {}
        self._waiting = self._opened = self._turned_away = 0
        self._ended: Counter[str] = Counter()
        self._empty = anyio.Event()

    async def admit(self, address: str) -> bool:
        """Take a place for a socket of this address, waiting for one among its guests; False when there is none to be had."""
        key = address_key(address)
        if self.draining or self._crowded(key):
            self._turned_away += 1
            return False
        self._addresses[key] += 1
        admitted = False
        try:
            with anyio.move_on_after(self.limits.sign_in_s):
                await self._guest_place(key)
                admitted = True
        finally:
            if not admitted:
                self._release(self._addresses, key)
        self._opened += admitted
        self._turned_away += not admitted
        return admitted

    def withdraw(self, address: str) -> None:
        """Give back a place that was taken, and no connection came of it."""
        self._release(self._addresses, address_key(address))
        self.signed_in(address)

    def open(self, connection: Connection) -> None:
        self.by_sid[connection.sid] = connection
        if self.draining:
            connection.let_go(*RESTART)

    def signed_in(self, address: str) -> None:
        """A guest's place is free again."""
        key = address_key(address)
        self._release(self._guests, key)
        if event := self._free.pop(key, None):
            event.set()

    def signed_out(self, address: str) -> None:
        self._guests[address_key(address)] += 1

    def leave(self, connection: Connection, end: str) -> None:
        """Give back the place of a connection that has ended; the hub has made it a guest again."""
        del self.by_sid[connection.sid]
        self._ended[end] += 1
        self.withdraw(connection.address)
        if not self.by_sid:
            self._empty.set()

    def let_all_go(self, code: int, reason: str) -> None:
        for connection in list(self.by_sid.values()):
            connection.let_go(code, reason)

    def reopen(self) -> None:
        """After a drain, for the server's next life."""
        self.draining = False

    async def drain(self) -> int:
        """Let everybody go, and nobody in; returns how many were still there when the time was over."""
        self.draining = True
        self.let_all_go(*RESTART)
        self._empty = anyio.Event()
        with anyio.move_on_after(self.limits.drain_s):
            if self.by_sid:
                await self._empty.wait()
        return len(self.by_sid)

    async def rounds(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Look at everybody once a second: one task for all, instead of a deadline for each frame."""
        task_status.started()
        while True:
            await anyio.sleep(1)
            now = anyio.current_time()
            for connection in list(self.by_sid.values()):
                connection.look(now)

    def stats(self) -> AttendanceStats:
        here = list(self.by_sid.values())
        return AttendanceStats(
            connections=len(here),
            signed_in=sum(connection.signed_in for connection in here),
            waiting=self._waiting,
            opened=self._opened,
            turned_away=self._turned_away,
            ended=dict(self._ended),
        )

    def _crowded(self, key: str) -> bool:
        return self._addresses.total() >= self.limits.connections or self._addresses[key] >= self.limits.per_address

    async def _guest_place(self, key: str) -> None:
        self._waiting += 1
        try:
            while self._guests[key] >= self.limits.guests_per_address:
                await self._free.setdefault(key, anyio.Event()).wait()
        finally:
            self._waiting -= 1
        self._guests[key] += 1

    @staticmethod
    def _release(counter: Counter[str], key: str) -> None:
        counter[key] -= 1
        if counter[key] <= 0:
            del counter[key]
