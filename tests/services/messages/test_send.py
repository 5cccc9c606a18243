"""Posting: once, in order, by members only."""

from __future__ import annotations

import msgspec
import pytest

from bus.errors import Forbidden, NotFound
from bus.protocol.messages import Attachment, MsgDelete, MsgEvent, MsgList, MsgReact, MsgSend, MsgTyping, MsgTypingEvent
from bus.protocol.order import RoomKick
from bus.protocol.rooms import RoomDelete, RoomJoin, RoomLeave
from services.messages import deeds, reads
from services.rooms import deeds as rooms
from services.rooms import order
from services.store import replay
from tests.services.house import PROJECTIONS, House


def test_a_message_gets_the_next_seq_of_its_room(house: House) -> None:
    ann = house.user("ann")
    one, other = house.room(ann), house.room(ann)
    seqs = [house.do(deeds.send, MsgSend(room, "hi"), ann).seq for room in (one, one, other, one)]
    assert seqs == [1, 2, 1, 3]


def test_members_hear_what_was_stored(house: House) -> None:
    ann, bot = house.user("ann"), house.user("robo", bot=True)
    room = house.room(ann, bot)
    house.say(ann, room, "hi")
    house.say(bot, room, "beep")
    told = [event.msg for event in house.heard(MsgEvent)]
    assert told == house.look(reads.page, MsgList(room), ann).messages
    assert [(msg.user_handle, msg.bot) for msg in told] == [("ann", False), ("robo", True)]


def test_the_rev_of_a_message_is_the_event_id_of_its_fact(house: House) -> None:
    ann = house.user("ann")
    house.say(ann, house.room(ann), "hi")
    newest: int = house.db.execute("select max(event_id) from events where type = 'msg.event'").get
    (event,) = house.heard(MsgEvent)
    assert event.msg.rev == newest


def test_a_retry_is_answered_with_the_first_ack_byte_for_byte_and_posts_nothing(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    first = house.do(deeds.send, MsgSend(room, "hi", "c1"), ann)
    house.now += 60_000
    house.say(ann, room, "between")
    again = house.do(deeds.send, MsgSend(room, "hi", "c1"), ann)
    other_text = house.do(deeds.send, MsgSend(room, "another text", "c1", reply_to_msg_id="m_nowhere"), ann)
    assert msgspec.json.encode(first) == msgspec.json.encode(again) == msgspec.json.encode(other_text)
    assert len(house.heard(MsgEvent)) == 2


def test_a_retry_is_safe_after_the_message_was_deleted(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    first = house.do(deeds.send, MsgSend(room, "hi", "c1"), ann)
    house.do(deeds.delete, MsgDelete(first.msg_id), ann)
    assert house.do(deeds.send, MsgSend(room, "hi", "c1"), ann) == first


def test_a_retry_is_safe_after_the_tables_were_rebuilt(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    first = house.do(deeds.send, MsgSend(room, "hi", "c1"), ann)
    guard, house.db.authorizer = house.db.authorizer, None
    with house.db:
        replay.rebuild(house.db, PROJECTIONS)
    house.db.authorizer = guard
    assert house.do(deeds.send, MsgSend(room, "hi", "c1"), ann) == first


def test_a_client_msg_id_is_its_users_own_and_its_rooms(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room, other = house.room(ann, bob), house.room(ann)
    acks = [house.do(deeds.send, MsgSend(where, "hi", "c1"), who) for who, where in ((ann, room), (bob, room), (ann, other))]
    assert len({ack.msg_id for ack in acks}) == 3


def test_who_left_is_refused_even_for_a_retry_and_gets_the_first_ack_when_back(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    first = house.do(deeds.send, MsgSend(room, "hi", "c1"), bob)
    house.do(rooms.leave, RoomLeave(room), bob)
    with pytest.raises(Forbidden):
        house.do(deeds.send, MsgSend(room, "hi", "c1"), bob)
    house.do(rooms.join, RoomJoin(room), bob)
    assert house.do(deeds.send, MsgSend(room, "hi", "c1"), bob) == first


def test_a_hidden_group_and_no_room_at_all_are_refused_alike(house: House) -> None:
    ann, eve = house.user("ann"), house.user("eve")
    hidden = house.room(ann, kind="group")
    refusals: set[str] = set()
    for room in (hidden, "g_nowhere"):
        with pytest.raises(NotFound) as refused:
            house.do(deeds.send, MsgSend(room, "hi"), eve)
        refusals.add(f"{refused.value} {refused.value.details}")
    assert len(refusals) == 1


def test_nothing_is_posted_by_one_who_was_kicked(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    house.do(order.kick, RoomKick(room, "u_bob"), ann)
    with pytest.raises(Forbidden):
        house.say(bob, room, "hi")


def test_a_reply_is_to_a_message_of_the_same_room(house: House) -> None:
    ann = house.user("ann")
    room, other = house.room(ann), house.room(ann)
    asked, elsewhere = house.say(ann, room, "why?"), house.say(ann, other, "why?")
    reply = house.do(deeds.send, MsgSend(room, "because", reply_to_msg_id=asked), ann)
    assert house.look(reads.page, MsgList(room), ann).messages[-1].reply_to_msg_id == asked
    assert reply.seq == 2
    for missing in (elsewhere, "m_nowhere"):
        with pytest.raises(NotFound, match="no such message"):
            house.do(deeds.send, MsgSend(room, "because", reply_to_msg_id=missing), ann)


def test_mentions_keep_members_only_and_each_once(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    house.user("eve")
    room = house.room(ann, bob)
    named = ["u_bob", "u_eve", "u_nobody", "u_ann", "u_bob"]
    house.do(deeds.send, MsgSend(room, "you two", mentions=named), ann)
    assert house.look(reads.page, MsgList(room), bob).messages[0].mentions == ["u_bob", "u_ann"]


def test_attachments_come_back_as_they_were_sent(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    files = [Attachment("map.png", "f1", "image/png", 12), Attachment("ü.txt")]
    house.do(deeds.send, MsgSend(room, "look", attachments=files), ann)
    assert house.look(reads.page, MsgList(room), ann).messages[0].attachments == files


def test_typing_is_told_to_the_room_and_never_stored(house: House) -> None:
    ann, eve = house.user("ann"), house.user("eve")
    room = house.room(ann)
    event = house.look(reads.typing, MsgTyping(room), ann)
    assert house.heard(MsgTypingEvent) == [event] == [MsgTypingEvent(room, "u_ann")]
    assert house.db.execute("select count(*) from events where type like 'msg.typing%'").get == 0
    with pytest.raises(Forbidden):
        house.look(reads.typing, MsgTyping(room), eve)


def test_a_deleted_room_takes_its_messages_with_it_and_no_other_rooms(house: House) -> None:
    ann = house.user("ann")
    room, other = house.room(ann), house.room(ann)
    gone, kept = house.say(ann, room, "gone"), house.say(ann, other, "kept")
    for msg_id in (gone, kept):
        house.do(deeds.react, MsgReact(msg_id, "👍", True), ann)
    house.do(rooms.delete, RoomDelete(room), ann)
    with pytest.raises(NotFound, match="no such message"):
        house.do(deeds.delete, MsgDelete(gone), ann)
    assert [msg.msg_id for msg in house.look(reads.page, MsgList(other), ann).messages] == [kept]
    assert house.db.execute("select count(*) from reactions").get == 1
    assert house.db.execute("select count(*) from fts where fts match 'gone'").get == 0
