"""What an admin may do, what even an admin may not, and that nobody else may any of it."""

from __future__ import annotations

from typing import Any

import pytest

from bus.errors import AuthFailed, Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.admin import (
    AdminBotCreate,
    AdminEvents,
    AdminInviteCreate,
    AdminInviteRevoke,
    AdminInvites,
    AdminUsers,
    AdminUserUpdate,
    AdminUserUpdated,
    OpenInvite,
)
from bus.protocol.auth import AuthLogout
from bus.protocol.inside import UserUpdated
from bus.protocol.order import RoomInviteCreate
from services.auth import admin, deeds, events
from services.rooms import invites as room_invites
from tests.services.auth.people import HOUR_MS, Member, first_admin, first_invite, invite, member, redeem, refusal, resume
from tests.services.house import House


def update(house: House, by: Member, whom: Member, roles: Any = None, banned: bool | None = None) -> AdminUserUpdated:
    return house.do(admin.update_user, AdminUserUpdate(whom.who.user, roles, banned), by.who)


def open_invites(house: House, by: Member) -> list[OpenInvite]:
    return house.look(admin.invites, AdminInvites(), by.who).invites


def test_every_admin_word_is_refused_to_others_at_that_moment(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    update(house, root, ada, roles=["admin"])
    update(house, root, ada, roles=[])
    # What her socket still remembers of her time as an admin does not count.
    stale = Context(ada.who.user_id, ada.who.session_id, frozenset(["admin"]))
    asked = [
        (house.do, admin.create_invite, AdminInviteCreate()),
        (house.look, admin.invites, AdminInvites()),
        (house.do, admin.revoke_invite, AdminInviteRevoke("inv_1")),
        (house.look, admin.users, AdminUsers()),
        (house.do, admin.update_user, AdminUserUpdate(root.who.user, banned=True)),
        (house.do, admin.update_user, AdminUserUpdate("u_nobody")),
        (house.do, admin.create_bot, AdminBotCreate("root")),
        (house.look, events.events, AdminEvents()),
    ]
    told = len(house.told)
    assert len({refusal(Forbidden, run, handler, request, stale) for run, handler, request in asked}) == 1
    assert len(house.told) == told


def test_open_invites_are_listed_without_those_that_are_used_closed_or_of_a_room(house: House) -> None:
    root = first_admin(house)
    made = invite(house, root.who, uses=2)
    redeem(house, made.invite_token, "ada")
    redeem(house, invite(house, root.who).invite_token, "bob")
    house.do(room_invites.create, RoomInviteCreate(house.room(root.who)), root.who)
    invite(house, root.who, ttl_ms=1000)
    house.now += 1000
    assert open_invites(house, root) == [
        OpenInvite(made.invite_id, house.now - 1000, root.who.user, made.expires_at, 2, 1, "for a friend", False)
    ]
    house.do(admin.revoke_invite, AdminInviteRevoke(made.invite_id), root.who)
    assert open_invites(house, root) == []


def test_a_revoked_invite_lets_nobody_in_and_is_not_there_to_be_revoked_again(house: House) -> None:
    root = first_admin(house)
    made = invite(house, root.who)
    into_room = house.do(room_invites.create, RoomInviteCreate(house.room(root.who)), root.who)

    def revoke(invite_id: str) -> None:
        house.do(admin.revoke_invite, AdminInviteRevoke(invite_id), root.who)

    revoke(made.invite_id)
    with pytest.raises(AuthFailed):
        redeem(house, made.invite_token)
    closed = {refusal(NotFound, revoke, invite_id) for invite_id in (made.invite_id, "inv_unknown", into_room.invite_id)}
    assert len(closed) == 1


def test_accounts_are_listed_in_order_of_joining_with_roles_and_bans(house: House) -> None:
    root = first_admin(house)
    ada, bob = member(house, root, "ada"), member(house, root, "bob")
    update(house, root, ada, roles=["admin"])
    update(house, root, bob, banned=True)
    users = house.look(admin.users, AdminUsers(), root.who).users
    assert [(user.handle, user.roles, user.banned, user.bot) for user in users] == [
        ("root", ["admin"], False, False),
        ("ada", ["admin"], False, False),
        ("bob", [], True, False),
    ]


def test_an_account_shows_when_it_was_last_used_and_nothing_once_its_sessions_have_ended(house: House) -> None:
    root = first_admin(house)
    made = house.do(admin.create_bot, AdminBotCreate("helper"), root.who)
    house.now += HOUR_MS
    signed = resume(house, made.session_token).signed
    assert signed is not None
    assert [user.last_seen_at for user in house.look(admin.users, AdminUsers(), root.who).users] == [house.now - HOUR_MS, house.now]
    bot = Context(signed.user.user_id, signed.session_id)
    house.do(deeds.logout, AuthLogout(), bot)
    assert house.look(admin.users, AdminUsers(), root.who).users[-1].last_seen_at is None


def test_a_change_is_told_once_and_what_is_left_out_stays(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    assert update(house, root, ada, roles=["admin", "admin"]).user.roles == ["admin"]
    assert update(house, root, ada, banned=True).user.roles == ["admin"]
    house.now += 1
    assert update(house, root, ada, roles=["admin"], banned=True).user.banned
    me = ada.who.user
    assert house.heard(UserUpdated) == [UserUpdated(me, ["admin"], False), UserUpdated(me, ["admin"], True)]
    with pytest.raises(NotFound):
        house.do(admin.update_user, AdminUserUpdate("u_nobody", banned=True), root.who)


def test_the_last_admin_stays_one(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    with pytest.raises(Conflict):
        update(house, root, root, roles=[])
    with pytest.raises(Conflict):
        update(house, root, root, banned=True)
    update(house, root, ada, roles=["admin"])
    assert update(house, root, root, roles=[]).user.roles == []
    with pytest.raises(Conflict):
        update(house, ada, ada, roles=[])


def test_nobody_bans_themself_even_beside_another_admin(house: House) -> None:
    root = first_admin(house)
    update(house, root, member(house, root, "ada"), roles=["admin"])
    with pytest.raises(Conflict, match="yourself"):
        update(house, root, root, banned=True)


def test_a_banned_admin_and_a_bot_do_not_count_as_another_admin(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    update(house, root, ada, roles=["admin"], banned=True)
    bot = house.do(admin.create_bot, AdminBotCreate("helper"), root.who).user
    house.do(admin.update_user, AdminUserUpdate(bot.user_id, ["admin"]), root.who)
    with pytest.raises(Conflict, match="last admin"):
        update(house, root, root, roles=[])


def test_a_bot_signs_in_with_the_token_that_was_shown_once(house: House) -> None:
    root = first_admin(house)
    made = house.do(admin.create_bot, AdminBotCreate("helper"), root.who)
    found = resume(house, made.session_token).signed
    assert found is not None
    assert (found.user, found.user.bot, found.user.roles) == (made.user, True, [])
    assert made.session_token.reveal().encode() not in house.db.serialize("main")
    with pytest.raises(Conflict):
        house.do(admin.create_bot, AdminBotCreate("helper"), root.who)


def test_an_admin_cannot_make_an_invite_that_makes_admins(house: House) -> None:
    root = first_admin(house)
    assert redeem(house, invite(house, root.who).invite_token).user.roles == []
    assert first_invite(house).expires_at == house.now + 7 * 24 * HOUR_MS
