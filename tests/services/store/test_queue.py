"""Deeds wait in order; whoever stops waiting leaves no trace."""

from __future__ import annotations

import anyio
from anyio import wait_all_tasks_blocked

from bus.errors import Unavailable
from bus.future import Future
from bus.inbox import Letter
from bus.message import Context
from services.store.queue import Deed, Queue


async def put(queue: Queue, name: str, reply: Future[object] | None = None) -> None:
    await queue.put(Letter(name, Context(), reply), do_nothing)


def do_nothing(*_: object) -> None: ...


def names(deeds: list[Deed]) -> list[str]:
    return [deed.letter.message for deed in deeds]


async def test_who_comes_later_does_not_pass_those_in_line() -> None:
    queue = Queue(2)
    async with anyio.create_task_group() as tasks:
        for name in "abcd":
            tasks.start_soon(put, queue, name)
            await wait_all_tasks_blocked()
        assert (queue.depth, queue.in_line, queue.peak) == (2, 2, 2)
        assert names(queue.take_at_once(1)) == ["a"]
        tasks.start_soon(put, queue, "e")
        await wait_all_tasks_blocked()
        assert [name for _ in range(4) for name in names(queue.take_at_once(1))] == ["b", "c", "d", "e"]


async def test_who_gives_up_in_line_is_not_taken() -> None:
    queue = Queue(1)
    await put(queue, "a")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(put, queue, "b")
        await wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert names(queue.take_at_once(10)) == ["a"]
    assert queue.in_line == 0


async def test_a_cancelled_taker_has_taken_or_takes_nothing_away() -> None:
    for cancel_first in (True, False):
        queue, taken = Queue(1), list[Deed]()

        async def take(queue: Queue = queue, taken: list[Deed] = taken) -> None:
            taken.append(await queue.take())

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(take)
            await wait_all_tasks_blocked()
            if cancel_first:
                tasks.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await put(queue, "a")
            tasks.cancel_scope.cancel()
        assert names(taken + queue.take_at_once(10)) == ["a"]


async def test_every_taker_gets_a_deed_of_its_own() -> None:
    queue, taken = Queue(10), list[str]()

    async def take() -> None:
        taken.append((await queue.take()).letter.message)

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(take)
        await wait_all_tasks_blocked()
        for name in "abc":
            await put(queue, name)
    assert sorted(taken) == ["a", "b", "c"]


async def test_who_is_forsaken_is_told_those_in_line_too() -> None:
    queue, replies = Queue(1), [Future[object]() for _ in range(3)]
    async with anyio.create_task_group() as tasks:
        for reply in replies:
            tasks.start_soon(put, queue, "x", reply)
        await wait_all_tasks_blocked()
        queue.forsake("it has stopped")
    assert all(isinstance(reply.exception, Unavailable) for reply in replies)
