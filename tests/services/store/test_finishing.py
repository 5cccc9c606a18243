"""What is finished behind the commit is finished before anybody looks for it: after a kill, at the end, in a quiet house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import anyio
import apsw
import pytest
from anyio import wait_all_tasks_blocked

from bus.errors import Unavailable
from bus.protocol.inside import InviteUsed
from services.store import finishing, log, writer
from services.store.database import Place, open_writer
from services.store.store import everybody
from services.store.transaction import Sources
from services.store.writer import Counts, Writer
from tests.services.store.heldisk import HeldDisk, held
from tests.services.store.scene import boom, living, until
from tests.services.store.shelf import batches, killed, shelf


@pytest.fixture(autouse=True)
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that is never quiet."""
    monkeypatch.setattr(finishing, "PAUSE", 3600)


@pytest.fixture
def quiet(busy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that is quiet as soon as nothing is done."""
    monkeypatch.setattr(finishing, "PAUSE", 0)


@pytest.fixture(params=["a file", "in memory"])
def anywhere(request: pytest.FixtureRequest, place: Place) -> Place:
    return place if request.param == "a file" else Place(":memory:")


@pytest.fixture
def disk() -> Generator[HeldDisk]:
    with held() as disk:
        yield disk


@pytest.fixture
def place(tmp_path: Path) -> Place:
    tmp_path.chmod(0o700)
    return Place(str(tmp_path / "chat.db"))


async def test_what_is_acked_is_there_for_a_read_that_needs_it_finished(anywhere: Place) -> None:
    async with living(anywhere, projection=shelf) as scene:
        for text in ("one", "two"):
            before = await scene.find()
            await scene.note(text)
            assert await scene.glance() == before, "the scene: who does not ask for it may find it missing"
            assert scene.store.stats().behind == 1
            assert await scene.find() == [*before, text]
            assert scene.store.stats().behind == 0


async def test_ten_one_by_one_are_finished_once(place: Place) -> None:
    async with living(place, projection=shelf) as scene:
        for number in range(10):
            await scene.note(f"note {number}")
        assert batches(place) == []
        assert len(await scene.find()) == 10
        assert batches(place) == [10]


async def test_a_read_with_nothing_behind_asks_the_writer_for_nothing(place: Place) -> None:
    async with living(place, projection=shelf) as scene:
        await scene.note("one")
        await scene.find()
        before = scene.store.stats().counts.deeds
        assert await scene.find() == ["one"]
        assert scene.store.stats().counts.deeds == before


async def test_who_brings_one_too_many_finishes_them_all(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_BEHIND", 4)
    async with living(place, projection=shelf) as scene:
        for number in range(10):
            await scene.note(f"note {number}")
        assert batches(place) == [4, 4]
        assert scene.store.stats().behind == 2


async def test_what_a_killed_house_left_is_finished_before_the_next_takes_a_letter(place: Place) -> None:
    killed(place, "one", "two")
    assert batches(place) == [], "the scene"
    async with living(place, projection=shelf) as scene:
        assert await scene.glance() == ["one", "two"]
        assert scene.store.stats().behind == 0


async def test_a_new_life_finishes_what_a_failed_fsync_left(disk: HeldDisk, place: Place) -> None:
    async with living(Place(place.path, disk.vfs), projection=shelf) as scene:
        await scene.note("one")
        disk.let_pass(failing=1)
        with pytest.raises(Unavailable):
            await scene.note("two")
        await scene.revived.wait()
        assert await scene.glance() == await scene.find() == ["one", "two"]


async def test_a_file_from_before_there_was_a_mark_counts_as_finished(place: Place) -> None:
    killed(place, "finished by the older house")
    older = apsw.Connection(place.path)
    older.execute("delete from house where name = 'finished'")
    older.close()
    killed(place, "and not by this one")
    async with living(place, projection=shelf) as scene:
        assert await scene.find() == ["and not by this one"]


async def test_what_cannot_be_read_again_keeps_nothing_else_from_being_finished(place: Place) -> None:
    killed(place, "one")
    theirs = apsw.Connection(place.path)
    theirs.execute(
        "insert into events (event_id, ts, scope_kind, scope_id, type, body_json, trace) values (2, 0, 'server', '', ?, '{}', '')",
        (InviteUsed.t,),
    )
    theirs.close()
    killed(place, "three")
    async with living(place, projection=shelf) as scene:
        assert await scene.find() == ["one", "three"]
        assert scene.store.stats().verified is False


async def test_a_quiet_house_catches_up_by_itself(quiet: None, place: Place) -> None:
    async with living(place, projection=shelf) as scene:
        await scene.note("one")
        await until(lambda: scene.store.stats().behind == 0)
        assert batches(place) == [1]


async def test_a_house_that_ends_well_leaves_nothing_behind(place: Place) -> None:
    async with living(place, projection=shelf) as scene:
        await scene.note("one")
        assert batches(place) == [], "the scene"
    assert batches(place) == [1]


async def test_what_was_undone_is_neither_counted_nor_finished(disk: HeldDisk, place: Place) -> None:
    async with living(Place(place.path, disk.vfs), projection=shelf) as scene:
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.note, "first")
            await disk.reached()
            askers.start_soon(scene.note, "before")
            askers.start_soon(raises, ZeroDivisionError, scene.note, "failed", boom)
            askers.start_soon(scene.note, "after")
            await wait_all_tasks_blocked()
            disk.let_pass()
        assert scene.store.stats().behind == 3
        assert sorted(await scene.find()) == ["after", "before", "first"]


async def raises(kind: type[Exception], do: Callable[..., Awaitable[object]], *args: object) -> None:
    with pytest.raises(kind):
        await do(*args)


def test_a_writer_beside_a_running_house_leaves_its_work_to_it(place: Place) -> None:
    """As `devchitchat invite` is: what is behind is read from the file, whoever left it."""
    killed(place, "one")
    db = open_writer(place)
    house = Writer(db, (shelf,), Sources(), everybody, Counts())
    killed(place, "two")
    house.commit([finishing.catching_up()])
    assert batches(place) == [2]
    assert log.count_unfinished(db, shelf.late_kinds) == 0
    db.close()
