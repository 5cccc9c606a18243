"""What a command says when it cannot go on: one line for a person, and an exit code for a script."""

from __future__ import annotations

from typing import Final

USAGE: Final = 2  # the command was called wrongly
FAILED: Final = 1  # it was called rightly and could not be done
SUPERVISION: Final = 70  # the tree of services gave up


class Stop(Exception):
    """An expected end: `message` is printed as it is, without a traceback, so it says what to do and no secret."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Alone(Stop):
    """There can be no HTTPS for now: the house serves its own machine alone, and looks again now and then."""


class OutOfTime(Alone):
    """By this machine's clock a certificate is not valid yet or no longer, or none can be made."""
