"""A session: found by its token, seen now and then, ended for good; and a second device by a link."""

from __future__ import annotations

from functools import partial

import pytest

from bus.errors import AuthFailed, AuthRequired, Forbidden, NotFound
from bus.message import Context
from bus.protocol.admin import AdminBotCreate, AdminUserUpdate
from bus.protocol.auth import (
    AuthLink,
    AuthLinkCreate,
    AuthLinkRedeem,
    AuthLogout,
    AuthSession,
    AuthSessionRevoke,
    AuthSessions,
    SessionInfo,
)
from bus.protocol.inside import LinkMade, SessionFound, SessionRevoked, SessionSeen
from bus.secret import Secret
from services.auth import admin, deeds, reads
from tests.services.auth.people import GUEST, Member, first_admin, member, refusal, resume, signed_in
from tests.services.house import House

MINUTE_MS = 60_000


def link(house: House, who: Context) -> AuthLink:
    return house.do(deeds.create_link, AuthLinkCreate(), who)


def follow(house: House, token: Secret) -> AuthSession:
    return house.do(deeds.redeem_link, AuthLinkRedeem(token), GUEST)


def sessions(house: House, who: Context) -> list[SessionInfo]:
    return house.look(reads.sessions, AuthSessions(), who).sessions


def ban(house: House, by: Member, whom: Member, banned: bool = True) -> None:
    house.do(admin.update_user, AdminUserUpdate(whom.who.user, banned=banned), by.who)


def test_no_token_and_an_unknown_one_open_nothing_and_tell_the_epoch(house: House) -> None:
    for token in (None, Secret("unknown"), Secret("\u00fc" * 500)):
        assert resume(house, token) == SessionFound("epoch")
    assert house.told == []


def test_a_session_is_seen_at_most_every_ten_minutes(house: House) -> None:
    root = first_admin(house)
    house.now += 10 * MINUTE_MS - 1
    resume(house, root.token)
    assert house.heard(SessionSeen) == []
    house.now += 1
    for _ in range(3):
        resume(house, root.token)
    assert house.heard(SessionSeen) == [SessionSeen(root.who.user, root.who.session_id or "")]
    assert [seen.last_seen_at for seen in sessions(house, root.who)] == [house.now]


def test_a_clock_that_is_set_back_writes_nothing(house: House) -> None:
    root = first_admin(house)
    house.now -= 60 * MINUTE_MS
    resume(house, root.token)
    assert house.heard(SessionSeen) == []


def test_the_first_platform_that_a_session_is_used_from_is_kept(house: House) -> None:
    root = first_admin(house)
    for platform in ("", "linux", "windows"):
        resume(house, root.token, platform)
    assert [session.platform for session in sessions(house, root.who)] == ["linux"]
    assert len(house.heard(SessionSeen)) == 1


def test_a_session_that_logged_out_is_over_everywhere(house: House) -> None:
    root = first_admin(house)
    house.do(deeds.logout, AuthLogout(), root.who)
    assert house.heard(SessionRevoked) == [SessionRevoked(root.who.user, root.who.session_id or "")]
    assert resume(house, root.token) == SessionFound("epoch")
    for again in (partial(house.do, deeds.logout, AuthLogout(), root.who), partial(sessions, house, root.who)):
        with pytest.raises(AuthRequired):
            again()


def test_ones_own_sessions_are_listed_the_newest_first_and_nobody_elses(house: House) -> None:
    root = first_admin(house)
    member(house, root, "ada")
    house.now += 1
    second = signed_in(house, follow(house, link(house, root.who).link_token))
    assert [session.current for session in sessions(house, second.who)] == [True, False]
    assert [session.session_id for session in sessions(house, root.who)] == [second.who.session_id, root.who.session_id]


def test_one_ends_ones_other_session_and_keeps_this_one(house: House) -> None:
    root = first_admin(house)
    second = signed_in(house, follow(house, link(house, root.who).link_token))
    house.do(deeds.revoke, AuthSessionRevoke(second.who.session_id or ""), root.who)
    assert resume(house, second.token).signed is None
    assert resume(house, root.token).signed is not None
    with pytest.raises(AuthRequired):
        link(house, second.who)


def test_somebody_elses_session_is_refused_like_one_that_does_not_exist(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")

    def revoke(session_id: str) -> None:
        house.do(deeds.revoke, AuthSessionRevoke(session_id), ada.who)

    assert refusal(NotFound, revoke, root.who.session_id) == refusal(NotFound, revoke, "s_unknown")
    assert resume(house, root.token).signed is not None
    assert house.heard(SessionRevoked) == []


def test_a_link_signs_the_same_user_in_once_within_five_minutes(house: House) -> None:
    root = first_admin(house)
    made = link(house, root.who)
    assert made.expires_at == house.now + 5 * MINUTE_MS
    house.now += 5 * MINUTE_MS - 1
    second = signed_in(house, follow(house, made.link_token))
    assert second.who.user_id == root.who.user_id
    assert second.who.session_id != root.who.session_id
    assert second.who.roles == {"admin"}


def test_every_bad_link_is_refused_in_the_same_bytes(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    expired = link(house, root.who)
    house.now += 5 * MINUTE_MS
    used, banned = link(house, root.who), link(house, ada.who)
    follow(house, used.link_token)
    ban(house, root, ada)
    tokens = [Secret("unknown"), expired.link_token, used.link_token, banned.link_token, root.token]
    assert len({refusal(AuthFailed, follow, house, token) for token in tokens}) == 1


def test_with_a_session_go_the_links_that_it_may_have_made(house: House) -> None:
    root = first_admin(house)
    stolen = signed_in(house, follow(house, link(house, root.who).link_token))
    made = link(house, stolen.who)
    house.do(deeds.revoke, AuthSessionRevoke(stolen.who.session_id or ""), root.who)
    with pytest.raises(AuthFailed):
        follow(house, made.link_token)


def test_expired_links_do_not_gather(house: House) -> None:
    root = first_admin(house)
    for _ in range(3):
        link(house, root.who)
        house.now += 5 * MINUTE_MS
    assert house.db.execute("select count(*) from links").get == 1


def test_a_links_token_is_neither_at_rest_nor_told(house: House) -> None:
    made = link(house, first_admin(house).who)
    assert made.link_token.reveal().encode() not in house.db.serialize("main")
    assert made.link_token.reveal() not in repr((house.told, made))
    assert LinkMade.hidden == ("token_hash",)


def test_a_bot_makes_no_link(house: House) -> None:
    root = first_admin(house)
    token = house.do(admin.create_bot, AdminBotCreate("helper"), root.who).session_token
    found = resume(house, token).signed
    assert found is not None
    with pytest.raises(Forbidden):
        link(house, Context(found.user.user_id, found.session_id))


def test_a_banned_user_is_told_so_and_comes_back_by_the_same_token_afterwards(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    ban(house, root, ada)
    house.now += 60 * MINUTE_MS
    assert resume(house, ada.token) == SessionFound("epoch", banned=True)
    with pytest.raises(AuthRequired):
        sessions(house, ada.who)
    ban(house, root, ada, banned=False)
    assert resume(house, ada.token).signed is not None
