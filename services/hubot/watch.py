"""Whose hands is the host in, and for how long? From what it says before and after each step of a script.

Pure: frames and times go in, the name of who has it for too long comes out.
"""

from __future__ import annotations

from msgspec import Struct

from services.hubot.words import Begun, Ended, FromHost, Rest, Step

GRACE = 2.0
"""Seconds for the host to stop a handler by itself, where that waits for something."""


class Fault(Struct, frozen=True):
    """Who is to blame, for which run of which happening; all empty when it was none of the scripts."""

    script: str = ""
    key: str = ""
    run: str = ""


class Watch:
    """Of one host. `limit`: seconds that a step, or a handler, may take."""

    def __init__(self, limit: float, now: float) -> None:
        self.at: Fault | None = None
        self._limit = limit
        self._since = self._at_since = now
        self._begun: dict[tuple[str, str], float] = {}

    def heard(self, word: FromHost, now: float) -> None:
        self._since = now
        match word:
            case Step(script, key, run):
                self.at, self._at_since = Fault(script, key, run), now
            case Rest():
                self.at = None
            case Begun(key, run):
                self._begun[key, run] = now
            case Ended(key, run):
                self._begun.pop((key, run), None)
            case _:
                pass

    def overdue(self, now: float, *, owes: bool) -> Fault | None:
        """Who has had the host for too long; nobody by name, when it `owes` something and has nothing in hand."""
        if self.at is not None and now - self._at_since > self._limit:
            return self.at
        for (key, run), since in self._begun.items():
            fault = Fault(run.partition("/")[0], key, run)
            if now - since > self._limit + GRACE and self.at in (None, fault):  # In another's hands it could not be stopped.
                return fault
        silent = now - self._since > 2 * self._limit + GRACE
        return Fault() if owes and silent and self.at is None and not self._begun else None
