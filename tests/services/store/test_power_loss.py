"""What was acked is there: when the power goes, when an fsync fails, when any call fails.

Every test prints what it found in one line. Those that must lose something show that the others could.
"""

from __future__ import annotations

import random

import apsw
import pytest

from services.store import upkeep
from services.store.database import Place, Refusal, checkpoint, let_go, open_writer
from services.store.writer import Writer
from tests.services.store import chatter as crowd
from tests.services.store.chatter import Chatter, Open, Tally, examine, opened, place, template, writer
from tests.services.store.conftest import Say
from tests.services.store.crashdisk import CrashDisk, Fault, mounted


def chat(house: Writer, chatter: Chatter, bursts: int = 1_000_000) -> None:
    """Chat until all is said or the disk failed; on a full one, say it again."""
    while chatter.said_bursts < bursts:
        try:
            chatter.heard(house.commit(chatter.burst()))
        except apsw.Error:
            chatter.failures += 1
            if not house.sound:
                return


def lives(disk: CrashDisk, chatter: Chatter, reopen: Open, bursts: int = 1_000_000) -> None:
    """Chat, and begin a new life whenever the disk failed, until all is said or the power is gone."""
    with mounted(disk) as vfs:
        for _ in range(1000):
            if chatter.said_bursts >= bursts or disk.dead:
                return
            try:
                db = reopen(place(vfs, wal_autocheckpoint=chatter.chance.choice((5, 20, 1000))))
            except apsw.Error:
                continue
            try:
                chat(writer(db, disk.calls), chatter, bursts)
            finally:
                let_go(db)
        raise AssertionError("it did not come to an end")


def found(files: dict[str, bytes], chatter: Chatter, tally: Tally) -> None:
    """Examine what is there after it; a file that nobody can open holds nothing."""
    try:
        with opened(CrashDisk(0, files)) as db:
            examine(db, chatter, tally)
    except (Refusal, apsw.Error):
        tally.unreadable(chatter)


def lose_power(runs: int, synchronous: int) -> Tally:
    tally = Tally()
    for seed in range(runs):
        disk, chatter = CrashDisk(seed, template()[0]), Chatter(seed)
        with opened(disk, synchronous=synchronous, wal_autocheckpoint=chatter.chance.choice((5, 20, 1000))) as db:
            disk.dies_at = disk.calls + chatter.chance.randint(1, 800)
            chat(writer(db, seed), chatter)
        found(disk.after_power_loss(), chatter, tally)
    return tally


def test_no_acked_message_is_lost_when_the_power_goes(say: Say) -> None:
    tally = lose_power(300, synchronous=2)
    say(tally.line("power loss FULL") + " seed=0..299")
    assert tally.acked > 10_000
    assert tally.bad == 0


def test_with_synchronous_normal_acked_messages_are_lost(say: Say) -> None:
    tally = lose_power(40, synchronous=1)
    say(tally.line("power loss NORMAL (must lose)") + " seed=0..39")
    assert tally.lost > 100
    assert tally.unsound == tally.gaps == tally.dups == 0


def test_an_index_that_nobody_caught_up_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lose_power(10, synchronous=2).unsound == 0
    monkeypatch.setattr(crowd, "caught_up", left_behind)
    assert lose_power(10, synchronous=2).unsound > 5


def left_behind(_db: apsw.Connection) -> bool:
    return True


def fail_fsyncs(runs: int, reopen: Open) -> Tally:
    """Now and then a few fsyncs fail in a row and forget what they should have written; then the power goes."""
    tally = Tally()
    for seed in range(runs):
        disk, chatter, chance = CrashDisk(seed, template()[0]), Chatter(seed), random.Random(f"fsync {seed}")
        disk.dies_at = chance.randint(50, 800)
        disk.fault = failing_fsyncs(chance)
        lives(disk, chatter, reopen)
        tally.failed += chatter.failures
        found(disk.after_power_loss(), chatter, tally)
    return tally


