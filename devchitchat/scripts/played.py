"""`python -m devchitchat.scripts.played`: the process in which tests of one script run. `test` starts it, and ends it when a test does not.

It is told all by one line of JSON, and says one line when a test begins and one when it has ended. What tests print goes to stderr.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from devchitchat.scripts import asserting
from services.hubot.kit.fake import FakeRoom
from services.hubot.settings import Capability


class Job(Struct, frozen=True):
    """A script, its tests, what it may do, and which tests have had their turn."""

    script: str
    tests: str
    can: tuple[Capability, ...]
    config: dict[str, Any]
    over: list[str]


class Said(Struct, frozen=True):
    """A test begins, or has ended, and why it failed. Without a name it is the file that cannot be used."""

    test: str
    ended: bool = False
    failed: list[str] | None = None


def main() -> None:
    sys.dont_write_bytecode = True
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)

    def say(said: Said) -> None:
        out.write(msgspec.json.encode(said) + b"\n")

    path = Path(job.tests)
    try:
        tests = asserting.load(path)
    except (Exception, SystemExit) as error:
        return say(Said("", True, list(asserting.why(error, path)) or [type(error).__name__]))
    for name, test in tests.items():
        if name not in job.over:
            say(Said(name))
            say(Said(name, True, play(job, test, path)))


def play(job: Job, test: Any, path: Path) -> list[str] | None:
    """One test in a room of its own; why it failed."""
    told: list[str] = []
    try:
        with FakeRoom(job.script, job.can, job.config) as room:
            try:
                test(room)
            except BaseException:
                told += [f"the script raised {error}" for error in room.errors]
                told += [f"refused: {refused}" for refused in room.refused]
                raise
    except (Exception, SystemExit) as error:
        return [*asserting.why(error, path), *told] or [type(error).__name__]
    return None


if __name__ == "__main__":
    main()
