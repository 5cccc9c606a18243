"""`devchitchat bot test`: runs the `test_*` functions of scripts' test files, one line each; those that never end are stopped."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from typing import Final

import msgspec
from msgspec import Struct

from devchitchat.errors import FAILED, Stop
from devchitchat.scripts.commands import stop
from devchitchat.scripts.played import Job, Said
from services.hubot import settings
from services.hubot.hosting import environment
from services.hubot.settings import FILE, Allowed, Listing, Scripts, Unfit

LIMIT_S: Final = 10.0


class Outcome(Struct, frozen=True):
    """Of one test; `failed` says why."""

    script: str
    test: str
    failed: list[str] | None


def run(names: Sequence[str], directory: Path, limit: float = LIMIT_S) -> int:
    """Returns 0 when all tests passed, and 1 when one failed. Raises Stop when there is none."""
    found = scripts(directory)
    failed = passed = 0
    for name in names or having_tests(directory):
        for outcome in played(job(found, name), name, limit):
            print(f"{outcome.script}: {outcome.test} {'FAILED' if outcome.failed else 'ok'}")
            print(*(f"    {line}" for line in outcome.failed or []), sep="\n", end="\n" if outcome.failed else "")
            failed += bool(outcome.failed)
            passed += not outcome.failed
    print(f"{passed} passed, {failed} failed")
    return FAILED if failed else 0


def scripts(directory: Path) -> Scripts:
    """As listed; also a directory without a list has tests. Raises Stop."""
    if not (directory / FILE).exists():
        return Scripts(directory, Listing())
    try:
        return settings.read(directory)
    except Unfit as unfit:
        raise stop(unfit) from None


def having_tests(directory: Path) -> list[str]:
    found = sorted(path.stem.removeprefix("test_") for path in directory.glob("test_*.py"))
    if not found:
        raise Stop(f"there are no tests in {directory}; begin with: devchitchat bot new NAME")
    return found


def job(found: Scripts, name: str) -> Job:
    script, tests = found.path(name), found.directory / f"test_{name}.py"
    for path in (script, tests):
        if not path.is_file():
            raise Stop(f"there is no {path}")
    allowed = found.listing.scripts.get(name, Allowed())
    return Job(str(script), str(tests), allowed.can, allowed.config, [])


def played(job: Job, script: str, limit: float) -> Iterator[Outcome]:
    """Each test's outcome. One that is stopped, or ends the process, fails, and those behind it have their turn in a new process."""
    over: list[str] = []
    while True:
        begun = ""
        with Play(msgspec.structs.replace(job, over=over), limit) as play:
            for said in play:
                begun = said.test
                if said.ended:
                    over.append(begun)
                    yield Outcome(script, begun or Path(job.tests).name, said.failed)
        if play.code == 0:
            return
        yield Outcome(script, begun or Path(job.tests).name, [play.fault()])
        if not begun or begun in over:
            return
        over.append(begun)


class Play:
    """A process of tests. It is killed when it says nothing for `limit` seconds."""

    def __init__(self, job: Job, limit: float) -> None:
        self.code = 0
        self._limit = limit
        self._late = False
        said = [sys.executable, "-P", "-m", "devchitchat.scripts.played"]
        self._process = subprocess.Popen(said, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment())  # noqa: S603
        assert self._process.stdin  # noqa: S101
        with self._process.stdin as pipe:
            pipe.write(msgspec.json.encode(job) + b"\n")

    def __enter__(self) -> Play:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self.code = self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def __iter__(self) -> Iterator[Said]:
        timer = self._timer()
        try:
            for line in self._process.stdout or ():
                timer.cancel()
                yield msgspec.json.decode(line, type=Said)
                timer = self._timer()
            self._process.wait()
        finally:
            timer.cancel()

    def fault(self) -> str:
        return f"did not end within {self._limit:g} s" if self._late else f"ended the process of the tests (code {self.code})"

    def _timer(self) -> Timer:
        timer = Timer(self._limit, self._stop)
        timer.daemon = True
        timer.start()
        return timer

    def _stop(self) -> None:
        self._late = True
        self._process.kill()
