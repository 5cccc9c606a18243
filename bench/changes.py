"""What has changed between two runs: for each figure before, now, their ratio, and whether that is more than they vary by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from bench.table import Table
from bench.verdicts import shown

Says = Literal["better", "worse", "the same", ""]
MORE_IS_BETTER = re.compile(r"per_s$|per_commit$")
LESS_IS_BETTER = re.compile(r"(^|[/_])(ms|us|s|mib|kib|kb|errors)(/|_per_|$)")
ONLY_SHOWN = re.compile(r"p99_9|max_ms|fsync|^peers/(?!devchitchat)|/frames|/load$")
"""The far tail of a short run, the disk, and other people's servers."""

VARIES = 0.05
VARIES_UNKNOWN = 0.15
TAIL_VARIES_UNKNOWN = 0.5


class Change(Struct, frozen=True):
    """One figure of both runs."""

    figure: str
    before: float
    now: float
    says: Says

    @property
    def ratio(self) -> float | None:
        return self.now / self.before if self.before else None


Figures = Mapping[str, float]


def between(before: Figures, now: Figures, spreads_before: Figures, spreads_now: Figures) -> list[Change]:
    """Of every figure that both runs have."""
    both = [name for name in now if name in before]
    return [Change(name, before[name], now[name], _says(name, before, now, spreads_before, spreads_now)) for name in both]


def _says(name: str, before: Figures, now: Figures, spreads_before: Figures, spreads_now: Figures) -> Says:
    if ONLY_SHOWN.search(name) or not (better := _better(name)):
        return ""
    change = now[name] - before[name]
    if name in spreads_before and name in spreads_now:
        varies = max(spreads_before[name] + spreads_now[name], VARIES * before[name])
    else:
        varies = before[name] * (TAIL_VARIES_UNKNOWN if "p99" in name else VARIES_UNKNOWN)
    if abs(change) <= varies:
        return "the same"
    return "better" if change * better > 0 else "worse"


def _better(name: str) -> int:
    """1 when more of it is better, -1 when less is, 0 when neither."""
    if MORE_IS_BETTER.search(name):
        return 1
    return -1 if LESS_IS_BETTER.search(name) else 0


def worse(changes: list[Change]) -> list[Change]:
    return [each for each in changes if each.says == "worse"]


def tell(changes: list[Change]) -> Table:
    rows = [(each.figure, shown(each.before), shown(each.now), _ratio(each), each.says) for each in changes]
    counts = {says: sum(each.says == says for each in changes) for says in ("better", "worse", "the same")}
    about = f"Against the saved run: {counts['better']} better, {counts['worse']} worse, {counts['the same']} within what they vary."
    return Table("Compared", about, ("figure", "before", "now", "ratio", ""), rows, words=("figure", ""))


def _ratio(change: Change) -> str:
    return "" if change.ratio is None else f"{change.ratio:.2f}"
