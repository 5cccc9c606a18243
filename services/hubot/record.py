"""What is known of each script: whether it is on, how often it failed, and of what last."""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

from msgspec import Struct

from services.hubot.hooks import HookStats
from services.hubot.webhooks import WebhookStats
from services.hubot.words import Loaded, Offered

STRIKES: Final = 3
WITHIN_S: Final = 600.0
State = Literal["waiting", "on", "broken", "off"]
"""`broken` could not be loaded, `off` failed too often; both until the file changes."""


class ScriptStats(Struct, frozen=True):
    """A reading of one script; of an error its kind and line, and for what it was refused: never what somebody said."""

    name: str
    state: State
    loaded: int
    listeners: int
    handled: int
    errors: int
    failures: int
    refused: int
    last_error: str | None


class HubotStats(Struct, frozen=True):
    """A reading of the bot. `hosts` counts lives; `missed` what happened while too much was waiting already.

    With a `listing_error` the list of scripts has changed and cannot be used: what it said before counts.
    """

    hosts: int
    host_pid: int | None
    rooms: int
    waiting: int
    missed: int
    acts: int
    brain_keys: int
    scripts: list[ScriptStats]
    hooks: HookStats = HookStats()
    webhooks: list[WebhookStats] = []
    listing_error: str | None = None


class Record:
    """One script's place in the house; it outlives hosts and reloads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: State = "waiting"
        self.stamp: tuple[int, ...] | None = None
        self.commands: list[Offered] = []
        self.loads = self.handled = self.errors = self.failures = self.refused = 0
        self._listeners = 0
        self._unloaded = False
        self._last_error: str | None = None
        self._suspected: tuple[str, str] | None = None
        self._strikes: deque[float] = deque(maxlen=STRIKES)

    @property
    def runs(self) -> bool:
        """Whether it is to be loaded into a fresh host."""
        return self.state in ("waiting", "on")

    def changed(self, stamp: tuple[int, ...]) -> None:
        """A new file is a new chance."""
        self.stamp = stamp
        self.state, self._unloaded = "waiting", False
        self._strikes.clear()

    def loaded(self, word: Loaded) -> None:
        """The last word of the host counts, but for one that it said before it heard that it is to unload."""
        if self._unloaded:
            return
        self.loads += 1
        self._listeners, self.commands = word.listeners, word.commands
        self.state = "broken" if word.error else "on"
        self._last_error = word.error or self._last_error

    def broke(self, why: str) -> None:
        """It may not be loaded as it lies."""
        self.state, self._last_error, self._unloaded = "broken", why, True

    def erred(self, why: str) -> None:
        """Something that harms nobody else."""
        self.errors += 1
        self._last_error = why

    def refuse(self, why: str) -> None:
        self.refused += 1
        self._last_error = why

    def suspect(self, place: tuple[str, str]) -> bool:
        """Its host died in its hands. The first time that may have been anybody's doing; at the same place again it was not."""
        again = self._suspected == place
        self._suspected = None if again else place
        return again

    def failed(self, why: str, now: float) -> bool:
        """Count what had to be stopped from outside; True when it was once too often."""
        self.failures += 1
        self._last_error = why
        self._strikes.append(now)
        if len(self._strikes) == STRIKES and now - self._strikes[0] <= WITHIN_S:
            self.state, self._unloaded = "off", True
        return self.state == "off"

    def stats(self) -> ScriptStats:
        return ScriptStats(
            self.name, self.state, self.loads, self._listeners, self.handled, self.errors, self.failures, self.refused, self._last_error
        )
