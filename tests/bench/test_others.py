"""What other programs take is told from what we and our children take, while they live and when they have ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import process_time
from types import ModuleType

import pytest

import bench
from bench import family, others
from bench.family import KERNEL_THREAD, Member

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what others take")
BUSY = "from time import process_time\nwhile process_time() < {}: pass"
ORPHAN = "import subprocess as s, sys; print(s.Popen([sys.executable, '-c', sys.argv[1]], stdout=s.DEVNULL, stderr=s.DEVNULL).pid)"
ME, CHILD, INIT, STRANGER, THEIR_CHILD, KERNEL = 70, 71, 1, 80, 81, 30


class House:
    """A /proc of our own making. Times are in ticks."""

    def __init__(self, place: Path) -> None:
        self._place = place
        (place / "self").symlink_to(str(ME))
        self.processors()
        for number, parent in ((ME, STRANGER), (INIT, 0), (STRANGER, INIT)):
            self.process(number, parent)

    def processors(self, busy: int = 0, interrupts: int = 0, steal: int = 0) -> None:
        (self._place / "stat").write_text(f"cpu  {busy} 0 0 1000 500 {interrupts} {interrupts} {steal} 0 0\ncpu0 1 1\n")

    def process(self, number: int, parent: int, own: int = 0, ended_children: int = 0, *, kernel: bool = False, began: int = 5) -> None:
        flags = KERNEL_THREAD if kernel else 0
        (self._place / str(number)).mkdir(exist_ok=True)
        fields = f"S {parent} 0 0 0 -1 {flags} 0 0 0 0 {own} 0 {ended_children} 0 20 0 1 0 {began} 0 0"
        (self._place / str(number) / "stat").write_text(f"{number} (a) b (c) {fields}\n")

    def end(self, number: int) -> None:
        (self._place / str(number) / "stat").unlink()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A tick is a hundredth of a second, and what is taken counts as if it had been in one second."""
    monkeypatch.setattr(family, "PROC", tmp_path)
    monkeypatch.setattr(os, "sysconf", {"SC_CLK_TCK": 100}.__getitem__)
    return House(tmp_path)


def taken(meanwhile: Callable[[], object]) -> float | None:
    span = others.Span()
    meanwhile()
    return span.cores()


def test_what_a_stranger_takes_is_seen(house: House) -> None:
    assert taken(lambda: house.process(STRANGER, INIT, 40)) == pytest.approx(0.4)  # pyright: ignore[reportUnknownMemberType]


def test_what_we_and_our_children_take_is_not_counted(house: House) -> None:
    def meanwhile() -> None:
        house.processors(busy=100)
        house.process(ME, STRANGER, 30)
        house.process(CHILD, ME, 70)

    assert taken(meanwhile) == 0


def test_what_our_child_took_that_has_ended_stays_ours(house: House) -> None:
    house.processors(busy=500)
    house.process(CHILD, ME, 500)

    def meanwhile() -> None:
        house.processors(busy=600)
        house.end(CHILD)
        house.process(ME, STRANGER, ended_children=600)

    assert taken(meanwhile) == 0


def test_what_a_stranger_s_child_took_before_is_not_counted_when_it_ends(house: House) -> None:
    house.process(THEIR_CHILD, STRANGER, 500)

    def meanwhile() -> None:
        house.end(THEIR_CHILD)
        house.process(STRANGER, INIT, ended_children=525)

    assert taken(meanwhile) == 0.25


def test_what_the_kernel_s_own_threads_take_is_nobody_s(house: House) -> None:
    house.process(KERNEL, 2, 1000, kernel=True)

    def meanwhile() -> None:
        house.processors(busy=90)
        house.process(KERNEL, 2, 1040, kernel=True)
        house.process(KERNEL + 1, 2, 50, kernel=True)

    assert taken(meanwhile) == 0


def test_a_thread_of_the_kernel_that_ends_gives_back_nothing_that_it_took_before(house: House) -> None:
    house.process(KERNEL, 2, 1000, kernel=True)
    assert taken(lambda: house.process(KERNEL, 2, 3, kernel=True, began=6)) == 0


def test_what_is_taken_where_we_see_no_process_is_counted_but_no_interrupts(house: House) -> None:
    house.process(ME, STRANGER, 100)
    assert taken(lambda: house.processors(busy=60, interrupts=30)) == 0.6


