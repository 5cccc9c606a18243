"""The index is written once for a whole burst, and is what the texts say whatever else the burst did to them."""

from __future__ import annotations

from typing import Any

from bus.inbox import Letter
from bus.message import Context, Message
from bus.protocol.messages import MsgDelete, MsgEdit, MsgSend
from bus.protocol.rooms import RoomDelete
from services.messages import deeds
from services.rooms import deeds as rooms
from services.store import Transaction
from tests.services.house import House


def found(house: House, word: str) -> int:
    return house.db.execute("select count(*) from fts where fts match ?", (word,)).get


def all_at_once(house: House, who: Context, room_id: str, *what: str) -> None:
    """One burst in which a message is said, and then what is named is done to it."""
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

    steps = {"edit": edit, "delete": delete, "end": end, "fail": fail}
    house.burst(*((step, Letter(Message(), who)) for step in [send, *(steps[name] for name in what)]))


def test_what_is_edited_in_the_burst_it_was_said_in_is_found_by_its_last_words() -> None:
    house = House()
    anna = house.user("anna")
    room_id = house.room(anna)
    all_at_once(house, anna, room_id, "edit")
    assert (found(house, "first"), found(house, "thoughts")) == (0, 1)
    assert house.differences() == []


def test_what_is_taken_back_in_the_burst_it_was_said_in_is_not_found() -> None:
    house = House()
    anna = house.user("anna")
    room_id = house.room(anna)
    all_at_once(house, anna, room_id, "delete")
    assert found(house, "first") == 0
    assert house.differences() == []


def test_a_room_that_ends_in_the_burst_leaves_nothing_in_the_index() -> None:
    house = House()
    anna = house.user("anna")
    all_at_once(house, anna, house.room(anna), "end")
    assert found(house, "first") == 0
    assert house.differences() == []


def test_what_was_undone_is_not_indexed_and_the_rest_of_its_burst_is() -> None:
    house = House()
    anna = house.user("anna")
    all_at_once(house, anna, house.room(anna), "fail")
    assert (found(house, "first"), found(house, "never")) == (1, 0)
    assert house.differences() == []


def test_ten_messages_of_one_burst_write_the_index_once() -> None:
    house = House()
    anna = house.user("anna")
    room_id = house.room(anna)
    before = written(house)
    house.burst(*((deeds.send, Letter(MsgSend(room_id, f"word{number}"), anna)) for number in range(10)))
    assert written(house) - before <= 2, "a segment, and perhaps one merge"
    assert found(house, "word*") == 10


def written(house: House) -> int:
    """How often the index wrote what it held: its segments are counted up."""
    return house.db.execute("select coalesce(max(segid), 0) from fts_idx").get
