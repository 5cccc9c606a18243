"""What rounds come to, in cells and by name: the median is that of the rounds, the tail that of all, and nothing is made up."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bench import crew, figures
from bench.crew import Crew
from bench.figures import Rounds
from bench.life import Life
from bench.result import Latencies, Result
from bench.rounds import Middle
from bench.table import Table
from tests.bench import form

MS = 1_000_000


def of(*rounds: list[float]) -> Rounds:
    """Rounds of so many milliseconds each."""
    return Rounds(Latencies(int(ms * MS) for ms in each) for each in rounds)


def near(ms: float) -> float:
    """An HDR histogram keeps three digits."""
    return round(ms, 1)


def test_the_median_is_that_of_the_rounds_and_the_tail_is_that_of_all_of_them() -> None:
    rounds = of([1.0] * 10, [2.0] * 10, [5.0] * 9 + [90.0])
    assert rounds.cells() == ("2.00 ±1.00", "5.00", "90.05", "90.05", "90.05")
    assert len(rounds.cells()) == len(figures.COLUMNS)


def test_a_round_in_which_it_never_happened_does_not_count() -> None:
    assert of([4.0], [], [4.0]).cells()[0] == "4.00 ±0.00"
    assert of([4.0], []).all.count == 1
    assert (of([]).all.count, of().cells()[0]) == (0, "0.00 ±0.00")


def test_a_tail_has_a_spread_only_where_every_round_reaches_so_far() -> None:
    named = of([1.0] * 100, [2.0] * 99 + [50.0], [3.0] * 12).named("it")
    middles = {name.rpartition("/")[2] for name, figure in named.items() if isinstance(figure, Middle)}
    assert middles == {"p50_ms", "p90_ms"}
    assert near(figures.plain(named)["it/p99_ms"]) == 3.0
    assert near(figures.plain(named)["it/max_ms"]) == 50.0
    assert isinstance(of([1.0] * 100, [2.0] * 100).named("it")["it/p99_ms"], Middle)


def test_a_figure_and_its_spread_go_by_the_same_name() -> None:
    named = {"it/cpu_ms": Middle(3.0, 0.5), "it/errors": 0.0}
    assert figures.plain(named) == {"it/cpu_ms": 3.0, "it/errors": 0.0}
    assert figures.spreads(named) == {"it/cpu_ms": 0.5}


def test_what_came_one_after_the_other_is_parted_in_its_order() -> None:
    rounds = Rounds.parted([MS, MS, 2 * MS, 2 * MS, 3 * MS, 3 * MS, 3 * MS], 3)
    assert near(rounds.middle(50).figure) == 2.0
    assert rounds.all.count == 7
    assert Rounds.parted([MS], 5).cells()[0] == "1.00 ±0.00"
    assert Rounds.parted([], 5).all.count == 0


def test_a_middle_in_another_unit_takes_its_spread_along() -> None:
    assert Middle(1.5, 0.25).times(1000) == Middle(1500.0, 250.0)


def test_what_a_crew_does_counts_for_the_quarter_in_which_it_was_due(monkeypatch: pytest.MonkeyPatch) -> None:
    now_ns = 0
    monkeypatch.setattr(crew, "perf_counter_ns", lambda: now_ns)
    friends = Crew(Life.__new__(Life), [], "r_1")
    now_ns = 100 * MS
    began = friends.begin(8.0)
    for due_s, took_ms in ((1.0, 2), (1.2, 2), (1.9, 2), (5.9, 200), (8.0, 6)):
        due_ns = began + int(due_s * 1000) * MS
        now_ns = due_ns + took_ms * MS
        friends.count("chat", due_ns)
    rounds = friends.rounds["chat"]  # of 2, none, 200 and 6 ms
    assert (round(rounds.middle(50).figure), rounds.all.count) == (6, 5)
    assert [(at, round(p50)) for at, p50, _ in friends.over_time("chat")] == [(1.0, 2), (6.0, 200), (8.0, 6)]


def test_a_table_without_spreads_or_without_memory_is_seen() -> None:
    table = Table("Title", "", ("p50 ms", "server MiB"), [("1.00 ±0.10", "60")])
    whole = Result(scenario="join", table=table, figures={"it/p50_ms": 1.0}, spreads={"it/p50_ms": 0.1})
    form.check(whole)
    form.check(replace(whole, table=replace(table, rows=[("1,000.00 ±0.10", "57.3 ±0.1")])))
    for faulty, says in (
        (replace(whole, table=replace(table, rows=[("1.00", "60")])), "no spread below p50"),
        (replace(whole, table=replace(table, rows=[("1.00 ±0.10", "not known here")])), "no memory"),
        (replace(whole, table=replace(table, columns=("p50 ms", "KB"))), "does not tell the server's memory"),
        (replace(whole, spreads={}), "no spread to compare by"),
        (replace(whole, spreads={"other": 0.1}), "other"),
        (replace(whole, figures={"it/p50_ms": 1.0, "it/cpu_ms": 1.0}, spreads={"it/cpu_ms": 0.1}), "it/p50_ms"),
    ):
        with pytest.raises(AssertionError, match=says):
            form.check(faulty)
