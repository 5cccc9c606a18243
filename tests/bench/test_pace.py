"""An open loop: times are drawn beforehand, nothing is done before it is due, and nothing waits for what was done before it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from time import perf_counter_ns

import anyio
import pytest

from bench import pace

pytestmark = pytest.mark.anyio


def test_times_are_drawn_in_order_at_the_rate_and_are_the_same_each_time() -> None:
    times = list(pace.drawn(1_000, 10, Random(1)))
    assert times == sorted(times)
    assert len(times) == pytest.approx(10_000, rel=0.05)
    assert 0 < times[0] and times[-1] < 10
    assert times == list(pace.drawn(1_000, 10, Random(1))) != list(pace.drawn(1_000, 10, Random(2)))


async def test_what_is_due_begins_while_what_was_due_before_is_still_under_way() -> None:
    begun: list[int] = []
    all_begun = anyio.Event()
    wanted = len(list(pace.drawn(1_000, 0.05, Random(1))))

    async def do(due_ns: int) -> None:
        begun.append(due_ns)
        if len(begun) == wanted:
            all_begun.set()
        await all_begun.wait()

    with anyio.fail_after(5):
        await pace.keep(1_000, 0.05, 1, do)
    assert len(begun) == wanted > 10


async def test_a_latency_counts_from_when_a_thing_was_due_and_not_from_when_it_began() -> None:
    """The first blocks the loop, so the others begin late, and say so."""
    late_ns: list[int] = []

    async def do(due_ns: int) -> None:
        if not late_ns:
            end_ns = perf_counter_ns() + 30_000_000
            while perf_counter_ns() < end_ns:
                pass
        late_ns.append(perf_counter_ns() - due_ns)

    await pace.keep(1_000, 0.02, 1, do)
    assert max(late_ns[1:]) > 10_000_000
    assert min(late_ns) >= 0


async def test_it_goes_on_until_it_is_enough_but_not_for_ever() -> None:
    done: list[int] = []

    async def do(due_ns: int) -> None:
        done.append(due_ns)

    await pace.keep(1_000, 0.01, 1, do, longest=10.0, enough=lambda: len(done) >= 30)
    assert 30 <= len(done) < 100
    done.clear()
    await pace.keep(1_000, 0.01, 1, do, longest=0.03, enough=lambda: False)
    assert len(done) == len(list(pace.drawn(1_000, 0.03, Random(1))))


def test_a_load_that_does_not_keep_its_pace_says_so() -> None:
    (note,) = pace.slower_side({"late": ([1.0, 1.0, 9.0], 5.0), "in time": ([0.01, 0.02, 9.0], 5.0)})
    assert note.startswith("late: the load itself began one of a hundred 1.00 ms late")


@pytest.mark.parametrize(("alone", "end_ns"), [(False, 4_600_000), (True, 4_500_000)])
async def test_nothing_is_done_before_it_is_due(
    monkeypatch: pytest.MonkeyPatch, clock: Callable[[list[float]], Callable[[], int]], alone: bool, end_ns: int
) -> None:
    """A loop whose timers are as coarse as a millisecond wakes early, and what is done early would count as quicker than it was."""
    now = clock([0.0025, *[0.0001] * 20] if alone else [0.004, 0.0003, 0.0003])
    monkeypatch.setattr(pace, "apart", lambda: alone)
    await pace.sleep_until(4_500_000)
    assert now() == end_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[float]], Callable[[], int]]:
    """A clock that goes only while somebody sleeps, and for as long as these naps last, whatever was asked for."""

    def begin(naps: list[float]) -> Callable[[], int]:
        now_ns = 0

        async def sleep(seconds: float) -> None:
            nonlocal now_ns
            now_ns += int(naps.pop(0) * 1e9)

        monkeypatch.setattr(pace, "perf_counter_ns", lambda: now_ns)
        monkeypatch.setattr(anyio, "sleep", sleep)
        return lambda: now_ns

    return begin
