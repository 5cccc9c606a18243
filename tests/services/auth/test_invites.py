"""Coming in by an invite: once, in time, and not by any other token."""

from __future__ import annotations

import msgspec
import pytest

from bus.errors import AuthFailed, Conflict
from bus.protocol.admin import AdminInviteRevoke
from bus.protocol.auth import AuthInviteRedeem, Profile
from bus.protocol.inside import InviteUsed, SessionOpened, UserJoined
from bus.protocol.order import RoomInviteCreate, RoomInviteRedeem
from bus.secret import Secret
from services.auth import admin, deeds
from services.rooms import invites as room_invites
from services.store import log
from tests.services.auth.people import (
    GUEST,
    HOUR_MS,
    first_admin,
    first_invite,
    invite,
    redeem,
    refusal,
    resume,
    signed_in,
)
from tests.services.house import House


def test_a_guest_with_an_invite_becomes_a_member_with_a_session(house: House) -> None:
    root = first_admin(house)
    session = redeem(house, invite(house, root.who).invite_token, "ada")
    assert (session.user.handle, session.user.display_name, session.user.roles, session.user.bot) == ("ada", "Ada", [], False)
    found = resume(house, session.session_token)
    assert found.signed is not None and found.signed.user == session.user
    assert found.signed.session_id.startswith("s_") and session.user.user_id.startswith("u_")


def test_who_redeems_the_first_invite_is_admin_and_the_log_says_who_used_which(house: House) -> None:
    made = first_invite(house)
    session = redeem(house, made.invite_token, "root")
    assert session.user.roles == ["admin"]
    actors = {fact.t: entry.actor_user_id for fact, entry in log.entries(house.db, 100)}
    me = session.user.user_id
    assert actors == {"auth.invite_made": None, "auth.invite_used": me, "auth.user_joined": me, "auth.session_opened": me}


def test_an_invite_is_good_for_its_uses_and_no_more(house: House) -> None:
    token = invite(house, first_admin(house).who, uses=3).invite_token
    handles = [redeem(house, token, f"friend{number}").user.handle for number in range(3)]
    assert handles == ["friend0", "friend1", "friend2"]
    with pytest.raises(AuthFailed):
        redeem(house, token, "friend3")


def test_an_invite_ends_at_its_time(house: House) -> None:
    token = invite(house, first_admin(house).who, uses=2, ttl_ms=HOUR_MS).invite_token
    house.now += HOUR_MS - 1
    redeem(house, token, "ada")
    house.now += 1
    with pytest.raises(AuthFailed):
        redeem(house, token, "bob")


def test_every_bad_invite_is_refused_in_the_same_bytes(house: House) -> None:
    root = first_admin(house)
    used, expired, revoked = (invite(house, root.who, ttl_ms=ttl_ms) for ttl_ms in (HOUR_MS, 1000, HOUR_MS))
    redeem(house, used.invite_token, "ada")
    house.do(admin.revoke_invite, AdminInviteRevoke(revoked.invite_id), root.who)
    house.now += 1000
    into_room = house.do(room_invites.create, RoomInviteCreate(house.room(root.who)), root.who).invite_token
    tokens = [Secret("unknown"), used.invite_token, expired.invite_token, revoked.invite_token, into_room, root.token]
    # A handle that is taken must not show either: only a good invite learns of it.
    assert len({refusal(AuthFailed, redeem, house, token, "ada") for token in tokens}) == 1
    house.do(room_invites.redeem, RoomInviteRedeem(into_room), root.who)


def test_an_invite_to_the_server_opens_no_room(house: House) -> None:
    root = first_admin(house)
    token = invite(house, root.who).invite_token

    def enter(token: Secret) -> None:
        house.do(room_invites.redeem, RoomInviteRedeem(token), root.who)

    assert refusal(AuthFailed, enter, token) == refusal(AuthFailed, enter, Secret("unknown"))
    redeem(house, token)


def test_a_taken_handle_is_a_conflict_and_uses_nothing_up(house: House) -> None:
    root = first_admin(house)
    token = invite(house, root.who).invite_token
    with pytest.raises(Conflict, match="choose another"):
        redeem(house, token, "root")
    assert redeem(house, token, "ada").user.handle == "ada"
    assert len(house.heard(InviteUsed)) == 2


def test_two_people_may_bear_one_display_name_in_its_composed_form(house: House) -> None:
    token = invite(house, first_admin(house).who, uses=2).invite_token
    names = ["Zoe\u0308", "Zo\u00eb"]
    users = [house.do(deeds.redeem_invite, AuthInviteRedeem(token, Profile(f"zoe{n}", name)), GUEST).user for n, name in enumerate(names)]
    assert [user.display_name for user in users] == ["Zo\u00eb", "Zo\u00eb"]


@pytest.mark.parametrize("handle", ["A", "a", "", "x" * 21, "Ada", "a-b", "a b", "\u0430da", "ada\n", "a\u200db"])
def test_an_odd_handle_is_refused_before_the_token_is_looked_at(handle: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"handle": handle, "display_name": "Ada"}, Profile)


@pytest.mark.parametrize("name", ["", " ", "a\u202eb", "a\nb", "a\0b", "a\u200bb", "x" * 41])
def test_a_display_name_that_could_deceive_is_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"handle": "ada", "display_name": name}, Profile)


def test_the_first_admin_closes_the_other_invites_for_a_first_admin(house: House) -> None:
    early, late = first_invite(house), first_invite(house)
    root = signed_in(house, redeem(house, late.invite_token, "root"))
    with pytest.raises(AuthFailed):
        redeem(house, early.invite_token, "thief")
    assert root.who.roles == {"admin"}


def test_no_token_is_at_rest_and_none_is_told(house: House) -> None:
    made = first_invite(house)
    session = redeem(house, made.invite_token, "root")
    at_rest = house.db.serialize("main")
    for token in (made.invite_token, session.session_token):
        assert len(token.reveal()) == 43, "256 bits"
        assert token.reveal().encode() not in at_rest
        assert token.reveal() not in repr(house.told) + repr(session) + repr(made)
    assert [len(fact.token_hash) for fact in house.heard(SessionOpened)] == [64]
    assert not any(hasattr(fact, "audience") for fact in house.told), "nothing of it can go to a client"


def test_a_failed_redemption_leaves_nothing_behind(house: House) -> None:
    before = house.db.serialize("main")
    with pytest.raises(AuthFailed):
        redeem(house, Secret("unknown"))
    assert house.db.serialize("main") == before
    assert house.heard(UserJoined) == []
    assert resume(house, Secret("unknown")).signed is None
