"""Putting a bot into a room: who may, whom they may, and that nothing is told of people, bans and other rooms."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bus.errors import Conflict, Forbidden, NotFound, Refused
from bus.message import Context
from bus.protocol.inside import UserUpdated
from bus.protocol.order import RoomAddBot, RoomBan, RoomBot, RoomBots, RoomKick, RoomUnban
from bus.protocol.rooms import RoomMemberEvent
from bus.protocol.terms import MAX_GROUP_MEMBERS
from services.rooms import bots, order, rows
from tests.services.house import House


def add(house: House, who: Context, room_id: str, user_id: str = "u_helper") -> RoomMemberEvent:
    return house.do(bots.add, RoomAddBot(room_id, user_id), who)


def listed(house: House, who: Context, room_id: str) -> list[RoomBot]:
    return house.look(bots.bots, RoomBots(room_id), who).bots


def heard(kind: type[Refused], *arguments: Any) -> bytes:
    with pytest.raises(kind) as caught:
        add(*arguments)
    return msgspec.json.encode([caught.value.code, str(caught.value), caught.value.details])


@pytest.mark.parametrize("kind", ["public", "group"])
def test_a_bot_is_put_in_once_by_whoever_keeps_order(house: House, kind: str) -> None:
    ada, mod, bob = house.user("ada"), house.user("mod"), house.user("bob")
    house.user("helper", bot=True)
    room_id = house.room(ada, mod, bob, kind=kind)
    house.record(RoomMemberEvent(room_id, "role", "u_ada", "u_mod", "mod"))
    with pytest.raises(Forbidden):
        add(house, bob, room_id)
    joined = add(house, mod, room_id)
    assert joined == RoomMemberEvent(room_id, "join", "u_mod", "u_helper", "member")
    told = len(house.told)
    assert add(house, ada, room_id) == RoomMemberEvent(room_id, "join", "u_ada", "u_helper", "member")
    assert len(house.told) == told
    house.do(order.kick, RoomKick(room_id, "u_helper"), mod)
    assert rows.role_of(house.db, 1, "u_helper") is None
    add(house, mod, room_id)
    assert rows.role_of(house.db, 1, "u_helper") == "member"


def test_people_nobody_and_a_bot_that_is_banned_from_the_server_are_no_such_bot(house: House) -> None:
    ada = house.user("ada")
    house.user("bob")
    house.user("bad", bot=True)
    house.record(UserUpdated("u_bad", [], banned=True))
    room_id = house.room(ada)
    assert len({heard(NotFound, house, ada, room_id, user_id) for user_id in ("u_bob", "u_nobody", "u_bad", "u_ada")}) == 1
    assert listed(house, ada, room_id) == []


def test_a_bot_that_is_banned_from_the_room_comes_in_when_the_ban_is_lifted(house: House) -> None:
    ada = house.user("ada")
    house.user("helper", bot=True)
    room_id, elsewhere = house.room(ada), house.room(ada)
    house.do(order.ban, RoomBan(room_id, "u_helper"), ada)
    assert b"lift the ban" in heard(Forbidden, house, ada, room_id)
    add(house, ada, elsewhere)
    house.do(order.unban, RoomUnban(room_id, "u_helper"), ada)
    add(house, ada, room_id)


def test_a_full_group_takes_no_bot(house: House) -> None:
    ada = house.user("ada")
    house.user("helper", bot=True)
    room_id = house.room(ada, kind="group")
    house.record(*(RoomMemberEvent(room_id, "join", "u_ada", f"u_{number}") for number in range(MAX_GROUP_MEMBERS - 1)))
    assert b"full" in heard(Conflict, house, ada, room_id)


def test_the_list_tells_which_bots_there_are_and_of_other_rooms_nothing(house: House) -> None:
    ada, eve = house.user("ada"), house.user("eve")
    house.user("helper", bot=True)
    house.user("other", bot=True)
    room_id, hidden = house.room(ada), house.room(eve, kind="group")
    add(house, eve, hidden, "u_other")
    add(house, ada, room_id)
    assert listed(house, ada, room_id) == [RoomBot("u_helper", "helper", "Helper", True), RoomBot("u_other", "other", "Other", False)]
    for room in (hidden, "g_unknown"):
        with pytest.raises(NotFound, match="no such room"):
            listed(house, ada, room)


def test_an_admin_puts_a_bot_into_public_rooms_and_into_no_group_of_others(house: House) -> None:
    ada, root = house.user("ada"), house.user("root", admin=True)
    house.user("helper", bot=True)
    public, hidden = house.room(ada), house.room(ada, kind="group")
    add(house, root, public)
    assert heard(NotFound, house, root, hidden) == heard(NotFound, house, root, "g_unknown")
