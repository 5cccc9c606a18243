"""Kicks, bans, roles and invites: one acts only on those below oneself, and out means out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bus.errors import AuthFailed, Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.order import (
    RoomBan,
    RoomBans,
    RoomInvite,
    RoomInviteCreate,
    RoomInviteRedeem,
    RoomKick,
    RoomSetRole,
    RoomUnban,
)
from bus.protocol.rooms import RoomDelete, RoomJoin, RoomMemberEvent
from bus.protocol.terms import MAX_GROUP_MEMBERS
from bus.secret import Secret
from services.access import invites as tokens
from services.rooms import deeds, invites, order, reads, rows
from tests.services.house import House


class Scene:
    """A room with an owner, a moderator and a member; an admin of the server and a stranger stand outside."""

    def __init__(self, kind: str = "public") -> None:
        self.house = House()
        self.owner, self.mod, self.member = (self.house.user(name) for name in ("owner", "mod", "member"))
        self.stranger, self.admin = self.house.user("stranger"), self.house.user("admin", admin=True)
        self.room_id = self.house.room(self.owner, self.mod, self.member, kind=kind)
        self.house.do(order.set_role, RoomSetRole(self.room_id, self.mod.user, "mod"), self.owner)

    def who(self, name: str) -> Context:
        return getattr(self, name)

    def role(self, name: str) -> str | None:
        return rows.role_of(self.house.db, 1, self.who(name).user)

    def try_(self, deed: Callable[..., Any], word: Any, actor: str, target: str, *more: Any) -> str:
        try:
            self.house.do(deed, word(self.room_id, self.who(target).user, *more), self.who(actor))
        except (Forbidden, Conflict, NotFound) as refused:
            return refused.code
        return "ok"


@pytest.fixture
def scene() -> Scene:
    return Scene()


POWERS = [
    ("owner", "mod", "ok"),
    ("owner", "member", "ok"),
    ("mod", "member", "ok"),
    ("admin", "mod", "ok"),
    ("mod", "owner", "FORBIDDEN"),
    ("member", "mod", "FORBIDDEN"),
    ("member", "owner", "FORBIDDEN"),
    ("stranger", "member", "FORBIDDEN"),
    ("owner", "owner", "CONFLICT"),
]


@pytest.mark.parametrize(("actor", "target", "answer"), POWERS)
@pytest.mark.parametrize(("deed", "word"), [(order.kick, RoomKick), (order.ban, RoomBan)], ids=["kick", "ban"])
def test_one_puts_out_only_those_below_oneself(scene: Scene, deed: Any, word: Any, actor: str, target: str, answer: str) -> None:
    before = scene.role(target)
    assert scene.try_(deed, word, actor, target) == answer
    assert scene.role(target) == (None if answer == "ok" else before)


def test_an_admin_of_the_server_has_no_power_in_a_group_they_are_not_in() -> None:
    assert Scene("group").try_(order.kick, RoomKick, "admin", "member") == "NOT_FOUND"


def test_who_was_kicked_may_come_back_and_who_was_banned_may_not(scene: Scene) -> None:
    scene.try_(order.kick, RoomKick, "owner", "member")
    assert scene.house.do(deeds.join, RoomJoin(scene.room_id), scene.member).kind == "join"
    scene.try_(order.ban, RoomBan, "owner", "member", "spam")
    with pytest.raises(Forbidden, match="banned"):
        scene.house.do(deeds.join, RoomJoin(scene.room_id), scene.member)
    assert scene.try_(order.unban, RoomUnban, "mod", "member") == "ok"
    scene.house.do(deeds.join, RoomJoin(scene.room_id), scene.member)
    assert scene.house.differences() == []


def test_a_stranger_may_be_banned_beforehand_and_somebody_unknown_may_not(scene: Scene) -> None:
    assert scene.try_(order.ban, RoomBan, "mod", "stranger") == "ok"
    with pytest.raises(NotFound):
        scene.house.do(order.ban, RoomBan(scene.room_id, "u_nobody"), scene.mod)


def test_moderators_see_the_bans_with_their_reason_and_members_do_not(scene: Scene) -> None:
    scene.try_(order.ban, RoomBan, "owner", "member", "spam")
    (banned,) = scene.house.look(reads.bans, RoomBans(scene.room_id), scene.mod).bans
    assert (banned.handle, banned.reason) == ("member", "spam")
    with pytest.raises(Forbidden):
        scene.house.look(reads.bans, RoomBans(scene.room_id), scene.stranger)


def test_unbanning_somebody_who_is_not_banned_is_not_found(scene: Scene) -> None:
    assert scene.try_(order.unban, RoomUnban, "owner", "member") == "NOT_FOUND"


@pytest.mark.parametrize(("actor", "answer"), [("owner", "ok"), ("admin", "ok"), ("mod", "FORBIDDEN"), ("member", "FORBIDDEN")])
def test_only_owners_give_roles(scene: Scene, actor: str, answer: str) -> None:
    assert scene.try_(order.set_role, RoomSetRole, actor, "member", "mod") == answer


def test_the_last_owner_stays_one(scene: Scene) -> None:
    assert scene.try_(order.set_role, RoomSetRole, "owner", "owner", "member") == "CONFLICT"
    scene.try_(order.set_role, RoomSetRole, "owner", "mod", "owner")
    assert scene.try_(order.set_role, RoomSetRole, "owner", "owner", "member") == "ok"
    assert (scene.role("owner"), scene.role("mod")) == ("member", "owner")


def test_the_same_role_again_is_answered_and_not_recorded(scene: Scene) -> None:
    before = len(scene.house.heard(RoomMemberEvent))
    assert scene.try_(order.set_role, RoomSetRole, "owner", "mod", "mod") == "ok"
    assert len(scene.house.heard(RoomMemberEvent)) == before


def invite(scene: Scene, **more: Any) -> RoomInvite:
    return scene.house.do(invites.create, RoomInviteCreate(scene.room_id, **more), scene.mod)


def test_an_invite_lets_somebody_into_a_group_once() -> None:
    scene = Scene("group")
    token = invite(scene).invite_token
    assert scene.house.do(invites.redeem, RoomInviteRedeem(token), scene.stranger).room_id == scene.room_id
    with pytest.raises(AuthFailed):
        scene.house.do(invites.redeem, RoomInviteRedeem(token), scene.admin)


def test_somebody_who_is_in_already_uses_nothing_up() -> None:
    scene = Scene("group")
    token = invite(scene).invite_token
    scene.house.do(invites.redeem, RoomInviteRedeem(token), scene.member)
    scene.house.do(invites.redeem, RoomInviteRedeem(token), scene.stranger)


def test_every_bad_invite_is_answered_in_the_same_words() -> None:
    scene = Scene("group")
    house, expired, used, banned, gone = scene.house, *(invite(scene).invite_token for _ in range(4))
    house.do(invites.redeem, RoomInviteRedeem(used), scene.stranger)
    house.do(order.ban, RoomBan(scene.room_id, scene.stranger.user), scene.mod)
    with pytest.raises(AuthFailed) as of_banned:
        house.do(invites.redeem, RoomInviteRedeem(banned), scene.stranger)
    house.now += 25 * 3_600_000
    later = invite(scene).invite_token
    house.do(deeds.delete, RoomDelete(scene.room_id), scene.owner)
    for token in (expired, used, gone, later, Secret("made up")):
        with pytest.raises(AuthFailed) as refused:
            house.do(invites.redeem, RoomInviteRedeem(token), scene.admin)
        assert (str(refused.value), refused.value.details) == (str(of_banned.value), of_banned.value.details) == (tokens.BAD, {})


def test_members_make_no_invites_and_a_full_group_takes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene("group")
    with pytest.raises(Forbidden):
        scene.house.do(invites.create, RoomInviteCreate(scene.room_id), scene.member)
    monkeypatch.setattr(deeds, "MAX_GROUP_MEMBERS", 3)
    assert MAX_GROUP_MEMBERS > 3
    with pytest.raises(Conflict, match="full"):
        scene.house.do(invites.redeem, RoomInviteRedeem(invite(scene, max_uses=5).invite_token), scene.stranger)


def test_the_log_holds_no_token_and_the_tables_are_what_it_says() -> None:
    scene = Scene("group")
    token = invite(scene).invite_token.reveal()
    assert not [body for (body,) in scene.house.db.execute("select body_json from events") if token in str(body)]
    assert scene.house.differences() == []
