"""An answer ends once, and whoever waits hears of it however it ends."""

from __future__ import annotations

import anyio
import pytest

from bus.future import Future

pytestmark = pytest.mark.anyio


async def test_what_is_answered_already_is_there_without_a_wait() -> None:
    future = Future[int]()
    future.answer(7)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await future.wait()
        assert (future.pending, future.cancelled, future.exception, future.value) == (False, False, None, 7)
    assert not scope.cancelled_caught


@pytest.mark.parametrize("end", ["answer", "refuse", "cancel"])
async def test_all_who_wait_hear_of_the_end(end: str) -> None:
    future, heard = Future[int](), list[str]()

    async def wait(name: str) -> None:
        await future.wait()
        heard.append(name)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait, "one")
        tasks.start_soon(wait, "two")
        await anyio.wait_all_tasks_blocked()
        assert (future.pending, heard) == (True, [])
        {"answer": lambda: future.answer(7), "refuse": lambda: future.refuse(ValueError()), "cancel": future.cancel}[end]()
    assert (sorted(heard), future.pending, future.cancelled) == (["one", "two"], False, end == "cancel")


async def test_a_cancel_does_nothing_to_what_has_ended() -> None:
    future = Future[int]()
    future.answer(7)
    future.cancel()
    assert (future.cancelled, future.value) == (False, 7)
