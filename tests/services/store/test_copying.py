"""A copy of a database that others write to: whole, of one moment, gentle, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import anyio
import apsw
import pytest

from services.store import Refusal
from services.store.copying import LEAST_REST_S, PAGES, RESTS, copy
from services.store.database import Place
from tests.services.store.scene import living

LARGE = 2**21


async def written(place: Place) -> None:
    """Some notes, and one that takes many pieces to copy."""
    async with living(place) as scene:
        for number in range(3):
            await scene.note(f"note {number}")
        await scene.note("x" * LARGE)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    tmp_path.chmod(0o700)
    place = Place(str(tmp_path / "chat.db"))
    anyio.run(written, place)
    return place


@pytest.fixture
def theirs(place: Place) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(place.path)
    yield connection
    connection.close()


def no_rest(seconds: float) -> None:
    """At once."""


def lengths(db: apsw.Connection) -> list[int]:
    return [int(row[0]) for row in db.execute("select length(text) from notes order by event_id")]  # type: ignore[arg-type]


def test_a_copy_is_whole_and_of_one_moment_however_much_is_written_meanwhile(place: Place, theirs: apsw.Connection, tmp_path: Path) -> None:
    before, pieces = lengths(theirs), 0

    def written(seconds: float) -> None:
        nonlocal pieces
        pieces += 1
        assert pieces < 100, "it begins anew after each commit"
        theirs.execute("insert into notes select max(event_id) + 1, 'more' from notes")

    copy(place, tmp_path / "copy.db", rest=written)
    assert pieces > 8
    assert len(lengths(theirs)) == len(before) + pieces
    copied = apsw.Connection(str(tmp_path / "copy.db"))
    assert copied.pragma("integrity_check") == "ok"
    assert lengths(copied) == before
    copied.close()


def test_it_rests_three_times_as_long_as_each_piece_took_and_always_a_little(place: Place, tmp_path: Path) -> None:
    rested: list[float] = []
    moments = iter([0.0, 0.1, 1.0, 1.0, *[9.0] * 1000])
    copy(place, tmp_path / "copy.db", rest=rested.append, clock=lambda: next(moments))
    assert rested[:3] == [pytest.approx(RESTS * 0.1), LEAST_REST_S, LEAST_REST_S]  # pyright: ignore[reportUnknownMemberType]
    assert len(rested) >= LARGE / 4096 / PAGES


def test_of_a_copy_that_fails_nothing_is_left(place: Place, tmp_path: Path) -> None:
    def fail(seconds: float) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        copy(place, tmp_path / "copy.db", rest=fail)
    assert not list(tmp_path.glob("copy*"))


def test_a_copy_takes_no_other_files_place(place: Place, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(Refusal, match="choose another name"):
        copy(place, tmp_path / "copy.db", rest=no_rest)
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_what_is_no_database_of_ours_is_not_copied(tmp_path: Path) -> None:
    apsw.Connection(str(tmp_path / "other.db")).execute("create table t (x)")
    with pytest.raises(Refusal, match="not a devchitchat database"):
        copy(Place(str(tmp_path / "other.db")), tmp_path / "copy.db", rest=no_rest)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_copy_is_its_owners_alone(place: Place, tmp_path: Path) -> None:
    copy(place, tmp_path / "copy.db", rest=no_rest)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


async def test_a_house_lives_on_a_copy(place: Place, tmp_path: Path) -> None:
    copy(place, tmp_path / "copy.db", rest=no_rest)
    async with living(Place(str(tmp_path / "copy.db"))) as scene:
        assert scene.store.stats().verified is True
        assert len(await scene.read()) == 4
