"""The index is written behind the commit, many messages at once, and is what the texts say whatever was done to them until then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bus.inbox import Letter
from bus.message import Context, Message
from bus.protocol.messages import MsgDelete, MsgEdit, MsgSend
from bus.protocol.rooms import RoomDelete
from services.messages import deeds
from services.rooms import deeds as rooms
from services.store import Transaction, replay, upkeep
from services.store.finishing import catch_up
from tests.services.house import PROJECTIONS, House


def found(house: House, word: str) -> int:
    return house.db.execute("select count(*) from fts where fts match ?", (word,)).get


def all_at_once(house: House, who: Context, room_id: str, *what: str) -> None:
    """One burst in which a message is said, and then what is named is done to it."""
    house.burst(*steps(who, room_id, "send", *what))


def one_by_one(house: House, who: Context, room_id: str, *what: str) -> None:
    """The same, a burst each: the message is on disk and not in the index."""
    for step in steps(who, room_id, "send", *what):
        house.burst(step)


DONE = pytest.mark.parametrize("done", [all_at_once, one_by_one])


def steps(who: Context, room_id: str, *what: str) -> list[tuple[Callable[..., Any], Letter]]:
    said = list[str]()

    def send(tx: Transaction, _request: Message, context: Context) -> Any:
        said.append(deeds.send(tx, MsgSend(room_id, "first words"), context).msg_id)

    def edit(tx: Transaction, _request: Message, context: Context) -> Any:
        return deeds.edit(tx, MsgEdit(said[0], "second thoughts"), context)

    def delete(tx: Transaction, _request: Message, context: Context) -> Any:
        return deeds.delete(tx, MsgDelete(said[0]), context)

    def end(tx: Transaction, _request: Message, context: Context) -> Any:
        return rooms.delete(tx, RoomDelete(room_id), context)

    def fail(tx: Transaction, _request: Message, context: Context) -> Any:
        deeds.send(tx, MsgSend(room_id, "never said"), context)
        raise ValueError

    every = {"send": send, "edit": edit, "delete": delete, "end": end, "fail": fail, "catch up": catch_up}
    return [(every[name], Letter(Message(), who)) for name in what]


@DONE
@pytest.mark.parametrize(
    ("what", "first", "thoughts"),
    [
        ("edit", 0, 1),
        ("delete", 0, 0),
        ("end", 0, 0),
        ("fail", 1, 0),
        ("edit, delete", 0, 0),
        ("edit, end", 0, 0),
        ("catch up, edit", 0, 1),
        ("catch up, delete", 0, 0),
        ("catch up, end", 0, 0),
        ("edit, catch up, end", 0, 0),
    ],
)
def test_the_index_is_what_the_texts_say_whatever_was_done_to_them_before_it_was_written(
    done: Callable[..., None], what: str, first: int, thoughts: int
) -> None:
    house = House()
    anna = house.user("anna")
    done(house, anna, house.room(anna), *what.split(", "))
    house.catch_up()
    assert (found(house, "first"), found(house, "thoughts"), found(house, "never")) == (first, thoughts, 0)
    assert house.differences() == []


def test_what_is_said_is_indexed_later_and_what_is_edited_at_once() -> None:
    house = House()
    anna = house.user("anna")
    room_id = house.room(anna)
    one_by_one(house, anna, room_id)
    assert found(house, "first") == 0
    one_by_one(house, anna, room_id, "edit")
    assert (found(house, "first"), found(house, "thoughts")) == (0, 1)
    house.catch_up()
    assert (found(house, "first"), found(house, "thoughts")) == (1, 1)


def test_an_index_that_is_behind_is_not_what_the_texts_say_and_the_tables_are_what_the_log_says() -> None:
    house = House()
    anna = house.user("anna")
    house.say(anna, house.room(anna), "first words")
    assert not upkeep.verify_indexes(house.db, PROJECTIONS)
    assert replay.compare(house.db, PROJECTIONS).differing == []
    house.catch_up()
    assert upkeep.verify_indexes(house.db, PROJECTIONS)


@pytest.mark.parametrize("bursts", [1, 10])
def test_ten_messages_write_the_index_once_when_it_is_caught_up(bursts: int) -> None:
    house = House()
    anna = house.user("anna")
    room_id = house.room(anna)
    before = written(house)
    said = [(deeds.send, Letter(MsgSend(room_id, f"word{number}"), anna)) for number in range(10)]
    for first in range(0, 10, 10 // bursts):
        house.burst(*said[first : first + 10 // bursts])
    assert written(house) == before
    house.catch_up()
    assert 0 < written(house) - before <= 2, "a segment, and perhaps one merge"
    assert found(house, "word*") == 10


def test_an_edit_looks_at_its_own_message_however_many_there_are() -> None:
    house = House()
    anna = house.user("anna")
    room_id = house.room(anna)
    first = house.say(anna, room_id, "first words")
    few = house.steps(lambda: house.do(deeds.edit, MsgEdit(first, "second thoughts"), anna))
    for number in range(500):
        house.say(anna, room_id, f"word{number}")
    house.catch_up()
    assert house.steps(lambda: house.do(deeds.edit, MsgEdit(first, "third thoughts"), anna)) < 2 * few


def written(house: House) -> int:
    """How often the index wrote what it held: its segments are counted up."""
    return house.db.execute("select coalesce(max(segid), 0) from fts_idx").get
