"""`devchitchat bench`: runs what was asked for, one scenario after the other, prints each table, and then what it all comes to.

Whatever goes wrong is a line on stderr and exit code 1, and what there is by then is printed and marked as partial. Ctrl+C does the
same with exit code 130: servers are stopped first.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench import changes, html, machine, options, report, saved, scenarios
from bench.changes import Change
from bench.report import Report
from bench.result import Latencies
from bench.running import Cut, Running
from bench.wire import Lacking, library

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
INTERRUPTED = 130


def main(argv: Sequence[str]) -> int:
    said = options.parser().parse_args(argv)
    try:
        with stoppable():
            return Bench(said).run()
    except Lacking as lacking:
        return complain(str(lacking))
    except KeyboardInterrupt:
        return INTERRUPTED


class Bench:
    """One call of the command."""

    def __init__(self, said: argparse.Namespace) -> None:
        self._said = said
        self._chosen = scenarios.chosen(said.scenarios, full=said.full, peers=said.peers, afar=bool(said.url))
        self._before = self._checked(said)
        self._changes: list[Change] | None = None
        self._unwritten = False
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        self._report = Report(when=now, machine=machine.look(afar=bool(said.url)), anyway=said.anyway, afar=said.url or "")

    def run(self) -> int:
        self._say(report.beginning(self._report.machine, anyway=self._said.anyway))
        running = Running(self._said, self._report.machine, self._say, complain)
        try:
            running.all(self._chosen)
        except Cut:
            complain("cut short: these results are partial")
        self._report = msgspec.structs.replace(
            self._report, results=running.results, troubles=running.troubles, loads=running.loads, interrupted=running.interrupted
        )
        self._give_out()
        return self._code()

    def _checked(self, said: argparse.Namespace) -> Report | None:
        """The saved run to compare with. Raises Lacking for what would only be missed at the end."""
        Latencies()
        library()
        if said.write and not PAGE.parent.is_dir():
            raise Lacking("--write needs a checkout of the source: there is no docs directory here")
        if said.write and said.url:
            raise Lacking("--write is for measurements of this machine, not of a server elsewhere")
        if said.url and not said.token:
            raise Lacking(f"--url needs a session's token: say --token, or set {options.TOKEN}")
        return saved.load(said.compare, said.saved) if said.compare else None

    def _give_out(self) -> None:
        said, found = self._said, self._report
        self._changes = self._compared()
        self._say(report.ending(found, self._changes))
        if said.json:
            print(report.as_json(found, self._changes))
        if said.html:
            self._write(said.html, html.page(found, self._changes))
        if said.write and not (found.interrupted or found.troubles):
            self._write(PAGE, report.page(found, PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""))
        if said.save and found.results:
            complain(f"saved as {saved.save(found, said.save, said.saved)}")

    def _write(self, path: Path, text: str) -> None:
        """What cannot be written is said, and costs nothing else of the run."""
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            self._unwritten = True
            complain(f"{path} cannot be written: {error.strerror}")

    def _compared(self) -> list[Change] | None:
        before, now = self._before, self._report
        return changes.between(before.figures, now.figures, before.spreads, now.spreads) if before else None

    def _code(self) -> int:
        if self._report.interrupted:
            return INTERRUPTED
        worse = [each for each in changes.worse(self._changes or []) if each.figure not in self._report.disturbed]
        strictly = self._said.strict and self._report.judged and worse
        return 1 if self._report.troubles or self._unwritten or strictly else 0

    def _say(self, text: str) -> None:
        if text and not self._said.json:
            print(text, end="\n\n", flush=True)


@contextmanager
def stoppable() -> Generator[None]:
    """Being ended, or losing the terminal, is answered as Ctrl+C is: servers must not outlive the bench."""
    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), _as_interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _as_interrupt(number: int, frame: object) -> None:
    signal.raise_signal(signal.SIGINT)


def complain(text: str) -> int:
    print(f"devchitchat bench: {text}", file=sys.stderr)
    return 1
