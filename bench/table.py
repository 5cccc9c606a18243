"""The one form in which every bench gives its figures: a Markdown table whose columns stand straight in a terminal too."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from msgspec import Struct


class Table(Struct, frozen=True):
    """What was asked, how, and what came out; a note a line below it. Columns of `words` stand to the left."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: list[str] = []
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.columns, *self.rows, strict=True)]
        rule = tuple("-" * (width - 1) + ("-" if name in self.words else ":") for name, width in zip(self.columns, widths, strict=True))
        lines = [self._line(row, widths) for row in (self.columns, rule, *self.rows)]
        about = [self.about, ""] if self.about else []
        return "\n".join([f"## {self.title}", "", *about, *lines, *(f"\n{note}" for note in self.notes)])

    def _line(self, row: tuple[str, ...], widths: list[int]) -> str:
        stands = [str.ljust if name in self.words else str.rjust for name in self.columns]
        cells = [stand(cell, width) for stand, cell, width in zip(stands, row, widths, strict=True)]
        return f"| {' | '.join(cells)} |"


def percentile(ordered: Sequence[int], per_cent: float) -> int:
    """The smallest of these that so many per cent of them do not exceed (nearest rank)."""
    return ordered[max(0, ceil(len(ordered) * per_cent / 100) - 1)]
