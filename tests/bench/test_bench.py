"""The benches run against a real server and give their tables; and what the store owes to group commit is counted, not timed."""

from __future__ import annotations

from importlib.util import find_spec

import anyio
import pytest

import bench
from bench import store
from bench.table import Table, percentile

OPTIONS = {"use_uvloop": find_spec("uvloop") is not None}


def cells(printed: str) -> list[list[str]]:
    """The rows of a table below its head."""
    lines = [line for line in printed.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_ten_senders_share_commits_where_one_has_each_for_itself() -> None:
    rounds = anyio.run(store.measure, 1.2, backend="asyncio", backend_options=OPTIONS)
    alone = [each for each in rounds if each.senders == 1]
    assert max(each.per_commit for each in alone) <= 1
    assert store.ratio(rounds, "per_commit") >= 3


@pytest.mark.parametrize(("name", "settings"), [("store", ["1", "10"]), ("fan-out", ["10", "200"])])
def test_a_bench_runs_and_prints_its_table(name: str, settings: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([name, "--seconds", "0.3"]) == 0
    rows = cells(capsys.readouterr().out)
    assert [row[0] for row in rows] == settings
    assert all(float(cell.replace(",", "")) >= 0 for row in rows for cell in row[1:5])


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
