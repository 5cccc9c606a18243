"""What the table of every scenario owes to its reader: medians that say how far the rounds lay apart, and the server's memory."""

from __future__ import annotations

import re

from bench.result import Result

MIDDLE = re.compile(r"[0-9,.]+ ±[0-9,.]+")
MEMORY = re.compile(rf"[0-9]+|{MIDDLE.pattern}")
ELSEWHERE = {
    "bus": "no server is there",
    "parts": "it asks for processor time, and a bare hub is beside the house",
    "start": "a server that has just begun is still loading",
    "mixed": "in a note, for all rows together",
    "soak": "in a note and a chart, for all rows together",
}
"""Where the memory is told in no column, and why."""


def check(found: Result) -> None:
    """Here is Linux: what cannot be known elsewhere is known."""
    at = {name: [row[place] for row in found.table.rows] for place, name in enumerate(found.table.columns)}
    medians = {name: cells for name, cells in at.items() if name.startswith("p50")}
    for name, cells in medians.items():
        assert all(MIDDLE.fullmatch(cell) for cell in cells), f"{found.scenario}: no spread below {name}: {cells}"
    if found.scenario not in ELSEWHERE:
        assert "server MiB" in at, f"{found.scenario} does not tell the server's memory"
        assert all(MEMORY.fullmatch(cell) for cell in at["server MiB"]), f"{found.scenario}: no memory: {at['server MiB']}"
    assert found.spreads, f"{found.scenario} has no spread to compare by"
    nowhere = found.spreads.keys() - found.figures.keys()
    assert not nowhere, f"{found.scenario} has spreads of no figures: {nowhere}"
    without = {name for name in found.figures if name.endswith("p50_ms")} - found.spreads.keys()
    assert not without, f"{found.scenario} has medians without spreads: {without}"
