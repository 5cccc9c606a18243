"""What acks take while a backup runs is told only where there was one."""

from __future__ import annotations

from bench.steady import Steady
from bench.verdicts import judge

ROW = "ack p99 while a backup runs"


def measured(backups: int) -> Steady:
    found = Steady()
    for which in ("quiet", "backup"):
        found.add(which, 0.0, 1.0, [1_000_000, 2_000_000])
    found.backups = backups
    return found


def state(found: Steady) -> str:
    figures = {name: middle.figure for name, middle in found.named().items()}
    return {each.name: each.state for each in judge(figures, busy=False)}[ROW]


def test_a_backup_that_came_to_its_end_is_judged() -> None:
    found = measured(1)
    assert state(found) == "reached"
    (note,) = found.notes()
    assert "nobody copies 2.00 ±0.00 ms and a backup runs 2.00 ±0.00 ms (1 backup of 0.0 MiB)." in note


def test_without_one_whole_backup_its_row_is_not_measured_and_a_note_says_why() -> None:
    found = measured(0)
    assert state(found) == "not measured"
    assert set(found.named()) == {"store/quiet/p50_ms", "store/quiet/p99_ms"}
    (note,) = found.notes()
    assert "nobody copies 2.00 ±0.00 ms (0 backups of 0.0 MiB). Not one backup came to its end" in note