def failing_fsyncs(chance: random.Random) -> Fault:
    more = 0

    def fail(_call: int, kind: str) -> None:
        nonlocal more
        if kind == "sync":
            more = more - 1 if more else 3 * (chance.random() < 0.05)
            if more:
                raise apsw.IOError("the fsync failed")

    return fail


def test_no_acked_message_is_lost_when_fsyncs_fail_and_then_the_power_goes(say: Say) -> None:
    tally = fail_fsyncs(80, upkeep.open_even_when_full)
    say(tally.line("fsync failures, our start") + f" failures={tally.failed} seed=0..79")
    assert tally.failed > 50
    assert tally.bad == 0


def lose_power_in_a_start(runs: int, reopen: Open) -> Tally:
    """The last commit's fsync failed: it is in the page cache, and no later fsync would write it. Then the power goes."""
    tally = Tally()
    for seed in range(runs):
        disk, chatter = CrashDisk(seed, template()[0]), Chatter(seed)
        with opened(disk) as db:
            house = writer(db, seed)
            chat(house, chatter, bursts=8)
            disk.fault = failing_next_syncs(1 + seed % 2)
            chat(house, chatter)
        disk.dies_at = disk.calls + 18 + seed % 12
        lives(disk, chatter, reopen)
        found(disk.after_power_loss(), chatter, tally)
    return tally


def only_checkpointed(place: Place) -> apsw.Connection:
    """As a start was before it wrote the WAL once more."""
    db = open_writer(place)
    try:
        checkpoint(db)
    except BaseException:
        let_go(db)
        raise
    return db


def test_the_power_may_go_in_a_start_after_a_failed_fsync(say: Say) -> None:
    tally = lose_power_in_a_start(60, upkeep.open_even_when_full)
    say(tally.line("power loss in a start after a failed fsync") + " seed=0..59")
    assert tally.bad == 0


def test_a_checkpoint_alone_would_not_survive_that(say: Say) -> None:
    tally = lose_power_in_a_start(60, only_checkpointed)
    say(tally.line("the same with a checkpoint alone (must break)") + f" bad={tally.bad} seed=0..59")
    assert tally.bad > 0


def failing_next_syncs(failures: int) -> Fault:
    left = failures

    def fail(_call: int, kind: str) -> None:
        nonlocal left
        if kind == "sync" and left:
            left -= 1
            raise apsw.IOError("the fsync failed")

    return fail


def test_without_the_checkpoint_at_the_start_acked_messages_are_lost(say: Say) -> None:
    tally = fail_fsyncs(60, open_writer)
    say(tally.line("fsync failures, no checkpoint (must lose)") + f" failures={tally.failed} seed=0..59")
    assert tally.lost > 0


@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError])
@pytest.mark.parametrize("lasts", [1, 25])
def test_any_call_to_the_disk_may_fail_once_or_for_a_while(error: type[apsw.Error], lasts: int, say: Say) -> None:
    bursts, tally = 20, Tally()
    calls = CrashDisk(1, template()[0])
    lives(calls, Chatter(1), upkeep.open_even_when_full, bursts)
    for first in range(1, calls.calls, max(1, calls.calls // 18)):
        disk, chatter = CrashDisk(1, template()[0]), Chatter(1)
        disk.fault = failing_between(first, first + lasts, error)
        lives(disk, chatter, upkeep.open_even_when_full, bursts)
        tally.failed += bool(chatter.failures)
        found(disk.live(), chatter, tally)
    say(tally.line(f"{error.__name__} at {tally.runs} of {calls.calls} calls, lasting {lasts}") + f" failed={tally.failed}")
    assert tally.failed > 10
    assert tally.bad == 0


def failing_between(first: int, end: int, error: type[apsw.Error]) -> Fault:
    def fail(call: int, _kind: str) -> None:
        if first <= call < end:
            raise error("a call failed")

    return fail
