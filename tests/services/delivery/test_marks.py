"""Marks: up to where somebody received and read a room. They never go back, and only members have them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bus.errors import Forbidden, NotFound
from bus.message import Context
from bus.protocol.inside import CaughtUp, DeliveryMoved
from bus.protocol.messages import MsgDelivered, MsgDeliveredAck, MsgRead, MsgReadEvent
from bus.protocol.order import RoomBan, RoomKick
from bus.protocol.rooms import RoomDelete, RoomJoin, RoomLeave, RoomList
from bus.protocol.terms import MAX_INT
from services.delivery import deeds, rows
from services.delivery.rows import Marks
from services.rooms import deeds as rooms
from services.rooms import order
from services.rooms import reads as room_reads
from tests.services.house import House


def scene(house: House, messages: int = 5) -> tuple[Context, Context, str]:
    """Ann writes, bob reads."""
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    for _ in range(messages):
        house.say(ann, room, "hi")
    return ann, bob, room


def marks(house: House, room: str, who: Context) -> Marks:
    room_no: int = house.db.execute("select room_no from rooms where room_id = ?", (room,)).get
    return rows.marks(house.db, room_no, who.user)


def test_reading_moves_the_mark_tells_the_room_and_means_having_received(house: House) -> None:
    _, bob, room = scene(house)
    event = house.do(deeds.read, MsgRead(room, 3), bob)
    assert event == MsgReadEvent(room, "u_bob", 3)
    assert house.told[-1] == event
    assert marks(house, room, bob) == Marks(delivered=3, read=3)


@pytest.mark.parametrize("up_to", [3, 2, 0])
def test_a_read_mark_that_would_not_move_is_answered_and_is_no_fact(house: House, up_to: int) -> None:
    _, bob, room = scene(house)
    first = house.do(deeds.read, MsgRead(room, 3), bob)
    told = len(house.told)
    assert house.do(deeds.read, MsgRead(room, up_to), bob) == first
    assert len(house.told) == told


def test_marks_stop_at_the_last_message(house: House) -> None:
    _, bob, room = scene(house)
    assert house.do(deeds.delivered, MsgDelivered(room, MAX_INT), bob) == MsgDeliveredAck(room, 5)
    assert house.do(deeds.read, MsgRead(room, MAX_INT), bob).up_to_seq == 5


def test_receiving_is_told_to_nobody_in_the_room_and_does_not_mean_having_read(house: House) -> None:
    _, bob, room = scene(house)
    assert house.do(deeds.delivered, MsgDelivered(room, 4), bob) == MsgDeliveredAck(room, 4)
    assert house.told[-1] == DeliveryMoved("u_bob", room, 4)
    assert house.do(deeds.delivered, MsgDelivered(room, 2), bob) == MsgDeliveredAck(room, 4)
    assert house.heard(DeliveryMoved) == [DeliveryMoved("u_bob", room, 4)]
    assert marks(house, room, bob) == Marks(delivered=4, read=0)


def test_catching_up_moves_what_was_received(house: House) -> None:
    _, bob, room = scene(house)
    house.do(deeds.caught_up, CaughtUp("u_bob", room, 2), bob)  # type: ignore[arg-type]
    house.do(deeds.caught_up, CaughtUp("u_bob", room, 1), bob)  # type: ignore[arg-type]
    assert marks(house, room, bob) == Marks(delivered=2, read=0)
    assert len(house.heard(DeliveryMoved)) == 1


def test_who_left_while_catching_up_has_no_mark_and_fails_nobody(house: House) -> None:
    _, bob, room = scene(house)
    house.do(rooms.leave, RoomLeave(room), bob)
    house.do(deeds.caught_up, CaughtUp("u_bob", room, 2), bob)  # type: ignore[arg-type]
    assert house.heard(DeliveryMoved) == []


def test_a_writer_has_read_their_own_words_if_they_had_read_all_before(house: House) -> None:
    ann, bob, room = scene(house, 2)
    assert marks(house, room, ann) == Marks(2, 2)
    house.say(bob, room, "unread before it")
    assert marks(house, room, bob) == Marks(0, 0)
    house.do(deeds.delivered, MsgDelivered(room, 3), bob)
    house.say(bob, room, "received before it")
    assert marks(house, room, bob) == Marks(delivered=4, read=0)
    house.say(ann, room, "bob's are unread")
    assert marks(house, room, ann) == Marks(2, 2)


@pytest.mark.parametrize("way", ["leave", "kick", "ban"])
def test_marks_go_with_their_owner(house: House, way: str) -> None:
    ann, bob, room = scene(house)
    house.do(deeds.read, MsgRead(room, 3), bob)
    match way:
        case "leave":
            house.do(rooms.leave, RoomLeave(room), bob)
        case "kick":
            house.do(order.kick, RoomKick(room, "u_bob"), ann)
        case _:
            house.do(order.ban, RoomBan(room, "u_bob"), ann)
    assert house.db.execute("select count(*) from deliveries where user_id = 'u_bob'").get == 0
    assert marks(house, room, ann) == Marks(5, 5)
    if way != "ban":
        house.do(rooms.join, RoomJoin(room), bob)
        assert marks(house, room, bob) == Marks(5, 5)


def test_marks_go_with_their_room(house: House) -> None:
    ann, bob, room = scene(house)
    house.do(deeds.read, MsgRead(room, 3), bob)
    house.do(rooms.delete, RoomDelete(room), ann)
    assert house.db.execute("select count(*) from deliveries").get == 0


def test_marks_are_for_members_only(house: House) -> None:
    ann, eve = house.user("ann"), house.user("eve")
    for room, refusal in ((house.room(ann), Forbidden), (house.room(ann, kind="group"), NotFound)):
        with pytest.raises(refusal):
            house.do(deeds.read, MsgRead(room, 1), eve)
        with pytest.raises(refusal):
            house.do(deeds.delivered, MsgDelivered(room, 1), eve)


def test_the_list_of_rooms_shows_ones_own_marks(house: House) -> None:
    _, bob, room = scene(house)
    house.do(deeds.delivered, MsgDelivered(room, 4), bob)
    house.do(deeds.read, MsgRead(room, 2), bob)
    (listed,) = house.look(room_reads.listed, RoomList(), bob).rooms
    assert (listed.last_seq, listed.delivered_seq, listed.read_seq) == (5, 4, 2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["read", "delivered", "caught_up", "ann says", "bob says"]), st.integers(0, 9)), max_size=25))
def test_marks_never_go_back_nor_beyond_the_last_message(steps: list[tuple[str, int]]) -> None:
    house = House()
    ann, bob, room = scene(house, 0)
    last, before = 0, Marks()
    for step, seq in steps:
        match step:
            case "read":
                house.do(deeds.read, MsgRead(room, seq), bob)
            case "delivered":
                house.do(deeds.delivered, MsgDelivered(room, seq), bob)
            case "caught_up":
                house.do(deeds.caught_up, CaughtUp("u_bob", room, seq), bob)  # type: ignore[arg-type]
            case _:
                house.say(ann if step == "ann says" else bob, room, "hi")
                last += 1
        now = marks(house, room, bob)
        assert before.read <= now.read <= now.delivered <= last
        assert before.delivered <= now.delivered
        before = now
    assert house.differences() == []


def test_to_a_newcomer_nothing_that_was_said_before_is_unread(house: House) -> None:
    ann, _, room = scene(house)
    eve = house.user("eve")
    house.do(rooms.join, RoomJoin(room), eve)
    (listed,) = house.look(room_reads.listed, RoomList(), eve).rooms
    assert (listed.last_seq, listed.read_seq) == (5, 5)
    house.say(ann, room, "welcome")
    (listed,) = house.look(room_reads.listed, RoomList(), eve).rooms
    assert (listed.last_seq, listed.read_seq) == (6, 5)
