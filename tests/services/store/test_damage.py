"""A WAL that was cut short or has wrong bits opens on one of the commits, never on a mixture."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from msgspec import Struct

from services.store import log
from tests.services.store.chatter import PATH, Chatter, Tally, examine, opened, template, writer
from tests.services.store.conftest import Say
from tests.services.store.crashdisk import CrashDisk


class Damaged(Struct):
    """A database whose WAL holds all that was said, and what its log may hold when less of the WAL is read."""

    files: dict[str, bytes]
    commits: set[int]

    def opens_on_a_commit(self, wal: bytes) -> int:
        """The last event that is found; 0 when it is no commit, or what is found does not agree."""
        with opened(CrashDisk(0, self.files | {f"{PATH}-wal": wal})) as db:
            tally, last = Tally(), log.last_event_id(db)
            examine(db, Chatter(0), tally)
        return last if last in self.commits and not tally.bad else 0


@pytest.fixture(scope="module")
def written() -> Damaged:
    disk, chatter, commits = CrashDisk(2, template()[0]), Chatter(2), set[int]()
    with opened(disk, wal_autocheckpoint=0) as db:
        house = writer(db, 2)
        commits.add(log.last_event_id(db))
        for _ in range(25):
            house.commit(chatter.burst())
            chatter.next()
            commits.add(log.last_event_id(db))
        return Damaged(disk.live(), commits)


def test_a_wal_that_was_cut_opens_on_a_commit(written: Damaged, say: Say) -> None:
    wal = written.files[f"{PATH}-wal"]
    ends = [written.opens_on_a_commit(wal[:cut]) for cut in range(0, len(wal) + 1, len(wal) // 120)]
    say(f"WAL cut: runs={len(ends)} commits found={len(set(ends))} bad={ends.count(0)}")
    assert 0 not in ends
    assert len(set(ends)) > 10


def test_a_wal_with_flipped_bits_opens_on_a_commit(written: Damaged, say: Say) -> None:
    chance, wal = random.Random(3), written.files[f"{PATH}-wal"]
    ends: Counter[int] = Counter()
    for _ in range(120):
        bits = bytearray(wal)
        for _ in range(chance.choice((1, 1, 2, 8))):
            bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
        ends[written.opens_on_a_commit(bytes(bits))] += 1
    say(f"WAL bits flipped: runs={ends.total()} commits found={len(ends)} bad={ends[0]} seed=3")
    assert ends[0] == 0
