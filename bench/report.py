"""All that one run has to tell: its results, the machine, what was reached and what has changed; as text, as a page, as JSON."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from bench import others, verdicts
from bench.changes import Change, tell
from bench.machine import Machine
from bench.result import Result
from bench.table import Table
from bench.verdicts import Verdict

BY_HAND = "<!-- What stands below is written by hand, and kept. -->"
AFAR = "These figures are of a server elsewhere, under its rate limits, at a slow pace: for looking, not for judging."


class Trouble(Struct, frozen=True):
    """Why a scenario did not come to its end."""

    scenario: str
    says: str


class Report(Struct, frozen=True, kw_only=True):
    """`when` is UTC. `loads` is the load average before each scenario; `afar` the server that was looked at, when it was not ours."""

    when: str
    machine: Machine
    results: list[Result] = []
    troubles: list[Trouble] = []
    loads: dict[str, float] = {}
    interrupted: bool = False
    anyway: bool = False
    afar: str = ""

    @property
    def figures(self) -> dict[str, float]:
        return {name: figure for each in self.results for name, figure in each.figures.items()}

    @property
    def spreads(self) -> dict[str, float]:
        return {name: spread for each in self.results for name, spread in each.spreads.items()}

    @property
    def others(self) -> dict[str, float]:
        """What other programs took during each scenario, in cores, where that is known; all that peers do is one."""
        return {each.scenario.partition("/")[0]: each.others for each in self.results if each.others is not None}

    @property
    def disturbed(self) -> dict[str, float]:
        """The figures that are not judged because others took too much while they were measured, and how much, in cores."""
        if self.anyway:
            return {}
        return {name: each.others for each in self.results if each.others and _disturbed(each, self.machine) for name in each.figures}

    @property
    def judged(self) -> bool:
        return not self.afar and (self.anyway or not self.machine.busy)

    @property
    def partial(self) -> bool:
        return self.interrupted or bool(self.troubles) or any(each.partial for each in self.results)

    @property
    def lacks(self) -> str:
        """What is missing of it, in a sentence; empty when nothing is."""
        whole = {each.scenario for each in self.troubles}
        missing = [f"{each.scenario}: {each.says}" for each in self.troubles]
        missing += [f"{each.scenario}: not all of it" for each in self.results if each.partial and each.scenario not in whole]
        return f"These results are partial ({'; '.join(missing)})." if self.partial else ""

    @property
    def verdicts(self) -> list[Verdict]:
        return [] if self.afar else verdicts.judge(self.figures, busy=not self.judged, disturbed=self.disturbed)


def about(report: Report) -> str:
    """What the figures hang on, in one paragraph."""
    machine = report.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    busy = f" {machine.others.capitalize()}." if machine.others else ""
    where = f" of {report.afar}" if report.afar else ""
    return f"Measured{where} on {report.when[:10]}: {machine.about}; {machine.pinned}. {versions}.{busy}"


def beginning(machine: Machine, *, anyway: bool) -> str:
    lines = [f"{machine.about}; {machine.pinned}.", ", ".join(f"{name} {version}" for name, version in machine.versions.items()) + "."]
    if machine.busy:
        then = "judged all the same (--anyway)" if anyway else "not judged"
        lines.append(f"This machine is busy: {machine.others}. The tails below are theirs too, and figures are {then}.")
    elif machine.others:
        lines.append(f"{machine.others.capitalize()}.")
    return "\n".join(lines)


def section(result: Result, machine: Machine, *, anyway: bool) -> str:
    """One scenario's table; marked when it was cut short, or disturbed."""
    table = result.table
    title = f"{table.title} (partial: it was cut short)" if result.partial else table.title
    notes = [*table.notes, *filter(None, [meanwhile(result, machine, anyway=anyway)])]
    return str(msgspec.structs.replace(table, title=title, notes=notes))


def meanwhile(result: Result, machine: Machine, *, anyway: bool) -> str:
    """That others took too much while this was measured, and what comes of it; empty when they did not."""
    if not result.others or not _disturbed(result, machine):
        return ""
    then = "judged all the same (--anyway)" if anyway else "shown, not judged"
    return f"Other programs took {others.said(result.others)} meanwhile: {then}."


def _disturbed(result: Result, machine: Machine) -> bool:
    return others.too_much(result.others, machine.cores)


def ending(report: Report, changes: list[Change] | None) -> str:
    """What is said below the tables."""
    parts = [AFAR] if report.afar else [verdict_lines(report.verdicts)]
    if report.others:
        shares = ", ".join(f"{name} {taken:.0%}" for name, taken in report.others.items())
        parts.append(f"Of a core, other programs took during each: {shares}.")
    if len(report.loads) > 1:
        parts.append(f"Load average before each: {', '.join(f'{name} {load:.2f}' for name, load in report.loads.items())}.")
    if changes is not None:
        parts.append(str(tell(changes)))
    return "\n\n".join([*parts, *filter(None, [report.lacks])])


def verdict_lines(found: Iterable[Verdict]) -> str:
    """A line for each that was measured; the others together."""
    rows = list(found)
    there = [each for each in rows if each.state != "not measured"]
    missing = [each.name for each in rows if each.state == "not measured"]
    if not there:
        return "None of the figures to reach was measured in this run."
    width = max(len(each.says) for each in there)
    lines = [f"{each.says:<{width}}  {each.name}: {each.measured}; {each.words}" for each in there]
    rest = [f"not measured in this run: {'; '.join(missing)}"] if missing else []
    return "\n".join(["The figures to reach", "", *lines, *rest])


def verdict_table(found: Iterable[Verdict]) -> Table:
    rows = [(each.name, each.words, each.measured, each.says) for each in found]
    columns = ("figure", "reach", "measured", "verdict")
    return Table("The figures to reach", "", columns, rows, words=columns)


def page(report: Report, before: str) -> str:
    """docs/benchmarks.md; what stands there by hand, at its end, is kept."""
    said = f"{about(report)} Written by `devchitchat bench --write`; measure, do not edit."
    kept = before.partition(BY_HAND)[2].strip()
    tables = [str(verdict_table(report.verdicts)), *(section(each, report.machine, anyway=report.anyway) for each in report.results)]
    return "\n\n".join(["# Benchmarks", said, *tables, *([BY_HAND, kept] if kept else [])]) + "\n"


def as_json(report: Report, changes: list[Change] | None) -> str:
    told = {**msgspec.to_builtins(report), "judged": report.judged, "partial": report.partial}
    told |= {"others": report.others, "disturbed": report.disturbed, "verdicts": report.verdicts}
    if changes is not None:
        told["changes"] = changes
    return msgspec.json.format(msgspec.json.encode(told)).decode()
