"""The house keeps its floors, and each planted slowness falls below the one that is there for it: all side by side in one run."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from bench import floors
from bench.abreast import Counted, Entrant
from bench.floors import FLOORS, HOUSE, LOOP, Planted, judge
from bench.peers.flow import Said
from bench.peers.program import Peer, Stand
from bench.verdicts import Verdict
from bench.wire import Lacking
from tests.conftest import missing

PLANTED = str(Path(__file__).with_name("planted.py"))
MISSED = {"sleep": ("relay", "fan-out"), "encode": ("delivery",), "commit": ("commit",), "work": ("group",)}
DELIVERY = next(each for each in FLOORS if each.name == "delivery")
Found = dict[str, list[Verdict]]


TRIES = 3


@pytest.fixture(scope="module")
def found() -> Found:
    """Verdicts by who was measured. Half a minute, and again where they are not as they should be: something else may have had the
    machine meanwhile, but not every time."""
    planted = [Planted(name, (PLANTED, name), missed) for name, missed in MISSED.items()]
    for _ in range(TRIES - 1):
        if as_should_be(verdicts := measured(planted)):
            return verdicts
    return measured(planted)


def measured(planted: list[Planted]) -> Found:
    try:
        return anyio.run(floors.measure, planted, backend_options=LOOP)
    except Lacking as lacking:
        missing(str(lacking))


def as_should_be(found: Found) -> bool:
    return all(each.state == ("reached" if who == HOUSE else "missed") for who, verdicts in found.items() for each in verdicts)


def states(verdicts: list[Verdict]) -> dict[str, str]:
    """By name; without one of them nothing is said, and the reason is."""
    if lacking := [f"{each.name}: {each.says}" for each in verdicts if each.state == "not measured"]:
        missing("; ".join(lacking))
    return {each.name: each.state for each in verdicts}


@pytest.mark.slow
def test_the_house_keeps_every_floor(found: Found) -> None:
    verdicts = found[HOUSE]
    assert states(verdicts) == {each.name: "reached" for each in FLOORS}, str(floors.table(verdicts))


@pytest.mark.slow
@pytest.mark.parametrize("planted", MISSED)
def test_a_planted_slowness_falls_below_its_floor(found: Found, planted: str) -> None:
    verdicts = found[planted]
    assert states(verdicts) == {name: "missed" for name in MISSED[planted]}, str(floors.table(verdicts))


def test_each_floor_has_one_bound_and_a_slowness_that_falls_below_it() -> None:
    assert [each.name for each in FLOORS if (each.most is None) == (each.least is None)] == []
    assert sorted(name for missed in MISSED.values() for name in missed) == sorted(each.name for each in FLOORS)


@asynccontextmanager
async def absent(beside: Path | None) -> AsyncGenerator[Stand]:
    raise Lacking("nobody asks for it")
    yield


def stood(name: str, *loop_us: int, out: str = "") -> Entrant:
    """Somebody whose rounds at the workload of `delivery` came to so many µs a delivery."""
    found = Entrant(Peer(name, absent), {DELIVERY.workload})
    found.out = out
    found.rounds[DELIVERY.workload] = {
        turn: Counted(Said(1, 1, 1.0, [], []), None, 0.5, us * 1_000, commits=0) for turn, us in enumerate(loop_us)
    }
    return found


def test_the_median_of_the_rounds_is_judged_each_against_the_same_round() -> None:
    reached = judge(DELIVERY, stood("ours", 4, 90, 20), stood("ws", 10, 100, 50))
    missed = judge(DELIVERY, stood("ours", 18, 20), stood("ws", 9, 10))
    assert (reached.state, reached.measured) == ("reached", "0.4 ±0.125")
    assert (missed.state, missed.measured) == ("missed", "2.00 ±0")


def test_without_its_reference_or_its_figure_a_floor_is_not_measured_and_says_why() -> None:
    alone = judge(DELIVERY, stood("ours", 1), stood("ws", out="there is no Node"))
    assert (alone.state, alone.says) == ("not measured", "ws was left out: there is no Node")
    assert judge(DELIVERY, stood("ours"), stood("ws")).state == "not measured"


def test_what_was_not_measured_is_never_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = [judge(DELIVERY, stood("ours", 1), stood("ws", out="there is no Node"))]
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match="there is no Node"):
        states(verdicts)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="there is no Node"):
        states(verdicts)
