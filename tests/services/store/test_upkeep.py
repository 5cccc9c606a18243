"""The file is looked after: a table that differs is noticed, a full disk does not keep the house from starting."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import apsw
import pytest

from bus.errors import Unavailable
from bus.message import Context
from bus.protocol.inside import InviteUsed
from services.store import Refusal, Transaction, store, upkeep
from services.store.database import PRAGMAS, Place, open_writer
from tests.services.store.heldisk import wal_size
from tests.services.store.scene import living, notes, on_disk, until


@pytest.fixture
def place(tmp_path: Path) -> Place:
    tmp_path.chmod(0o700)
    return Place(str(tmp_path / "chat.db"))


async def written(place: Place) -> None:
    """A database with some notes in it."""
    async with living(place) as scene:
        for number in range(3):
            await scene.note(f"note {number}")


def plant(place: Place) -> None:
    """A difference that no log explains."""
    theirs = apsw.Connection(place.path)
    theirs.execute("update notes set text = 'what nobody wrote' where event_id = 2")
    theirs.close()


async def test_a_sound_database_is_verified_before_the_first_letter(place: Place) -> None:
    await written(place)
    async with living(place) as scene:
        assert scene.store.stats().verified is True


async def test_a_difference_is_found_and_said_and_the_house_goes_on(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    await written(place)
    plant(place)
    async with living(place) as scene:
        assert scene.store.stats().verified is False
        assert "tables differ from the event log: notes" in caplog.text
        assert await scene.note("and on") == 4


@pytest.mark.parametrize("planted", [False, True])
async def test_a_long_log_is_verified_beside_the_running_house(place: Place, planted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    await written(place)
    if planted:
        plant(place)
    monkeypatch.setattr(store, "FOLDED_AT_START", 2)
    async with living(place) as scene:
        await scene.note("meanwhile")
        await until(lambda: scene.store.stats().verified is not None)
        assert scene.store.stats().verified is not planted


async def test_a_log_that_cannot_be_folded_is_said_and_the_house_goes_on(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    await written(place)
    theirs = apsw.Connection(place.path)
    theirs.execute(
        "insert into events (event_id, ts, scope_kind, scope_id, type, body_json, trace)"
        " values (4, 0, 'server', '', 'x.y', '{\"a\": \"s3cret\"}', '')"
    )
    theirs.close()
    async with living(place) as scene:
        assert scene.store.stats().verified is False
        assert await scene.note("and on") == 5
    assert "event 4 of type x.y cannot be read" in caplog.text
    assert "s3cret" not in caplog.text


async def test_a_fold_that_is_told_to_stop_stops_and_says_nothing(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    async with living(place) as scene:
        await scene.do(many)
    db = open_writer(place)
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        assert upkeep.verify_beside(place, (notes,), lambda: False) is True
        assert upkeep.verify_beside(place, (notes,), lambda: True) is False
    assert caplog.records == []
    db.close()


def many(tx: Transaction) -> None:
    for number in range(300):
        tx.record(InviteUsed(f"note {number}"), Context())


async def test_a_large_wal_is_emptied_but_not_against_a_reader(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    await written(place)
    monkeypatch.setattr(upkeep, "LARGE_WAL", 0)
    db = open_writer(Place(place.path, pragmas={**PRAGMAS, "busy_timeout": 1}))
    db.execute("insert into house (name, value) values ('a', 'b')")
    theirs = reading(place)
    db.execute("insert into house (name, value) values ('c', 'd')")
    upkeep.empty_wal_if_large(db, place)
    assert wal_size(Path(place.path)) > 0
    theirs.close()
    upkeep.empty_wal_if_large(db, place)
    assert wal_size(Path(place.path)) == 0
    db.close()


async def test_a_start_beside_somebody_who_reads_is_refused_in_one_line(place: Place) -> None:
    await written(place)
    theirs = apsw.Connection(place.path)
    theirs.execute("insert into house (name, value) values ('a', 'b')")
    reader = reading(place)
    theirs.execute("insert into house (name, value) values ('c', 'd')")
    with pytest.raises(Refusal, match="is in use by another program"):
        upkeep.open_even_when_full(Place(place.path, pragmas={**PRAGMAS, "busy_timeout": 1}))
    reader.close()
    theirs.close()


def reading(place: Place) -> apsw.Connection:
    """Another program in the middle of a read."""
    theirs = apsw.Connection(place.path)
    theirs.execute("begin")
    assert theirs.execute("select count(*) from notes").get == 3
    return theirs


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    """A disk of 70 MiB."""
    folder = tmp_path / "small"
    folder.mkdir(mode=0o700)
    if (
        not shutil.which("mount")
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=70m,mode=700", "none", folder], check=False).returncode
    ):
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder: Path) -> None:
    with (folder / "films").open("ab", buffering=0) as file:
        for size in (2**20, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    assert shutil.disk_usage(folder).free == 0


async def test_on_a_full_disk_it_reads_starts_again_with_the_ballast_and_writes_when_there_is_room(small_disk: Path) -> None:
    place = Place(str(small_disk / "chat.db"), ballast=True)
    async with living(place) as scene:
        await scene.note("before")
        fill(small_disk)
        with pytest.raises(Unavailable, match="the disk is full"):
            for number in range(2000):
                await scene.note(f"{number}" + "x" * 4000)
        assert (await scene.read())[0] == "before"
    fill(small_disk)
    kept = on_disk(Path(place.path))
    fill(small_disk)
    async with living(place) as scene:
        assert not (small_disk / "ballast").exists()
        assert await scene.read() == kept
        await scene.note("with what the ballast gave")
        fill(small_disk)
        (small_disk / "films").unlink()
        await scene.note("with room")
    async with living(place) as scene:
        assert (small_disk / "ballast").stat().st_size == upkeep.BALLAST
        assert await scene.read() == [*kept, "with what the ballast gave", "with room"]
