"""Runs scenarios one after the other: the load on its own core, and with what there is so far when one does not come to its end."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib.util import find_spec

import anyio
from msgspec.structs import replace

from bench import family, machine, options, others, progress, report
from bench.client import Died, Fault, leaves
from bench.machine import Machine
from bench.progress import Course
from bench.report import Trouble
from bench.result import Result
from bench.scenarios import PEERS, Scenario
from bench.wire import Lacking

Way = Callable[[], Awaitable[Result | list[Result]]]


SOCKETS = 200
"""Of a scenario that does not ask for more by itself."""


class Cut(Exception):
    """Somebody pressed Ctrl+C, or ended the bench."""


class Running:
    """What has come of the scenarios so far. `say` is called with each table, `complain` with what went wrong."""

    def __init__(self, said: argparse.Namespace, on: Machine, say: Callable[[str], None], complain: Callable[[str], object]) -> None:
        self.results: list[Result] = []
        self.troubles: list[Trouble] = []
        self.loads: dict[str, float] = {}
        self.interrupted = False
        self._said = said
        self._machine = on
        self._span: others.Span | None = None
        self._say = say
        self._complain = complain

    def all(self, chosen: Sequence[Scenario]) -> None:
        """Raises Cut when it was interrupted; a scenario that fails does not keep the next from its turn."""
        share_s = options.how_long(self._said, scenarios=len(chosen))
        for number, scenario in enumerate(chosen, start=1):
            if (load := machine.load()) is not None:
                self.loads[scenario.name] = load
            try:
                with family.kept():
                    self._span = None if self._said.url else others.Span()
                    self._one(scenario, Course(scenario.name, number, len(chosen)), share_s)
            except Cut:
                self.troubles += [Trouble(each.name, "not begun") for each in chosen[number:]]
                raise

    def _one(self, scenario: Scenario, course: Course, seconds: float) -> None:
        try:
            with progress.followed(course), machine.pinned(wanted=not scenario.browser and not self._said.url):
                if not self._said.url:
                    machine.open_files(SOCKETS)
                self._found(anyio.run(_shown, self._way(scenario, seconds), course, backend_options={"use_uvloop": _uvloop()}))
        except KeyboardInterrupt:
            self.interrupted = True
            self._failed(course, "cut short")
            raise Cut from None
        except Exception as error:
            if (trouble := told(error)) is None:
                raise
            self._failed(course, str(trouble))
            self._complain(f"{scenario.name}: {trouble}")
        finally:
            progress.clear()

    def _way(self, scenario: Scenario, seconds: float) -> Way:
        if scenario is PEERS:
            return partial(scenario.load_peers(), seconds, self._said.beside, progress.tell)
        if self._said.url:
            from bench import afar

            return partial(afar.run, scenario.name, self._said.url, self._said.token, seconds)
        return partial(scenario.load(), seconds, self._said.beside)

    def _found(self, found: Result | list[Result]) -> None:
        progress.clear()
        taken = self._span.cores() if self._span else None
        for each in found if isinstance(found, list) else [found]:
            result = replace(each, others=taken)
            self.results.append(result)
            self._say(report.section(result, self._machine, anyway=self._said.anyway))

    def _failed(self, course: Course, says: str) -> None:
        progress.clear()
        self.troubles.append(Trouble(course.name, says))
        so_far = course.so_far() if course.so_far else None
        if so_far and so_far.table.rows:
            self._found(replace(so_far, partial=True))


def told(error: Exception) -> Exception | None:
    """Of the errors that happened together the one that says most; None when it is a mistake of ours."""
    found = [each for each in leaves(error) if isinstance(each, Exception)]
    causes = [cause for each in found if isinstance(cause := each.__cause__, Fault)]
    known = [each for each in [*found, *causes] if isinstance(each, Fault | Lacking)]
    return next((each for each in known if isinstance(each, Died)), known[0] if known else None)


async def _shown(way: Way, course: Course) -> Result | list[Result]:
    """With its bar, on a terminal."""
    async with anyio.create_task_group() as tasks:
        if progress.shown():
            tasks.start_soon(course.show)
        found = await way()
        tasks.cancel_scope.cancel()
        return found
    raise AssertionError


def _uvloop() -> bool:
    return find_spec("uvloop") is not None
