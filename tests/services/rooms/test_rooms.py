"""Making rooms, coming and going: who may, who hears of it, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from bus.errors import Conflict, Forbidden, NotFound, Refused
from bus.message import Context
from bus.protocol import order as order_words
from bus.protocol.admin import AdminEvents
from bus.protocol.rooms import (
    RoomCreate,
    RoomCreated,
    RoomDelete,
    RoomDeleted,
    RoomJoin,
    RoomLeave,
    RoomList,
    RoomMemberEvent,
    RoomUpdate,
    RoomUpdated,
)
from services.auth import events
from services.rooms import deeds, invites, order, reads
from tests.services.house import House

NOWHERE = "r_0000000000000000"


@pytest.fixture
def house() -> House:
    return House()


def listed(house: House, who: Context) -> dict[str, Any]:
    return {room.room_id: room for room in house.look(reads.listed, RoomList(), who).rooms}


def test_the_maker_of_a_room_is_its_owner(house: House) -> None:
    ann = house.user("ann")
    made = house.do(deeds.create, RoomCreate("public", "Raids", "tonight"), ann)
    room = listed(house, ann)[made.room.room_id]
    assert (room.name, room.topic, room.role, room.member_count, room.joined) == ("Raids", "tonight", "owner", 1, True)


def test_a_hidden_group_is_told_to_its_maker_alone_and_a_public_room_to_everyone(house: House) -> None:
    ann = house.user("ann")
    for kind, visibility in (("public", "hidden"), ("group", "discoverable"), ("group", "hidden")):
        house.do(deeds.create, RoomCreate(kind, "x", visibility=visibility), ann)  # type: ignore[arg-type]
    assert [fact.audience() for fact in house.heard(RoomCreated)] == ["everyone", "everyone", f"user:{ann.user_id}"]


def test_the_list_shows_public_rooms_discoverable_groups_and_ones_own(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    public, found, hidden = house.room(ann), house.room(ann, kind="group", visibility="discoverable"), house.room(ann, kind="group")
    assert set(listed(house, bob)) == {public, found}
    assert set(listed(house, ann)) == {public, found, hidden}


def test_where_one_is_not_a_member_the_list_tells_nothing_of_what_is_said(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    found = house.room(ann, kind="group", visibility="discoverable")
    house.say(ann, found, "secret plans")
    room = listed(house, bob)[found]
    assert (room.last_seq, room.read_seq, room.delivered_seq, room.role) == (0, 0, 0, None)


def test_joining_a_public_room_twice_happens_once(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann)
    first = house.do(deeds.join, RoomJoin(room_id), bob)
    assert house.do(deeds.join, RoomJoin(room_id), bob) == first
    assert [fact.target_user_id for fact in house.heard(RoomMemberEvent)] == [ann.user_id, bob.user_id]


def test_a_group_is_not_joined_without_an_invite(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    found, hidden = house.room(ann, kind="group", visibility="discoverable"), house.room(ann, kind="group")
    with pytest.raises(Forbidden):
        house.do(deeds.join, RoomJoin(found), bob)
    with pytest.raises(NotFound):
        house.do(deeds.join, RoomJoin(hidden), bob)


OUTSIDE: list[Any] = [
    (deeds.update, RoomUpdate, {"name": "mine"}),
    (deeds.delete, RoomDelete, {}),
    (deeds.join, RoomJoin, {}),
    (deeds.leave, RoomLeave, {}),
    (order.kick, order_words.RoomKick, {"user_id": "u_ann"}),
    (order.ban, order_words.RoomBan, {"user_id": "u_ann"}),
    (order.unban, order_words.RoomUnban, {"user_id": "u_ann"}),
    (order.set_role, order_words.RoomSetRole, {"user_id": "u_ann", "role": "mod"}),
    (invites.create, order_words.RoomInviteCreate, {}),
]


@pytest.mark.parametrize(("deed", "word", "more"), OUTSIDE, ids=lambda value: getattr(value, "t", ""))
def test_a_hidden_group_answers_an_outsider_as_one_that_does_not_exist(house: House, deed: Any, word: Any, more: dict[str, Any]) -> None:
    ann, bob, admin = house.user("ann"), house.user("bob"), house.user("root", admin=True)
    hidden = house.room(ann, kind="group")
    for outsider in (bob, admin):
        refusals: list[tuple[str, str, dict[str, Any]]] = []
        for room_id in (hidden, NOWHERE):
            with pytest.raises(Refused) as refused:
                house.do(deed, word(room_id, **more), outsider)
            refusals.append((refused.value.code, str(refused.value), refused.value.details))
        assert refusals[0] == refusals[1]
        assert refusals[0][0] == "NOT_FOUND"


def test_only_moderators_change_a_room_and_what_they_leave_out_stays_and_all_hear_who_it_was(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, bob)
    with pytest.raises(Forbidden):
        house.do(deeds.update, RoomUpdate(room_id, name="mine"), bob)
    house.do(deeds.update, RoomUpdate(room_id, topic="new"), ann)
    assert house.heard(RoomUpdated) == [RoomUpdated(room_id, "room", "new", 0, ann.user)]


def test_a_deleted_room_is_gone_for_everybody_with_all_that_was_said(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, bob)
    house.say(bob, room_id, "hello")
    with pytest.raises(Forbidden):
        house.do(deeds.delete, RoomDelete(room_id), bob)
    house.do(deeds.delete, RoomDelete(room_id), ann)
    assert listed(house, ann) == {}
    for table in ("members", "messages", "deliveries"):
        assert house.db.execute(f"select count(*) from {table}").get == 0
    with pytest.raises(NotFound):
        house.do(deeds.join, RoomJoin(room_id), bob)
    assert house.differences() == []


def test_a_new_room_never_takes_a_deleted_ones_place(house: House) -> None:
    ann = house.user("ann")
    house.do(deeds.delete, RoomDelete(house.room(ann)), ann)
    house.say(ann, house.room(ann), "first")
    assert house.db.execute("select room_no from messages").get == 2


def test_when_the_owner_leaves_the_longest_standing_moderator_owns_the_room(house: House) -> None:
    ann, bob, cat = house.user("ann"), house.user("bob"), house.user("cat")
    room_id = house.room(ann, bob, cat)
    house.do(order.set_role, order_words.RoomSetRole(room_id, cat.user, "mod"), ann)
    house.do(deeds.leave, RoomLeave(room_id), ann)
    assert (listed(house, cat)[room_id].role, listed(house, bob)[room_id].role) == ("owner", "member")


def test_a_bot_does_not_inherit_a_room(house: House) -> None:
    ann, bot, bob = house.user("ann"), house.user("bot", bot=True), house.user("bob")
    room_id = house.room(ann, bot, bob)
    house.do(deeds.leave, RoomLeave(room_id), ann)
    assert listed(house, bob)[room_id].role == "owner"


def test_a_group_that_the_last_member_leaves_is_deleted(house: House) -> None:
    ann = house.user("ann")
    room_id = house.room(ann, kind="group")
    house.do(deeds.leave, RoomLeave(room_id), ann)
    assert house.heard(RoomDeleted) == [RoomDeleted(room_id)]


def test_a_group_in_which_only_bots_are_left_is_deleted_and_a_public_room_is_not(house: House) -> None:
    ann, bot = house.user("ann"), house.user("bot", bot=True)
    group, public = house.room(ann, bot, kind="group"), house.room(ann, bot)
    house.do(deeds.leave, RoomLeave(group), ann)
    house.do(deeds.leave, RoomLeave(public), ann)
    assert house.heard(RoomDeleted) == [RoomDeleted(group)]
    assert house.differences() == []


def test_the_server_has_a_most_of_rooms(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = house.user("ann")
    monkeypatch.setattr(deeds, "MAX_ROOMS", 1)
    house.room(ann)
    with pytest.raises(Conflict):
        house.room(ann)


def test_the_log_as_an_admin_reads_it_covers_what_a_group_is_called(house: House) -> None:
    ann, admin = house.user("ann"), house.user("root", admin=True)
    house.do(deeds.create, RoomCreate("group", "Surprise for root", "shh"), ann)
    shown = house.look(events.events, AdminEvents(type="room.created"), admin).events
    assert [(row.body["room"]["name"], row.body["room"]["topic"]) for row in shown] == [("***", "***")]
