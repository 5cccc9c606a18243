"""Commit, then tell, then answer: on every loop, on real files, whatever the disk does meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

import anyio
import anyio.to_thread
import apsw
import pytest
from anyio import wait_all_tasks_blocked

from bus.bus import Bus
from bus.errors import Conflict, Unavailable
from bus.future import Future
from bus.inbox import Letter
from bus.message import Context
from services.store import Refusal, Store, Transaction
from services.store.database import PRAGMAS, Place
from tests.services.store.heldisk import HeldDisk, held, wal_size
from tests.services.store.scene import Note, Read, Scene, alive, boom, living, notes, on_disk, refuse


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
def place(path: Path) -> Place:
    path.parent.chmod(0o700)
    return Place(str(path))


@pytest.fixture
def disk() -> Generator[HeldDisk]:
    with held() as disk:
        yield disk


def on(disk: HeldDisk, path: Path, **pragmas: int | str) -> Place:
    return Place(str(path), disk.vfs, pragmas={**PRAGMAS, **pragmas})


async def test_who_is_answered_finds_it_on_disk_and_told_in_the_order_of_the_log(place: Place, path: Path) -> None:
    async with living(place) as scene:
        answers: dict[int, str] = {}

        async def ask(text: str) -> None:
            event_id = await scene.note(text)
            assert text in on_disk(path)
            assert scene.heard.stats().posted >= event_id
            answers[event_id] = text

        async with anyio.create_task_group() as askers:
            for number in range(20):
                askers.start_soon(ask, f"note {number}")
        in_order = [answers[event_id] for event_id in range(1, 21)]
        assert scene.told() == on_disk(path) == in_order


async def test_a_deed_that_raises_is_undone_alone(disk: HeldDisk, path: Path) -> None:
    async with living(on(disk, path)) as scene:
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.note, "first")
            await disk.reached()
            askers.start_soon(scene.note, "before")
            askers.start_soon(raises, Conflict, scene.note, "refused", refuse)
            askers.start_soon(raises, ZeroDivisionError, scene.note, "failed", boom)
            askers.start_soon(scene.note, "after")
            await wait_all_tasks_blocked()
            disk.let_pass()
        assert scene.store.stats().counts.largest_burst == 4
        assert scene.store.stats().counts.failed == 1
        assert set(told := scene.told()) == {"first", "before", "after"}
        assert told == await scene.read()
        assert await scene.note("next") == 4


async def raises(kind: type[Exception], do: Callable[..., Awaitable[object]], *args: object) -> None:
    with pytest.raises(kind):
        await do(*args)


async def test_many_who_ask_at_once_share_a_commit(disk: HeldDisk, path: Path) -> None:
    async with living(on(disk, path)) as scene:
        before = disk.syncs
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.note, "first")
            await disk.reached()
            for number in range(49):
                askers.start_soon(scene.note, f"note {number}")
            await wait_all_tasks_blocked()
            disk.let_pass()
        counts = scene.store.stats().counts
        assert (counts.commits, counts.deeds, counts.facts) == (2, 50, 50)
        assert disk.syncs - before <= 3


async def test_a_full_queue_makes_them_wait_and_loses_nobody(disk: HeldDisk, path: Path) -> None:
    async with living(on(disk, path), capacity=2, burst=2) as scene:
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.note, "0")
            await disk.reached()
            for number in range(1, 8):
                askers.start_soon(scene.note, str(number))
            await wait_all_tasks_blocked()
            stats = scene.store.stats()
            assert (stats.queue, stats.in_line, scene.service.inbox.stats().depth) == (2, 1, 4)
            disk.let_pass()
        assert sorted(scene.told()) == [str(number) for number in range(8)]


async def test_what_nobody_waits_for_any_more_is_not_begun(disk: HeldDisk, path: Path) -> None:
    async with living(on(disk, path)) as scene:
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.note, "first")
            await disk.reached()
            with anyio.move_on_after(60) as impatient:
                async with anyio.create_task_group() as cancelled:
                    cancelled.start_soon(scene.note, "given up")
                    await wait_all_tasks_blocked()
                    assert scene.store.stats().queue == 1
                    impatient.cancel()
            disk.let_pass()
        assert await scene.note("second") == 2
        assert await scene.read() == ["first", "second"]


async def test_at_the_end_what_waits_is_done_and_the_wal_is_empty(disk: HeldDisk, path: Path) -> None:
    scene = Scene(on(disk, path))
    async with anyio.create_task_group() as askers:
        async with alive(scene):
            disk.hold()
            askers.start_soon(scene.note, "0")
            await disk.reached()
            for number in range(1, 10):
                askers.start_soon(scene.note, str(number))
            await wait_all_tasks_blocked()
            askers.start_soon(let_pass_when_blocked, disk)
    assert sorted(told := scene.told()) == [str(number) for number in range(10)]
    assert on_disk(path) == told
    assert wal_size(path) == 0


async def let_pass_when_blocked(disk: HeldDisk) -> None:
    await wait_all_tasks_blocked()
    disk.let_pass()


async def test_a_failed_fsync_refuses_the_burst_and_the_next_life_goes_on_with_what_waited(disk: HeldDisk, path: Path) -> None:
    async with living(on(disk, path)) as scene:
        await scene.note("before")
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(raises, Unavailable, scene.note, "in hand")
            await disk.reached()
            for number in range(3):
                askers.start_soon(scene.note, str(number))
            await wait_all_tasks_blocked()
            disk.let_pass(failing=1)
        await scene.revived.wait()
        found = await scene.read()
        assert sorted(found) == ["0", "1", "2", "before", "in hand"], "the scene: what was refused is there all the same"
        assert scene.told() == found, "what the failed commit left was told by the next life, once and in its place"


async def test_a_full_disk_refuses_and_reads_go_on_and_writes_too_when_there_is_room(place: Place) -> None:
    async with living(Place(place.path, pragmas={**PRAGMAS, "max_page_count": 30})) as scene:
        written = 0
        with pytest.raises(Unavailable, match="the disk is full"):
            for number in range(100):
                await scene.note(f"{number} " + "x" * 4000)
                written += 1
        assert 0 < written == len(await scene.read())
        await raises(Unavailable, scene.note, "y" * 4000)
        assert scene.store.stats().counts.disk_full == 2
        await scene.do(make_room)
        await scene.note("z" * 4000)
        assert len(await scene.read()) == written + 1
        assert scene.root.info().children[0].restarts == 0


def make_room(tx: Transaction) -> None:
    """Somebody has tidied up."""
    tx.db.pragma("max_page_count", 10_000)


async def test_the_loop_turns_and_reads_are_answered_while_the_disk_is_slow(disk: HeldDisk, path: Path) -> None:
    async with living(on(disk, path)) as scene:
        await scene.note("first")
        disk.hold()
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.note, "slow")
            await disk.reached()
            assert await scene.read() == ["first"]
            disk.let_pass()
        assert await scene.read() == ["first", "slow"]


async def test_a_read_sees_one_moment(place: Place) -> None:
    reading, written = threading.Event(), threading.Event()

    def meanwhile() -> None:
        reading.set()
        assert written.wait(10)

    async with living(place) as scene:
        await scene.note("first")
        async with anyio.create_task_group() as askers:
            askers.start_soon(scene.bus.ask, Read(meanwhile))
            assert await anyio.to_thread.run_sync(reading.wait, 10)
            await scene.note("second")
            written.set()
        assert await scene.read() == ["first", "second"]


async def test_what_may_not_be_opened_ends_the_life_with_the_reason(place: Place) -> None:
    theirs = apsw.Connection(place.path)
    theirs.execute("create table photos (name text)")
    theirs.close()
    os.chmod(place.path, 0o600)
    with pytest.raises(Refusal, match="is not a devchitchat database"):
        await Store(place, (notes,), Bus()).run()


async def test_who_waits_for_a_store_that_will_not_come_back_is_told(place: Place) -> None:
    store = Store(place, (notes,), Bus())
    reply: Future[object] = Future()
    await store.ways["commit"].put(Letter(Note("too late"), Context(), reply), lambda *_: None)
    store.forsake()
    assert isinstance(reply.exception, Unavailable)
