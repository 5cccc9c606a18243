"""A disk with room for what is said and none for what is finished behind it: nothing but the finishing waits."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from anyio.lowlevel import checkpoint

from bus.errors import Unavailable
from services.store import Transaction, finishing
from services.store.database import Place
from tests.services.store.scene import living, until
from tests.services.store.shelf import killed, shelf


@pytest.fixture(autouse=True)
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that is never quiet."""
    monkeypatch.setattr(finishing, "PAUSE", 3600)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    tmp_path.chmod(0o700)
    return Place(str(tmp_path / "chat.db"))


async def test_a_full_disk_refuses_those_who_need_it_finished_and_nobody_else(place: Place) -> None:
    async with living(place, projection=shelf) as scene:
        await scene.do(leave_little_room)
        await scene.note("one")
        with pytest.raises(Unavailable, match="the disk is full; nothing was done, try again later"):
            await scene.find()
        await scene.note("two")
        assert (await scene.read(), await scene.glance()) == (["one", "two"], [])
        await scene.do(make_room)
        assert await scene.find() == ["one", "two"]
        assert scene.root.info().children[0].restarts == 0


async def test_a_house_starts_on_a_disk_too_full_to_finish(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    killed(place, "one", "two")
    full = Place(place.path, pragmas={**place.pragmas, "max_page_count": pages(place) + 2})
    async with living(full, projection=shelf) as scene:
        assert scene.store.stats().behind == 2
        assert (await scene.read(), await scene.glance()) == (["one", "two"], [])
        await scene.do(make_room)
        assert await scene.find() == ["one", "two"]
    assert "search waits until there is room" in caplog.text


def pages(place: Place) -> int:
    db = apsw.Connection(place.path)
    try:
        return int(db.pragma("page_count"))  # type: ignore[arg-type]
    finally:
        db.close()


def leave_little_room(tx: Transaction) -> None:
    """Enough for notes."""
    tx.db.pragma("max_page_count", int(tx.db.pragma("page_count")) + 2)  # type: ignore[arg-type]


def make_room(tx: Transaction) -> None:
    tx.db.pragma("max_page_count", 10_000)


async def test_a_quiet_house_on_a_full_disk_tries_once_until_something_is_done(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finishing, "PAUSE", 0)
    async with living(place, projection=shelf) as scene:
        await scene.do(leave_little_room)
        await scene.note("one")
        await until(lambda: scene.store.stats().counts.disk_full > 0)
        for _ in range(20):
            await checkpoint()
        assert scene.store.stats().counts.disk_full == 1
        await scene.do(make_room)
        await until(lambda: scene.store.stats().behind == 0)
