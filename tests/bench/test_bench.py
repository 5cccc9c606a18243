"""The benches run against a real server and give their tables; and what the store owes to group commit is counted, not timed."""

from __future__ import annotations

import pytest

import bench
from bench import fan_out, meeting
from bench.table import Table, percentile


def cells(printed: str) -> list[list[str]]:
    """The rows of a table below its head."""
    lines = [line for line in printed.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_store_bench_prints_its_table_and_ten_senders_share_commits_where_one_has_each_for_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert bench.main(["store", "--seconds", "0.9"]) == 0
    alone, crowd = cells(capsys.readouterr().out)
    assert (alone[0], crowd[0]) == ("1", "10")
    assert float(alone[5]) <= 1
    assert float(crowd[5]) >= 3 * float(alone[5])


def test_the_fan_out_bench_prints_its_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(fan_out, "CROWDS", (3, 30))
    assert bench.main(["fan-out", "--seconds", "0.3"]) == 0
    rows = cells(capsys.readouterr().out)
    assert [row[0] for row in rows] == ["3", "30"]
    assert all(float(cell.replace(",", "")) >= 0 for row in rows for cell in row[1:5])


def test_the_relay_bench_prints_its_table_and_counts_what_a_call_of_all_costs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(meeting, "PEOPLE", 3)
    assert bench.main(["relay", "--seconds", "0.3"]) == 0
    printed = capsys.readouterr().out
    rows = cells(printed)
    assert [row[0] for row in rows] == ["candidate", "offer"]
    assert all(float(cell.replace(",", "")) > 0 for row in rows for cell in row[1:6])
    assert "A call of 3 that fills up" in printed


@pytest.mark.parametrize(
    "wrong", [["nothing"], ["--seconds", "0"], ["--seconds", "nan"], ["--seconds", "long"], ["--beside", "no/such/place"]]
)
def test_a_bench_that_cannot_be_is_refused_before_it_begins(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        bench.main(wrong)
    assert refused.value.code == 2


def test_a_percentile_is_a_figure_that_was_measured() -> None:
    assert [percentile([1, 2, 3, 4], each) for each in (0, 50, 99, 100)] == [1, 2, 4, 4]
    assert percentile([7], 50) == 7


def test_a_table_stands_straight() -> None:
    table = Table("Title", "About.", ("name", "figure"), [("a", "1,000.5"), ("longer", "2")], ["Note."])
    assert str(table).splitlines()[4:8] == [
        "|   name |  figure |",
        "| -----: | ------: |",
        "|      a | 1,000.5 |",
        "| longer |       2 |",
    ]
