"""What the scenarios check by themselves is shown to fail when it should: a message lost, twice, late, or out of order."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec
import pytest

from bench import burst, catch_up, filled, join, keypress, mixed, search
from bench.client import Fault, Head
from bench.crew import Crew
from bench.figures import cells, slope
from bench.filled import Fill
from bench.friends import Ear, each, gather, room_of, within
from bench.life import fresh
from bench.result import Latencies
from bus.protocol.messages import MsgEvent
from bus.protocol.search import Hit, SearchResult


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The load knows asyncio only."""
    return "asyncio", {"use_uvloop": False}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made databases lie here, and nobody's own are touched."""
    monkeypatch.setattr(filled, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


async def test_a_link_that_is_made_twice_is_a_fault() -> None:
    twice = join.Listening.__new__(join.Listening)
    twice.offers, twice.answers = ["p_1"], ["p_1"]
    with pytest.raises(Fault, match="same other"):
        join.check([twice, twice, twice])
    twice.offers, twice.answers = ["p_1"], []
    with pytest.raises(Fault, match="1 of 2"):
        join.check([twice, twice, twice])


async def test_who_has_fewer_messages_than_there_should_be_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "MESSAGES", 30)
    async with fresh() as house:
        friends = await gather(house, 2)
        room_id = await room_of(friends)
        await catch_up.fill(house, room_id)
        monkeypatch.setattr(catch_up, "MESSAGES", 31)
        with pytest.raises(Fault, match="30 of 31"):
            await catch_up.read_all(friends[0].client, room_id)


async def test_what_is_refused_among_friends_is_a_fault() -> None:
    async with fresh() as house:
        friends = await gather(house, 2)
        crew = Crew(house, friends, await room_of(friends))
        crew.room_id = "r_nowhere"
        await mixed.live(0, [mixed.Due(0.0, "chat")], crew.acts[0])
        with pytest.raises(Fault, match="no such room"):
            mixed.result(crew, 1.0, 1.0, mixed.Ended(0.0, 0.0))


def test_a_slope_is_that_of_the_line_through_the_points() -> None:
    assert slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2)  # pyright: ignore[reportUnknownMemberType]
    assert slope([(0, 1)]) == 0


async def test_an_answer_that_is_not_the_newest_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FILL", Fill((100,)))
    kind = search.Kind("every tenth", "word", 10)
    hits = [Hit("r_1", "m_1", seq, "u_1", 0, "", []) for seq in range(100, 0, -10)]
    search.check(kind, SearchResult(hits))
    search.check(kind, SearchResult(hits[:4], partial=True))
    for wrong in (SearchResult(hits[1:]), SearchResult(hits[:4]), SearchResult(hits[1:4], partial=True)):
        with pytest.raises(Fault, match="not the newest 10"):
            search.check(kind, wrong)


async def test_a_database_is_made_once_and_goes_on_where_it_was_cut_short(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filled, "A_TRANSACTION", 300)
    fill, story = Fill((1_000,)), filled.story

    def cut_short(fill: Fill) -> Any:
        for number, one in enumerate(story(fill)):
            if number == 700:
                raise KeyboardInterrupt
            yield one

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(filled, "story", cut_short)
        filled.kept(fill)
    half = [name for name in os.listdir(cache) if name.endswith(".half")]
    path = filled.kept(fill)
    assert half == [path.with_suffix(".half").name]
    made = os.stat(path).st_mtime_ns
    assert os.stat(filled.kept(fill)).st_mtime_ns == made
    async with fresh(fill=fill) as house:
        (friend,) = await gather(house, 1)
        store = await house.diagnose("store")
        assert store["verified"] is True  # the tables are what the log comes to
        assert friend.ear.count == 0


async def test_who_is_cut_short_waits_for_no_database_to_be_made(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filled, "A_TRANSACTION", 10)
    begun, ended, make, story = threading.Event(), threading.Event(), filled.kept, filled.story

    def kept(fill: Fill, asked: Any) -> Path:
        try:
            return make(fill, asked)
        finally:
            ended.set()

    def told(fill: Fill) -> Any:
        for one in story(fill):
            begun.set()
            yield one

    monkeypatch.setattr(filled, "kept", kept)
    monkeypatch.setattr(filled, "story", told)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(filled.ready, Fill((1_000_000,)))
        await anyio.to_thread.run_sync(begun.wait)
        tasks.cancel_scope.cancel()
    assert ended.wait(10)
    assert [name for name in os.listdir(cache) if name.endswith(".half")]


async def test_a_burst_is_over_when_everybody_there_has_everything() -> None:
    async with fresh() as house:
        friends = await gather(house, 4)
        places = [burst.Place(await room_of(friends[:2]), friends[:2]), burst.Place(await room_of(friends), friends)]
        cost = await burst.Burst(house, places).last(0.2)
    assert cost.messages > 0
    assert sum(friend.ear.count for friend in friends) == cost.deliveries


async def test_a_member_who_does_not_hear_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "PATIENCE_S", 0.3)
    async with fresh() as house:
        inside, outside = await each(lambda number: gather(house, 1), range(2))
        place = burst.Place(await room_of(inside), inside + outside)
        with pytest.raises(Fault, match="took longer"):
            await burst.Burst(house, [burst.Place(place.room_id, inside * burst.WINDOW + outside)]).last(0.1)


def test_an_ear_tells_a_message_that_came_twice() -> None:
    ear = Ear()
    for seq in (4, 5, 5):
        ear(Head(MsgEvent.t, None, _raw(seq)))
    assert ear.count == 3
    with pytest.raises(Fault, match="message 5 was heard after message 5"):
        ear.check()


async def test_what_does_not_come_in_time_is_a_fault() -> None:
    with pytest.raises(Fault, match="waiting took longer than 0 s"), within(0, "waiting"):
        await anyio.sleep_forever()


def test_a_message_that_was_painted_out_of_order_is_a_fault() -> None:
    keypress.check(["a", "b"], 2, ["a", "b"], ["a", "b"])
    for keys, painted, shown in ((1, ["a", "b"], ["a", "b"]), (2, ["b", "a"], ["a", "b"]), (2, ["a", "b"], ["a", "b", "b"])):
        with pytest.raises(Fault):
            keypress.check(["a", "b"], keys, painted, shown)


def test_latencies_in_cells_are_milliseconds() -> None:
    assert cells(Latencies([2_000_000] * 99 + [9_000_000])) == ("2.00", "2.00", "2.00", "9.00", "9.00")


def _raw(seq: int) -> Any:
    return msgspec.Raw(json.dumps({"room_id": "r_1", "msg": {"seq": seq}}).encode())
