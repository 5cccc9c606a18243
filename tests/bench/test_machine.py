"""Load and servers keep to cores of their own, rounds take turns, and what they come to is a median with its spread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import disk, machine, others, progress
from bench.house import running
from bench.progress import Course
from bench.rounds import Middle, over_time, slower_side, turns

TWO_CORES = pytest.mark.skipif(len(machine.allowed()) < 2, reason="this machine has no two cores to choose from")


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": False}


@TWO_CORES
async def test_a_server_keeps_to_the_first_core_and_the_load_to_the_last() -> None:
    before = os.sched_getaffinity(0)
    with machine.pinned() as cores:
        assert cores and os.sched_getaffinity(0) == {max(before)}
        async with running() as house:
            threads = os.listdir(f"/proc/{house.pid}/task")
            assert {frozenset(os.sched_getaffinity(int(each))) for each in threads} == {frozenset({min(before)})}
        assert os.sched_getaffinity(0) == {max(before)}
    assert os.sched_getaffinity(0) == before


@TWO_CORES
def test_without_pins_a_child_has_all_cores() -> None:
    program = "import os; print(len(os.sched_getaffinity(0)))"
    with machine.pinned(wanted=False), machine.as_server():
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(machine.allowed())


@pytest.mark.parametrize(
    ("load", "taken", "busy"),
    [(99.0, 0.1, False), (0.0, 0.11, True), (0.5, None, False), (0.51, None, True), (None, None, False)],
)
def test_a_machine_is_busy_by_what_others_take_and_by_its_load_average_only_where_that_is_not_known(
    load: float | None, taken: float | None, busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = len(machine.allowed()) or os.cpu_count() or 1
    monkeypatch.setattr(machine, "load", lambda: load and load * cores)
    monkeypatch.setattr(others, "glance", lambda: taken and taken * cores)
    found = machine.look()
    assert found.busy is busy
    assert found.load == (load and load * cores)


def test_a_machine_says_what_others_took_and_its_load_average(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "load", lambda: 3.61)
    monkeypatch.setattr(others, "glance", lambda: 0.349)
    average = "3.6 programs ran on average in the minute before"
    assert machine.look().others == f"other programs took 35 % of a core in the second before; {average}"
    assert machine.look(afar=True).others == average


def test_settings_take_turns_forwards_and_backwards_and_say_how_far_they_are() -> None:
    course = Course("it", 1, 1)
    with progress.followed(course):
        seen = [(each, course.done) for each in turns("ab", 2)]
    assert seen == [("a", 0.0), ("b", 0.25), ("b", 0.5), ("a", 0.75)]


def test_a_middle_is_the_median_and_half_of_what_lies_between_the_quartiles() -> None:
    assert Middle.of([1.0, 2.0, 3.0, 4.0, 100.0]) == Middle(3.0, 1.0)
    assert (Middle.of([2.0]), Middle.of([])) == (Middle(2.0, 0.0), Middle(0.0, 0.0))
    assert f"{Middle(1.234, 0.056):.2f}" == "1.23 ±0.06"


def test_a_load_without_time_of_its_own_says_so() -> None:
    (note,) = slower_side({"10 receivers": [0.5, 0.95, 0.6], "1,000 receivers": [0.97, 0.98, 0.5]})
    assert note.startswith("1,000 receivers: the load itself was the slower side (97% of its core)")


def test_a_round_in_slices_has_all_that_came_in_its_order() -> None:
    slices = over_time(10.0, 2.0, [1_000_000] * 8 + [9_000_000] * 8)
    assert [at for at, _, _ in slices] == [10.0, 10.25, 10.5, 10.75, 11.0, 11.25, 11.5, 11.75]
    assert [round(p50) for _, p50, _ in slices] == [1, 1, 1, 1, 9, 9, 9, 9]
    assert over_time(0.0, 1.0, []) == []


def test_a_bar_says_which_scenario_of_how_many_and_what_it_does() -> None:
    course = Course("store", 2, 9)
    with progress.followed(course):
        progress.at(0.5)
        progress.tell("warming up")
    assert course.line().startswith(f"2/9 store [{'#' * 12}{'.' * 12}]")
    assert course.line().endswith("warming up")


def test_a_bench_of_a_disk_does_not_measure_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "CACHE", tmp_path / "cache")
    kinds = ["tmpfs"]

    def kind(place: Path) -> str:
        return kinds[-1]

    monkeypatch.setattr(disk, "kind", kind)
    assert disk.on_disk(None) == tmp_path / "cache"
    assert disk.on_disk(tmp_path) == tmp_path
    kinds.append("ext4")
    assert disk.on_disk(None) is None
    assert disk.fsync_ms(tmp_path) > 0
