"""Messages older than their room keeps them are taken back by the house itself."""

from __future__ import annotations

from bus.message import Context
from bus.protocol.inside import RetentionSweep, Swept
from bus.protocol.messages import MsgList, MsgUpdated
from bus.protocol.rooms import RoomUpdate
from bus.protocol.terms import DAY_MS
from services.messages import deeds, reads
from services.rooms import deeds as rooms
from tests.services.house import House

NOBODY = Context()


def sweep(house: House) -> Swept:
    return house.do(deeds.sweep, RetentionSweep(), NOBODY)


def test_only_what_is_too_old_goes_and_only_where_the_room_says_so(house: House) -> None:
    ann = house.user("ann")
    room, for_ever = house.room(ann), house.room(ann)
    house.do(rooms.update, RoomUpdate(room, retention_days=2), ann)
    house.say(ann, room, "old")
    house.say(ann, for_ever, "old")
    house.now += DAY_MS
    house.say(ann, room, "young")
    house.now += DAY_MS
    assert sweep(house) == Swept(0, more=False)
    house.now += 1
    assert sweep(house) == Swept(1, more=False)
    assert [msg.text for msg in house.look(reads.page, MsgList(room), ann).messages] == ["", "young"]
    assert [msg.text for msg in house.look(reads.page, MsgList(for_ever), ann).messages] == ["old"]


def test_a_swept_message_is_a_deletion_without_an_actor_that_the_room_hears(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    house.do(rooms.update, RoomUpdate(room, retention_days=1), ann)
    house.say(ann, room, "old")
    house.now += 2 * DAY_MS
    sweep(house)
    (event,) = house.heard(MsgUpdated)
    assert (event.room_id, event.msg.text, event.msg.deleted_at) == (room, "", house.now)
    actor = house.db.execute("select actor_user_id from events order by event_id desc limit 1").fetchone()
    assert actor == (None,)
    assert sweep(house).count == 0


def test_much_is_swept_in_parts(house: House) -> None:
    ann = house.user("ann")
    room = house.room(ann)
    house.do(rooms.update, RoomUpdate(room, retention_days=1), ann)
    for _ in range(deeds.SWEPT_AT_ONCE + 1):
        house.say(ann, room, "old")
    house.now += 2 * DAY_MS
    assert [sweep(house) for _ in range(3)] == [Swept(200, more=True), Swept(1, more=False), Swept(0, more=False)]
