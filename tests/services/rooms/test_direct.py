"""Where a bot speaks to one person: made once, for the two of them, and never against that person's will."""

from __future__ import annotations

import pytest

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.errands import DirectOpen, DirectOpened
from bus.protocol.rooms import RoomCreated, RoomDeleted, RoomLeave, RoomList
from services.rooms import deeds, direct, reads
from tests.services.house import House


@pytest.fixture
def house() -> House:
    house = House()
    for handle in ("ada", "bob", "robot", "other"):
        house.user(handle, bot=handle in ("robot", "other"))
    return house


def opened(house: House, user_id: str = "u_ada", *, by: str = "u_robot") -> str:
    return house.do(direct.open_direct, DirectOpen(user_id), Context(by, trace="hubot:test:1")).room_id


def test_it_is_made_at_first_use_with_the_two_in_it_and_found_again(house: House) -> None:
    room_id = opened(house)
    assert opened(house) == room_id
    (made,) = house.heard(RoomCreated)
    assert (made.room.kind, made.room.visibility, made.room.name, made.audience()) == ("group", "hidden", "robot & ada", "user:u_robot")
    members = house.db.execute("select user_id, role from members order by joined_no").fetchall()
    assert members == [("u_robot", "owner"), ("u_ada", "member")]
    assert [room.room_id for room in house.look(reads.listed, RoomList(), Context("u_bob")).rooms] == []
    assert len({opened(house, "u_bob"), opened(house, by="u_other"), room_id}) == 3
    assert len(house.heard(DirectOpened)) == 3
    assert house.differences() == []


def test_the_log_says_who_put_them_in_and_why(house: House) -> None:
    room_id = opened(house)
    rows = house.db.execute("select distinct actor_user_id, trace from events where scope_id = ?", (room_id,)).fetchall()
    assert rows == [("u_robot", "hubot:test:1")]


def test_whoever_has_left_is_not_put_in_again(house: House) -> None:
    room_id = opened(house)
    house.do(deeds.leave, RoomLeave(room_id), Context("u_ada"))
    assert house.heard(RoomDeleted) == [RoomDeleted(room_id)]
    facts = len(house.told)
    with pytest.raises(Forbidden, match="ada does not want to be spoken to"):
        opened(house)
    assert len(house.told) == facts
    assert house.differences() == []


@pytest.mark.parametrize("asker", ["u_ada", "u_bob"])
def test_people_put_nobody_into_a_group(house: House, asker: str) -> None:
    with pytest.raises(Forbidden, match="bots"):
        opened(house, "u_bob", by=asker)
    assert house.heard(RoomCreated) == []


def test_a_bot_speaks_to_no_bot_and_to_nobody_unknown(house: House) -> None:
    for user_id in ("u_other", "u_robot"):
        with pytest.raises(Forbidden, match="to each other"):
            opened(house, user_id)
    with pytest.raises(NotFound):
        opened(house, "u_nobody")


def test_a_full_house_has_no_room_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    room_id = opened(house)
    monkeypatch.setattr(direct, "MAX_ROOMS", 1)
    with pytest.raises(Conflict, match="delete one first"):
        opened(house, "u_bob")
    assert opened(house) == room_id
