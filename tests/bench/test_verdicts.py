"""The figures to reach are judged as they are written, and a change is told from what a figure varies by itself."""

from __future__ import annotations

import pytest

from bench.changes import between
from bench.report import verdict_lines
from bench.verdicts import GOALS, Goal, judge, shown

OURS = "peers/devchitchat/fan-out/10/p50_ms"


def state(name: str, figures: dict[str, float], *, busy: bool = False) -> str:
    return next(each.state for each in judge(figures, busy=busy) if each.name == name)


def test_a_goal_has_one_bound_and_a_name_of_its_own() -> None:
    assert [each.name for each in GOALS if (each.most is None) == (each.least is None)] == []
    assert len({each.name for each in GOALS}) == len(GOALS) == 18


@pytest.mark.parametrize(
    ("name", "reached", "missed"),
    [
        ("fan-out to 10, p50", {OURS: 1.2, "peers/ws/fan-out/10/p50_ms": 1.0}, {OURS: 1.21, "peers/ws/fan-out/10/p50_ms": 1.0}),
        (
            "durable acked messages/s, 10 senders, heard by all ten",
            {"peers/devchitchat/group/10/messages_per_s": 6_250, "peers/ws/group/10/messages_per_s": 25_000},
            {"peers/devchitchat/group/10/messages_per_s": 6_000, "peers/ws/group/10/messages_per_s": 25_000},
        ),
        ("ack p50, 1 sender", {"store/1/p50_ms": 0.8, "store/fsync_ms": 0.2}, {"store/1/p50_ms": 1.0, "store/fsync_ms": 0.2}),
        (
            "cost per delivery, 10 to 1,000 receivers",
            {"saturate/cost_us/10": 10, "saturate/cost_us/100": 11, "saturate/cost_us/1000": 12},
            {"saturate/cost_us/10": 10, "saturate/cost_us/100": 13, "saturate/cost_us/1000": 9},
        ),
        (
            "cost per message, 1,000 to 1,000,000 stored",
            {"saturate/stored/1000/us": 100, "saturate/stored/1000000/us": 119},
            {"saturate/stored/1000/us": 100, "saturate/stored/10000/us": 110, "saturate/stored/1000000/us": 121},
        ),
        ("memory, a connection", {"idle/kib_per_connection": 169.0}, {"idle/kib_per_connection": 171.0}),
    ],
)
def test_a_row_is_reached_up_to_its_bound_and_missed_behind_it(name: str, reached: dict[str, float], missed: dict[str, float]) -> None:
    assert state(name, reached) == "reached"
    assert state(name, missed) == "missed"
    assert state(name, dict(list(reached.items())[1:])) == "not measured"
    assert state(name, missed, busy=True) == "not judged"


def test_only_servers_that_know_somebody_are_raced() -> None:
    name = "fan-out to 10, p50, against servers that do more than pass on"
    assert state(name, {OURS: 1.0, "peers/ws/fan-out/10/p50_ms": 0.5, "peers/nats/fan-out/10/p50_ms": 0.2}) == "not measured"
    assert state(name, {OURS: 1.0, "peers/socket.io/fan-out/10/p50_ms": 1.1, "peers/prosody/fan-out/10/p50_ms": 9.0}) == "reached"
    assert state(name, {OURS: 1.0, "peers/socket.io/fan-out/10/p50_ms": 1.1, "peers/prosody/fan-out/10/p50_ms": 0.9}) == "missed"


def test_a_row_is_not_judged_when_others_took_too_much_during_one_of_its_figures() -> None:
    figures = {OURS: 1.0, "peers/ws/fan-out/10/p50_ms": 1.0, "idle/mib": 70.0}
    for name in (OURS, "peers/ws/fan-out/10/p50_ms"):
        found = {each.name: each for each in judge(figures, busy=False, disturbed={name: 0.35})}
        assert found["fan-out to 10, p50"].says == "not judged: others took 35 % of a core"
        assert found["fan-out to 10, p50"].measured
        assert (found["memory, idle"].state, found["memory, a connection"].state) == ("reached", "not measured")


def test_a_row_of_many_figures_is_not_judged_for_any_of_them() -> None:
    name = "cost per delivery, 10 to 1,000 receivers"
    figures = {"saturate/cost_us/10": 10.0, "saturate/cost_us/100": 11.0, "saturate/cost_us/1000": 10.0}
    states = [{each.name: each.state for each in judge(figures, busy=False, disturbed={figure: 0.5})}[name] for figure in figures]
    assert states == ["not judged"] * 3
    assert state(name, figures) == "reached"


def test_a_verdict_says_by_how_much_and_from_what() -> None:
    verdict = Goal(name="a", words="at most twice", figure="a/ms", per="b/ms", most=2.0, unit="ms").judge({"a/ms": 3.0, "b/ms": 1.0})
    assert (verdict.says, verdict.measured) == ("missed by 50%", "3.00 (3.00 ms to 1.00 ms)")


def test_a_run_that_measured_none_of_the_figures_lists_none_of_them() -> None:
    assert verdict_lines(judge({}, busy=False)) == "None of the figures to reach was measured in this run."
    assert "not measured in this run: fan-out" in verdict_lines(judge({"idle/mib": 1.0}, busy=False))


def test_a_figure_is_written_as_fine_as_it_is_known() -> None:
    assert [shown(each) for each in (12345.6, 12.34, 1.234, 0.0672, 0.0)] == ["12,346", "12.3", "1.23", "0.0672", "0"]


@pytest.mark.parametrize(
    ("name", "now", "spread", "says"),
    [
        ("fan-out/10/p50_ms", 1.2, 0.05, "worse"),
        ("fan-out/10/p50_ms", 1.2, 0.15, "the same"),
        ("fan-out/10/p50_ms", 0.8, 0.05, "better"),
        ("fan-out/10/p50_ms", 1.03, 0.0, "the same"),
        ("fan-out/10/deliveries_per_s", 0.8, 0.05, "worse"),
        ("store/10/messages_per_commit", 1.3, 0.05, "better"),
        ("fan-out/10/p99_ms", 1.4, None, "the same"),
        ("idle/mib", 1.2, None, "worse"),
        ("idle/kib_per_connection", 1.2, None, "worse"),
        ("saturate/cost_us/100", 1.2, None, "worse"),
        ("soak/rss_mib_per_hour", 1.2, None, "worse"),
        ("fan-out/10/max_ms", 9.0, None, ""),
        ("store/fsync_ms", 9.0, 0.0, ""),
        ("peers/ws/fan-out/10/p50_ms", 9.0, 0.0, ""),
        ("peers/devchitchat/fan-out/10/p50_ms", 9.0, 0.0, "worse"),
        ("mixed/cpu_percent", 9.0, None, ""),
    ],
)
def test_a_change_counts_when_it_is_more_than_rounds_vary(name: str, now: float, spread: float | None, says: str) -> None:
    spreads = {} if spread is None else {name: spread}
    (change,) = between({name: 1.0, "gone": 1.0}, {name: now, "new": 1.0}, spreads, spreads)
    assert (change.figure, change.ratio, change.says) == (name, now, says)
