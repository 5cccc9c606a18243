"""Unread mentions in the list of rooms: those behind one's mark that still stand, and nobody else's."""

from __future__ import annotations

import random

import pytest

from bus.message import Context
from bus.protocol.messages import MsgDelete, MsgEdit, MsgList, MsgRead, MsgSend
from bus.protocol.order import RoomKick
from bus.protocol.rooms import RoomDelete, RoomJoin, RoomLeave, RoomList
from services.delivery import deeds as delivery
from services.messages import deeds, reads
from services.rooms import deeds as rooms
from services.rooms import order
from services.rooms import reads as room_reads
from tests.services.house import House


def call(house: House, who: Context, room_id: str, *whom: Context) -> str:
    """Say something that mentions these; returns its msg_id."""
    return house.do(deeds.send, MsgSend(room_id, "look", mentions=[each.user for each in whom]), who).msg_id


def unread(house: House, who: Context) -> dict[str, int]:
    return {room.room_id: room.unread_mentions for room in house.look(room_reads.listed, RoomList(), who).rooms}


def test_a_mention_counts_until_it_is_read(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room, other = house.room(ann, bob), house.room(ann, bob)
    for _ in range(3):
        call(house, ann, room, bob)
    assert unread(house, bob) == {room: 3, other: 0}
    house.do(delivery.read, MsgRead(room, 2), bob)
    assert unread(house, bob) == {room: 1, other: 0}
    assert unread(house, ann) == {room: 0, other: 0}


def test_nobody_is_reminded_of_mentioning_themselves(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    call(house, bob, room, ann)
    call(house, ann, room, ann, bob)
    assert (unread(house, ann), unread(house, bob)) == ({room: 1}, {room: 1})


def test_who_is_not_a_member_is_not_mentioned_and_counts_nothing(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann)
    call(house, ann, room, bob)
    assert unread(house, bob) == {room: 0}
    house.do(rooms.join, RoomJoin(room), bob)
    assert unread(house, bob) == {room: 0}


@pytest.mark.parametrize("kick", [False, True])
def test_whoever_has_gone_counts_nothing(house: House, kick: bool) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    call(house, ann, room, bob)
    if kick:
        house.do(order.kick, RoomKick(room, bob.user), ann)
    else:
        house.do(rooms.leave, RoomLeave(room), bob)
    assert unread(house, bob) == {room: 0}


def test_a_message_that_is_taken_back_mentions_nobody_and_an_edited_one_still_does(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    edited, deleted = call(house, ann, room, bob), call(house, ann, room, bob)
    house.do(deeds.edit, MsgEdit(edited, "look here"), ann)
    house.do(deeds.delete, MsgDelete(deleted), ann)
    assert unread(house, bob) == {room: 1}


def test_with_a_room_its_mentions_go(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    kept, gone = house.room(ann, bob), house.room(ann, bob)
    for room in (kept, gone):
        call(house, ann, room, bob)
    house.do(rooms.delete, RoomDelete(gone), ann)
    assert unread(house, bob) == {kept: 1}
    assert house.db.execute("select count(*) from mentions").get == 1


def by_hand(house: House, who: Context, room_id: str) -> int:
    """The count that reading the whole room gives."""
    (room,) = [room for room in house.look(room_reads.listed, RoomList(), who).rooms if room.room_id == room_id]
    messages = house.look(reads.page, MsgList(room_id, after_seq=0, limit=200), who).messages
    behind = [msg for msg in messages if msg.seq > room.read_seq]
    return sum(who.user in msg.mentions and msg.user_id != who.user and msg.deleted_at is None for msg in behind)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_the_count_is_the_one_that_reading_gives(house: House, seed: int) -> None:
    chance = random.Random(seed)
    people = [house.user(name) for name in ("ann", "bob", "cid")]
    room_ids = [house.room(*people) for _ in range(2)]
    said: list[tuple[str, Context]] = []
    for _ in range(60):
        who, room_id = chance.choice(people), chance.choice(room_ids)
        match chance.choice(["say", "say", "say", "edit", "delete", "read"]):
            case "edit" if said:
                msg_id, author = chance.choice(said)
                house.do(deeds.edit, MsgEdit(msg_id, f"better {chance.random()}"), author)
            case "delete" if said:
                msg_id, author = said.pop(chance.randrange(len(said)))
                house.do(deeds.delete, MsgDelete(msg_id), author)
            case "read":
                house.do(delivery.read, MsgRead(room_id, chance.randrange(40)), who)
            case _:
                said.append((call(house, who, room_id, *chance.sample(people, chance.randrange(4))), who))
    for who in people:
        assert unread(house, who) == {room_id: by_hand(house, who, room_id) for room_id in room_ids}
