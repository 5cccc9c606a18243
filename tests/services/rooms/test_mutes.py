"""Mutes: who is muted reads on and says nothing, until the time is over, wherever they have been meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from bus.errors import Conflict, Forbidden, NotFound, Refused
from bus.protocol.messages import MsgDelete, MsgEdit, MsgList, MsgReact, MsgSend, MsgTyping
from bus.protocol.order import RoomKick, RoomMute, RoomMuted, RoomSetRole, RoomUnmute
from bus.protocol.rooms import RoomDelete, RoomJoin, RoomLeave, RoomUpdate
from bus.protocol.terms import DAY_MS
from services.messages import deeds as messages
from services.messages import reads as message_reads
from services.presence import queries
from services.rooms import deeds, order
from tests.services.house import PROJECTIONS
from tests.services.rooms.test_order import POWERS, Scene

MINUTE = 60_000


@pytest.fixture
def scene() -> Scene:
    return Scene()


def mute(scene: Scene, ttl_ms: int = MINUTE, *, by: str = "mod", of: str = "member") -> RoomMuted:
    return scene.house.do(order.mute, RoomMute(scene.room_id, scene.who(of).user, ttl_ms, "too loud"), scene.who(by))


def unmute(scene: Scene, *, by: str = "mod", of: str = "member") -> RoomMuted:
    return scene.house.do(order.unmute, RoomUnmute(scene.room_id, scene.who(of).user), scene.who(by))


def says(scene: Scene, who: str = "member", text: str = "hello") -> str:
    """ok, or why not."""
    try:
        scene.house.say(scene.who(who), scene.room_id, text)
    except Refused as refused:
        return f"{refused.code}: {refused}"
    return "ok"


@pytest.mark.parametrize(("actor", "target", "answer"), POWERS)
def test_one_mutes_only_those_below_oneself(scene: Scene, actor: str, target: str, answer: str) -> None:
    assert scene.try_(order.mute, RoomMute, actor, target, MINUTE) == answer
    assert (says(scene, target) == "ok") == (answer != "ok")


@pytest.mark.parametrize(("actor", "target", "answer"), [power for power in POWERS if power[0] != power[1]])
def test_and_lets_only_those_speak_again(scene: Scene, actor: str, target: str, answer: str) -> None:
    scene.house.record(RoomMuted(scene.room_id, scene.who(target).user, "u_owner", scene.house.now + MINUTE))
    assert scene.try_(order.unmute, RoomUnmute, actor, target) == answer
    assert (says(scene, target) == "ok") == (answer == "ok")


def test_who_is_muted_reads_on_and_neither_writes_nor_edits_nor_reacts_nor_types(scene: Scene) -> None:
    house, member, room_id = scene.house, scene.member, scene.room_id
    mine, theirs = house.say(member, room_id, "before"), house.say(scene.owner, room_id, "of the owner")
    mute(scene)
    facts = len(house.told)
    refusals: list[Forbidden] = []
    tries: list[tuple[Callable[..., Any], Callable[..., Any], Any]] = [
        (house.do, messages.send, MsgSend(room_id, "after")),
        (house.do, messages.edit, MsgEdit(mine, "after")),
        (house.do, messages.react, MsgReact(theirs, "+1", on=True)),
        (house.look, message_reads.typing, MsgTyping(room_id)),
    ]
    for do, deed, word in tries:
        with pytest.raises(Forbidden) as refused:
            do(deed, word, member)
        refusals.append(refused.value)
    assert {str(each) for each in refusals} == {"you are muted here until 2023-11-14 22:14:20 UTC"}
    assert refusals[0].details == {"room_id": room_id, "until": house.now + MINUTE}
    assert len(house.told) == facts
    assert [msg.text for msg in house.look(message_reads.page, MsgList(room_id), member).messages] == ["before", "of the owner"]
    assert house.do(messages.delete, MsgDelete(mine), member).msg.deleted_at
    assert says(scene, "owner") == "ok"


def test_a_moderator_who_is_muted_says_nothing_by_a_name_or_topic_either_and_keeps_order_still(scene: Scene) -> None:
    mute(scene, by="owner", of="mod")
    for change in (RoomUpdate(scene.room_id, topic="hello"), RoomUpdate(scene.room_id, name="hello")):
        with pytest.raises(Forbidden, match="you are muted here until"):
            scene.house.do(deeds.update, change, scene.who("mod"))
    assert scene.house.do(deeds.update, RoomUpdate(scene.room_id, retention_days=7), scene.who("mod")).retention_days == 7
    mute(scene)
    scene.house.now += MINUTE
    assert scene.house.do(deeds.update, RoomUpdate(scene.room_id, topic="hello"), scene.who("mod")).topic == "hello"


def test_it_ends_by_itself_at_its_time_and_in_this_room_only(scene: Scene) -> None:
    until = mute(scene).until
    other = scene.house.room(scene.member)
    scene.house.say(scene.member, other, "elsewhere")
    scene.house.now = until - 1
    assert says(scene).startswith("FORBIDDEN: you are muted here until")
    scene.house.now = until
    assert says(scene) == "ok"
    with pytest.raises(NotFound, match="muted"):
        unmute(scene)


def test_the_later_word_counts_and_so_does_letting_go(scene: Scene) -> None:
    mute(scene, 10 * MINUTE)
    scene.house.now += 5
    assert mute(scene, 1000).until == scene.house.now + 1000
    assert scene.house.heard(RoomMuted)[-1].reason == "too loud"
    assert (unmute(scene).until, says(scene)) == (0, "ok")
    with pytest.raises(NotFound):
        unmute(scene)


def test_going_and_coming_back_does_not_end_it(scene: Scene) -> None:
    mute(scene)
    scene.house.do(deeds.leave, RoomLeave(scene.room_id), scene.member)
    with pytest.raises(NotFound, match="no such member"):
        mute(scene)
    scene.house.do(deeds.join, RoomJoin(scene.room_id), scene.member)
    assert says(scene).startswith("FORBIDDEN")
    scene.house.do(order.kick, RoomKick(scene.room_id, scene.member.user), scene.mod)
    assert unmute(scene).until == 0
    scene.house.do(deeds.join, RoomJoin(scene.room_id), scene.member)
    assert says(scene) == "ok"


def test_a_message_that_was_acked_before_answers_again_the_same(scene: Scene) -> None:
    send = MsgSend(scene.room_id, "once", "c1")
    ack = scene.house.do(messages.send, send, scene.member)
    mute(scene)
    assert scene.house.do(messages.send, send, scene.member) == ack


def test_whoever_becomes_the_owner_is_free(scene: Scene) -> None:
    mute(scene, by="owner", of="mod")
    with pytest.raises(Forbidden):
        unmute(scene, by="mod", of="mod")
    scene.house.do(deeds.leave, RoomLeave(scene.room_id), scene.owner)
    assert (scene.role("mod"), says(scene, "mod")) == ("owner", "ok")


def test_whoever_becomes_a_moderator_is_not(scene: Scene) -> None:
    mute(scene)
    scene.house.do(order.set_role, RoomSetRole(scene.room_id, scene.member.user, "mod"), scene.owner)
    assert says(scene).startswith("FORBIDDEN")
    with pytest.raises(Conflict):
        mute(scene, by="member", of="member")


def test_members_see_until_when_and_tables_are_what_the_log_says(scene: Scene) -> None:
    house = scene.house
    until = mute(scene).until
    assert {seat.person.user_id: seat.muted_until for seat in queries.seats(house.db, 1)} == {"u_owner": 0, "u_mod": 0, "u_member": until}
    house.now = until
    mute(scene, by="owner", of="mod")
    assert house.db.execute("select user_id from mutes").fetchall() == [("u_mod",)]
    assert "mutes" in {table for projection in PROJECTIONS for table in projection.tables}
    assert house.differences() == []
    house.do(deeds.delete, RoomDelete(scene.room_id), scene.owner)
    assert house.db.execute("select count(*) from mutes").get == 0
    assert house.differences() == []


@pytest.mark.parametrize("ttl_ms", [0, 999, 28 * DAY_MS + 1, -1])
def test_for_how_long_has_its_limits(ttl_ms: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"room_id": "r_1", "user_id": "u_a", "ttl_ms": ttl_ms}, RoomMute)


def test_an_admin_of_the_server_has_no_power_in_a_group_they_are_not_in() -> None:
    scene = Scene("group")
    assert scene.try_(order.mute, RoomMute, "admin", "member", MINUTE) == "NOT_FOUND"
    mute(scene)
    assert scene.try_(order.unmute, RoomUnmute, "admin", "member") == "NOT_FOUND"
