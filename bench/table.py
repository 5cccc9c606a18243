"""The one form in which every bench gives its figures: a Markdown table whose columns stand straight in a terminal too."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from msgspec import Struct


class Table(Struct, frozen=True):
    """What was asked, how, and what came out; a note a line below it."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: list[str] = []

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        rule = tuple("-" * (width - 1) + ":" for width in widths)
        lines = ["| " + " | ".join(map(str.rjust, row, widths)) + " |" for row in (self.columns, rule, *self.rows)]
        return "\n".join([f"## {self.title}", "", self.about, "", *lines, *(f"\n{note}" for note in self.notes)])


def percentile(ordered: Sequence[int], per_cent: float) -> int:
    """The smallest of these that so many per cent of them do not exceed (nearest rank)."""
    return ordered[max(0, ceil(len(ordered) * per_cent / 100) - 1)]


def ms(ns: int) -> str:
    return f"{ns / 1e6:.2f}"
