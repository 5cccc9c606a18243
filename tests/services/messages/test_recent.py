"""Who reads what others have just read gets the same page, as long as it is still so."""

from __future__ import annotations

from typing import Any

import pytest

from bus.errors import Forbidden
from bus.message import Context
from bus.protocol.messages import MsgDelete, MsgEdit, MsgList, MsgListResult, MsgReact
from services.messages import deeds, reads, recent
from tests.services.house import House


def read(house: House, who: Context, room_id: str, **where: Any) -> MsgListResult:
    return house.look(reads.page, MsgList(room_id, **where), who)


@pytest.mark.parametrize("where", [{}, {"after_rev": 0}, {"after_seq": 1}, {"before_seq": 3}, {"around_seq": 2}])
def test_two_who_read_the_same_place_get_the_same_page(where: dict[str, Any]) -> None:
    house = House()
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, bob)
    for text in ("one", "two", "three"):
        house.say(ann, room_id, text)
    assert read(house, ann, room_id, **where) is read(house, bob, room_id, **where)
    assert read(house, ann, room_id, **where, limit=1) is not read(house, ann, room_id, **where)


def test_whatever_changes_in_the_room_makes_another_page() -> None:
    house = House()
    ann = house.user("ann")
    room_id = house.room(ann)
    msg_id = house.say(ann, room_id, "one")
    changes = [
        lambda: house.say(ann, room_id, "two"),
        lambda: house.do(deeds.edit, MsgEdit(msg_id, "one, mended"), ann),
        lambda: house.do(deeds.react, MsgReact(msg_id, "👍", True), ann),
        lambda: house.do(deeds.delete, MsgDelete(msg_id), ann),
    ]
    for change in changes:
        before = read(house, ann, room_id)
        change()
        after = read(house, ann, room_id)
        assert after is not before
        assert after != before


def test_a_page_that_is_kept_is_no_way_in() -> None:
    house = House()
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann)
    house.say(ann, room_id, "ours")
    read(house, ann, room_id)
    with pytest.raises(Forbidden):
        read(house, bob, room_id)


def test_only_so_many_are_kept() -> None:
    house = House()
    ann = house.user("ann")
    room_id = house.room(ann)
    house.say(ann, room_id, "one")
    first = read(house, ann, room_id, limit=1)
    for limit in range(2, recent.KEPT + 2):
        read(house, ann, room_id, limit=limit)
    assert read(house, ann, room_id, limit=1) is not first
