"""Editing, taking back and reacting: who may, what stays, and what is not done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.messages import Attachment, Msg, MsgDelete, MsgEdit, MsgList, MsgReact, MsgReactionEvent, MsgSend, MsgUpdated
from bus.protocol.order import RoomSetRole
from bus.protocol.rooms import RoomLeave
from services.messages import deeds, reads
from services.rooms import deeds as rooms
from services.rooms import order
from tests.services.house import House

Change = Callable[[House, str, Context], Any]


def edit(house: House, msg_id: str, who: Context) -> MsgUpdated:
    return house.do(deeds.edit, MsgEdit(msg_id, "new"), who)


def delete(house: House, msg_id: str, who: Context) -> MsgUpdated:
    return house.do(deeds.delete, MsgDelete(msg_id), who)


def react(house: House, msg_id: str, who: Context, emoji: str = "👍", *, on: bool = True) -> MsgReactionEvent:
    return house.do(deeds.react, MsgReact(msg_id, emoji, on), who)


def only(house: House, room: str, who: Context) -> Msg:
    (msg,) = house.look(reads.page, MsgList(room), who).messages
    return msg


def facts(house: House) -> int:
    return house.db.execute("select max(event_id) from events").get


CHANGES: list[Change] = [edit, delete, react]


@pytest.mark.parametrize("change", CHANGES)
def test_a_message_that_one_may_not_read_is_no_message(house: House, change: Change) -> None:
    ann, eve = house.user("ann"), house.user("eve")
    places = [house.room(ann, kind="group"), house.room(ann, kind="group", visibility="discoverable"), house.room(ann)]
    unreadable = [house.say(ann, room, "hi") for room in places]
    refusals: set[str] = set()
    for msg_id in (*unreadable, "m_nowhere"):
        with pytest.raises(NotFound) as refused:
            change(house, msg_id, eve)
        refusals.add(f"{refused.value} {refused.value.details}")
    assert refusals == {"there is no such message {}"}


@pytest.mark.parametrize("change", CHANGES)
def test_who_left_changes_nothing_not_even_their_own(house: House, change: Change) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    msg_id = house.say(bob, room, "hi")
    house.do(rooms.leave, RoomLeave(room), bob)
    with pytest.raises(NotFound):
        change(house, msg_id, bob)


def test_an_edit_changes_text_and_rev_and_keeps_the_rest(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    sent = MsgSend(room, "old", "c1", mentions=["u_ann"], attachments=[Attachment("a.txt")])
    msg_id = house.do(deeds.send, sent, ann).msg_id
    react(house, msg_id, ann)
    before = only(house, room, ann)
    house.now += 1000
    updated = edit(house, msg_id, ann)
    assert updated.msg == only(house, room, ann)
    assert (updated.msg.text, updated.msg.edited_at, updated.msg.rev) == ("new", house.now, facts(house))
    kept = ("msg_id", "seq", "ts", "user_id", "client_msg_id", "mentions", "attachments", "reactions")
    assert all(getattr(before, name) == getattr(updated.msg, name) for name in kept)


def test_an_edit_to_the_same_text_is_no_fact(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    msg_id = house.say(ann, room, "new")
    before = facts(house)
    assert edit(house, msg_id, ann).msg == only(house, room, ann)
    assert facts(house) == before


def test_nobody_edits_what_another_wrote_not_even_the_owner_or_an_admin(house: House) -> None:
    ann, bob, root = house.user("ann"), house.user("bob"), house.user("root", admin=True)
    msg_id = house.say(bob, house.room(ann, bob, root), "hi")
    for who in (ann, root):
        with pytest.raises(Forbidden):
            edit(house, msg_id, who)


def test_a_deleted_message_keeps_its_place_and_loses_what_it_said(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    asked = house.say(ann, room, "why?")
    sent = MsgSend(room, "secret", "c1", reply_to_msg_id=asked, mentions=["u_ann"], attachments=[Attachment("secret.txt")])
    msg_id = house.do(deeds.send, sent, bob).msg_id
    react(house, msg_id, ann)
    deleted = delete(house, msg_id, bob).msg
    assert deleted == house.look(reads.page, MsgList(room), ann).messages[-1]
    assert (deleted.seq, deleted.reply_to_msg_id, deleted.deleted_at) == (2, asked, house.now)
    assert (deleted.text, deleted.mentions, deleted.attachments, deleted.reactions) == ("", [], [], {})
    assert house.say(ann, room, "next") and house.look(reads.page, MsgList(room), ann).messages[-1].seq == 3


def test_deleting_twice_answers_the_same_and_happens_once(house: House) -> None:
    ann = house.user("ann")
    msg_id = house.say(ann, house.room(ann), "hi")
    first, before = delete(house, msg_id, ann), facts(house)
    house.now += 1000
    assert delete(house, msg_id, ann) == first
    assert facts(house) == before


def test_moderators_take_back_what_others_wrote_and_members_do_not(house: House) -> None:
    ann, bob, eve = house.user("ann"), house.user("bob"), house.user("eve")
    room = house.room(ann, bob, eve)
    house.do(order.set_role, RoomSetRole(room, "u_bob", "mod"), ann)
    msg_id = house.say(ann, room, "hi")
    with pytest.raises(Forbidden):
        delete(house, msg_id, eve)
    assert delete(house, msg_id, bob).msg.deleted_at is not None


def test_an_admin_takes_back_in_public_rooms_from_outside_and_in_no_group(house: House) -> None:
    ann, root = house.user("ann"), house.user("root", admin=True)
    public, group = house.say(ann, house.room(ann), "hi"), house.say(ann, house.room(ann, kind="group"), "hi")
    assert delete(house, public, root).msg.deleted_at is not None
    with pytest.raises(NotFound):
        delete(house, group, root)


@pytest.mark.parametrize("change", [edit, react])
def test_a_deleted_message_is_not_changed_any_more(house: House, change: Change) -> None:
    ann = house.user("ann")
    msg_id = house.say(ann, house.room(ann), "hi")
    delete(house, msg_id, ann)
    with pytest.raises(Conflict):
        change(house, msg_id, ann)


def test_reactions_come_in_the_order_in_which_they_were_put(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room = house.room(ann, bob)
    msg_id = house.say(ann, room, "hi")
    for who, emoji in ((bob, "🎉"), (ann, "👍"), (ann, "🎉")):
        assert react(house, msg_id, who, emoji).rev == facts(house)
    msg = only(house, room, ann)
    assert list(msg.reactions.items()) == [("🎉", ["u_bob", "u_ann"]), ("👍", ["u_ann"])]
    assert msg.rev == facts(house)
    react(house, msg_id, bob, "🎉", on=False)
    assert only(house, room, ann).reactions == {"👍": ["u_ann"], "🎉": ["u_ann"]}


@pytest.mark.parametrize("on", [True, False])
def test_a_reaction_that_is_already_so_is_no_fact(house: House, on: bool) -> None:
    ann = house.user("ann")
    msg_id = house.say(ann, house.room(ann), "hi")
    react(house, msg_id, ann)
    first = react(house, msg_id, ann, on=on)
    before = facts(house)
    assert react(house, msg_id, ann, on=on) == first
    assert facts(house) == before


def test_a_message_carries_twenty_different_reactions_at_most(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    msg_id = house.say(ann, house.room(ann, bob), "hi")
    for number in range(20):
        react(house, msg_id, ann, f"e{number}")
    with pytest.raises(Conflict):
        react(house, msg_id, bob, "one-more")
    assert react(house, msg_id, bob, "e0").on
    react(house, msg_id, ann, "e19", on=False)
    assert react(house, msg_id, bob, "one-more").on


def test_changes_are_told_to_the_room(house: House) -> None:
    ann = house.user("ann")
    msg_id = house.say(ann, house.room(ann), "hi")
    told = [edit(house, msg_id, ann), react(house, msg_id, ann), delete(house, msg_id, ann)]
    assert house.told[-3:] == told
