"""The inbox: order, bounds, fairness and honest counting, whatever becomes of those who post and take."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter_ns
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint

from bus.errors import Unavailable
from bus.future import Future
from bus.inbox import BURST, Inbox, Letter
from bus.message import Context

pytestmark = pytest.mark.anyio


def letter(message: object, reply: Future[Any] | None = None) -> Letter:
    return Letter(message, Context(), reply)


async def take(inbox: Inbox, count: int) -> list[Any]:
    letters = inbox.letters()
    return [(await anext(letters)).message for _ in range(count)]


async def test_letters_are_taken_in_the_order_of_posting() -> None:
    inbox = Inbox()
    for message in range(200):
        assert inbox.post(letter(message))
    assert await take(inbox, 200) == list(range(200))


async def test_a_full_inbox_drops_what_does_not_wait_and_counts_it() -> None:
    inbox = Inbox(capacity=2)
    assert [inbox.post(letter(message)) for message in "abc"] == [True, True, False]
    stats = inbox.stats()
    assert (stats.capacity, stats.depth, stats.peak, stats.posted, stats.dropped) == (2, 2, 2, 2, 1)
    assert await take(inbox, 2) == ["a", "b"]


async def test_who_waits_for_room_gets_in_first_come_first_served_and_nobody_passes() -> None:
    inbox = Inbox(capacity=1)
    inbox.post(letter("in"))
    async with anyio.create_task_group() as tasks:
        for message in "abc":
            tasks.start_soon(inbox.put, letter(message))
            await anyio.wait_all_tasks_blocked()
        assert inbox.stats().in_line == 3
        assert await take(inbox, 1) == ["in"]
        assert not inbox.post(letter("pushy"))
        assert await take(inbox, 3) == ["a", "b", "c"]
    assert inbox.stats().in_line == 0


async def test_the_counts_are_right_at_every_moment_while_some_wait() -> None:
    inbox = Inbox(capacity=2)
    async with anyio.create_task_group() as tasks:
        for message in "abcde":
            tasks.start_soon(inbox.put, letter(message))
        await anyio.wait_all_tasks_blocked()
        for taken in range(6):
            stats = inbox.stats()
            assert (stats.taken, stats.posted) == (taken, min(5, taken + 2))
            assert stats.depth == stats.posted - stats.taken
            assert stats.posted + stats.in_line == 5
            if taken < 5:
                await take(inbox, 1)
    assert inbox.stats().peak == 2


async def test_who_stops_waiting_for_room_leaves_the_line() -> None:
    inbox = Inbox(capacity=1)
    inbox.post(letter("in"))
    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as impatient:
            tasks.start_soon(inbox.put, letter("patient"))
            await anyio.wait_all_tasks_blocked()
            impatient.cancel()
            await inbox.put(letter("impatient"))
        assert await take(inbox, 2) == ["in", "patient"]
    assert (inbox.stats().posted, inbox.stats().in_line) == (2, 0)


async def test_a_burst_leaves_other_tasks_their_turn() -> None:
    inbox, turns = Inbox(), list[int]()

    async def other() -> None:
        while inbox.stats().depth:
            turns.append(inbox.stats().taken)
            await checkpoint()

    for message in range(BURST * 4):
        inbox.post(letter(message))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        await checkpoint()
        await take(inbox, BURST * 4)
    assert len(turns) >= 3 and max(after - before for before, after in pairwise(turns)) <= 2 * BURST


async def test_a_burst_is_taken_without_a_pause_between_letters() -> None:
    inbox, turns = Inbox(), list[int]()

    async def other() -> None:
        while inbox.stats().taken < BURST:
            turns.append(inbox.stats().taken)
            await checkpoint()

    for message in range(BURST):
        inbox.post(letter(message))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        await take(inbox, BURST)
    assert set(turns) <= {0}


async def test_a_letter_posted_while_its_taker_is_cancelled_waits_for_the_next() -> None:
    inbox, got = Inbox(), list[object]()

    async def taker() -> None:
        got.extend(await take(inbox, 1))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(taker)
        await anyio.wait_all_tasks_blocked()
        inbox.post(letter("a"))
        tasks.cancel_scope.cancel()
    if not got:
        got.extend(await take(inbox, 1))
    assert got == ["a"]


async def test_waiting_times_are_counted_from_the_making_of_a_letter() -> None:
    inbox = Inbox()
    for age in (5_000_000_000, 1_000_000_000):
        inbox.post(Letter("a", Context(), posted_at=perf_counter_ns() - age))
    await take(inbox, 2)
    assert 5e9 <= inbox.stats().longest_wait_ns < 6e9 <= inbox.stats().waited_ns < 7e9


async def test_a_forsaken_inbox_answers_what_is_inside_and_in_line_and_takes_no_more() -> None:
    inbox, inside, outside = Inbox("store", capacity=1), Future[None](), Future[None]()
    inbox.post(letter("inside", inside))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(inbox.put, letter("outside", outside))
        await anyio.wait_all_tasks_blocked()
        inbox.forsake()
    assert [type(reply.exception) for reply in (inside, outside)] == [Unavailable, Unavailable]
    with pytest.raises(Unavailable, match="store has stopped"):
        await inbox.put(letter("late"))
    assert not inbox.post(letter("late"))
    stats = inbox.stats()
    assert (stats.depth, stats.in_line, stats.posted, stats.taken, stats.dropped) == (0, 0, 2, 2, 1)


async def test_a_forsaken_inbox_is_open_again_when_somebody_comes_to_take() -> None:
    inbox = Inbox()
    inbox.forsake()
    letters = inbox.letters()
    assert inbox.post(letter("a"))
    assert (await anext(letters)).message == "a"


async def test_a_letter_is_answered_once_and_never_after_its_asker_has_gone() -> None:
    reply, gone = Future[str](), Future[str]()
    asked = letter("a", reply)
    assert asked.awaited and not asked.forgotten
    asked.answer("first")
    asked.answer("second")
    asked.refuse(Unavailable("third"))
    assert reply.value == "first"
    gone.cancel()
    forgotten = letter("b", gone)
    assert forgotten.forgotten
    forgotten.answer("too late")
    assert not letter("a fact").forgotten