def test_what_the_machine_beneath_keeps_from_us_is_others(house: House) -> None:
    def meanwhile() -> None:
        house.processors(steal=20)
        house.process(STRANGER, INIT, 40)

    assert taken(meanwhile) == pytest.approx(0.6)  # pyright: ignore[reportUnknownMemberType]


def test_what_is_found_is_never_less_than_nothing(house: House) -> None:
    house.process(THEIR_CHILD, STRANGER, 500)

    def meanwhile() -> None:
        house.end(THEIR_CHILD)
        house.process(ME, STRANGER, 40)

    assert taken(meanwhile) == 0


def test_where_there_is_no_proc_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "PROC", tmp_path)
    assert taken(lambda: None) is None
    assert others.glance() is None
    assert not others.too_much(None, 2)


def test_a_tenth_of_each_core_is_not_yet_too_much() -> None:
    assert [others.too_much(cores, 2) for cores in (0.2, 0.21)] == [False, True]


def test_a_process_is_read_whatever_its_name() -> None:
    fields = "Z 7 0 0 0 -1 0 0 0 0 0 1 20 300 4000 20 0 1 0 99 0"
    assert Member.of(f"12 (a) R 1 (b\n)) {fields}") == Member(parent=7, began=99, took=4321, ended=True, kernel=False)


@contextmanager
def orphan(seconds: float = 60) -> Generator[int]:
    """A busy program whose parent has ended, by its number. It ends by itself after so many seconds of processor time."""
    started = subprocess.run([sys.executable, "-c", ORPHAN, BUSY.format(seconds)], capture_output=True, text=True, check=True)
    try:
        yield int(started.stdout)
    finally:
        with suppress(ProcessLookupError):
            os.kill(int(started.stdout), signal.SIGKILL)


def until_it_took(number: int, seconds: float) -> None:
    """Works, too, until that program has taken so many seconds more of processor time."""
    tick_s = 1 / os.sysconf("SC_CLK_TCK")
    before = family.everybody()[number].took
    while (family.everybody()[number].took - before) * tick_s < seconds:
        pass


@LINUX
def test_a_busy_program_that_is_not_ours_is_seen() -> None:
    with orphan() as number:
        before = others.look()
        until_it_took(number, 0.3)
        after = others.look()
    assert before and after
    assert others.share(before, after) * max(after.at_s - before.at_s, 1.0) > 0.25


@LINUX
def test_a_busy_child_of_ours_is_ours_while_it_lives_and_when_it_has_ended() -> None:
    before, began = others.look(), process_time()
    with subprocess.Popen([sys.executable, "-c", BUSY.format(0.3)]) as child:
        assert child.pid in family.descent(os.getpid(), family.everybody())
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        unwaited = others.look()
    waited, own_s = others.look(), process_time() - began
    assert before and unwaited and waited
    for now in (unwaited, waited):
        assert 0.27 < now.ours_s - before.ours_s - own_s < 0.6


@LINUX
def test_one_whose_parent_ends_stays_in_the_family_where_it_is_kept() -> None:
    with orphan() as number:
        assert number not in family.descent(os.getpid(), family.everybody())
    with family.kept(), orphan(0.05) as number:
        assert number in family.descent(os.getpid(), family.everybody())
        os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)
        assert family.children()[number].ended
    assert number not in family.children()


@LINUX
@pytest.mark.usefixtures("idle_machine")
def test_a_scenario_keeps_those_whose_parents_end(pretending: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bool] = []

    def does() -> None:
        with orphan(0) as number:
            kept.append(number in family.children())

    monkeypatch.setattr(pretending, "does", does)
    assert bench.main(["pretend"]) == 0
    assert kept == [True]


@LINUX
def test_kept_ones_that_are_not_looked_after_are_the_system_s_again() -> None:
    with family.kept():
        pass
    with orphan() as number:
        assert number not in family.descent(os.getpid(), family.everybody())


@LINUX
def test_a_scenario_during_which_a_stranger_works_is_not_judged(
    pretending: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(others, "glance", lambda: 0.0)
    monkeypatch.setattr(others, "DISTURBS_PER_CORE", 0.1 / (os.cpu_count() or 1))
    with orphan() as number:
        monkeypatch.setattr(pretending, "does", lambda: until_it_took(number, 0.3))
        assert bench.main(["pretend"]) == 0
    said = capsys.readouterr().out
    assert "meanwhile: shown, not judged." in said and "not judged: others took" in said
