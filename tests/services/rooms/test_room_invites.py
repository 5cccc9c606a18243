"""The open invites into a room: seen and closed by its moderators, and there for nobody else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bus.errors import AuthFailed, Forbidden, NotFound, Refused
from bus.message import Context
from bus.protocol.admin import AdminInviteCreate
from bus.protocol.inside import InviteRevoked
from bus.protocol.order import (
    OpenRoomInvite,
    RoomInvite,
    RoomInviteCreate,
    RoomInviteRedeem,
    RoomInviteRevoke,
    RoomInviteRevoked,
    RoomInvites,
)
from services.auth import admin
from services.rooms import invites
from tests.services.house import House

HOUR_MS = 3_600_000


def make(house: House, who: Context, room_id: str, **more: Any) -> RoomInvite:
    return house.do(invites.create, RoomInviteCreate(room_id, **more), who)


def listed(house: House, who: Context, room_id: str) -> list[OpenRoomInvite]:
    return house.look(invites.invites_into, RoomInvites(room_id), who).invites


def revoke(house: House, who: Context, room_id: str, invite_id: str) -> RoomInviteRevoked:
    return house.do(invites.revoke, RoomInviteRevoke(room_id, invite_id), who)


def refusal(do: Any, *arguments: Any) -> tuple[str, str, dict[str, Any]]:
    with pytest.raises(Refused) as refused:
        do(*arguments)
    return refused.value.code, str(refused.value), refused.value.details


def test_open_invites_are_listed_the_oldest_first_with_their_uses(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, kind="group")
    first = make(house, ann, room_id, max_uses=3)
    house.now += 1
    second = make(house, ann, room_id, ttl_ms=HOUR_MS)
    house.do(invites.redeem, RoomInviteRedeem(first.invite_token), bob)
    assert listed(house, ann, room_id) == [
        OpenRoomInvite(first.invite_id, house.now - 1, "u_ann", first.expires_at, 1, 3),
        OpenRoomInvite(second.invite_id, house.now, "u_ann", house.now + HOUR_MS, 0, 1),
    ]


def test_an_invite_that_is_used_up_expired_or_closed_is_not_open(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, kind="group")
    used, closed, expired = (make(house, ann, room_id, ttl_ms=HOUR_MS * hours) for hours in (9, 9, 1))
    house.do(invites.redeem, RoomInviteRedeem(used.invite_token), bob)
    revoke(house, ann, room_id, closed.invite_id)
    house.now += HOUR_MS
    assert listed(house, ann, room_id) == []
    again = [refusal(revoke, house, ann, room_id, each.invite_id) for each in (used, closed, expired)]
    assert {*map(repr, again)} == {repr(refusal(revoke, house, ann, room_id, "inv_unknown"))}
    assert again[0][0] == "NOT_FOUND"


def test_nobody_enters_by_an_invite_that_was_closed(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, kind="group")
    made = make(house, ann, room_id)
    assert revoke(house, ann, room_id, made.invite_id) == RoomInviteRevoked(room_id, made.invite_id)
    assert house.heard(InviteRevoked) == [InviteRevoked(made.invite_id)]
    with pytest.raises(AuthFailed):
        house.do(invites.redeem, RoomInviteRedeem(made.invite_token), bob)


def test_an_invite_into_another_room_or_the_server_does_not_exist_here(house: House) -> None:
    ann, root = house.user("ann"), house.user("root", admin=True)
    mine, other = house.room(ann, kind="group"), house.room(root, kind="group")
    foreign = make(house, root, other).invite_id
    into_server = house.do(admin.create_invite, AdminInviteCreate(), root).invite_id
    assert listed(house, ann, mine) == []
    for invite_id in (foreign, into_server):
        with pytest.raises(NotFound):
            revoke(house, ann, mine, invite_id)
    assert [invite.invite_id for invite in listed(house, root, other)] == [foreign]


def test_a_member_is_refused_and_learns_of_no_invite(house: House) -> None:
    ann, bob = house.user("ann"), house.user("bob")
    room_id = house.room(ann, bob)
    made = make(house, ann, room_id)
    with pytest.raises(Forbidden):
        listed(house, bob, room_id)
    assert refusal(revoke, house, bob, room_id, made.invite_id) == refusal(revoke, house, bob, room_id, "inv_unknown")


def test_a_hidden_group_answers_an_outsider_as_one_that_does_not_exist(house: House) -> None:
    ann, bob, root = house.user("ann"), house.user("bob"), house.user("root", admin=True)
    hidden = house.room(ann, kind="group")
    made = make(house, ann, hidden)
    for outsider in (bob, root):
        assert refusal(listed, house, outsider, hidden) == refusal(listed, house, outsider, "g_nowhere")
        closing = refusal(revoke, house, outsider, hidden, made.invite_id)
        assert closing == refusal(revoke, house, outsider, "g_nowhere", made.invite_id)
        assert closing[0] == "NOT_FOUND"


def test_a_token_is_not_in_the_list(house: House) -> None:
    ann = house.user("ann")
    room_id = house.room(ann)
    made = make(house, ann, room_id)
    assert set(msgspec.to_builtins(listed(house, ann, room_id)[0])) == set(OpenRoomInvite.__struct_fields__)
    assert made.invite_token.reveal() not in str(msgspec.json.encode(listed(house, ann, room_id)))


@pytest.mark.parametrize("word", [RoomInvites, RoomInviteRevoke])
def test_a_field_that_is_not_known_is_refused(word: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"room_id": "r_1", "invite_id": "inv_1", "more": 1}', type=word)
