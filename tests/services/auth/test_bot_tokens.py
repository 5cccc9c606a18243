"""A bot's token: shown once, ended by a new one, by an admin or by its time, and never told from one that never was."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from msgspec import ValidationError, convert

from bus.errors import AuthRequired, Conflict, NotFound
from bus.message import Context
from bus.protocol.admin import Account, AdminBot, AdminBotCreate, AdminBotRevoke, AdminBotToken, AdminUsers, AdminUserUpdate
from bus.protocol.auth import AuthSessions
from bus.protocol.inside import SessionFound, SessionOpened, SessionRevoked, SessionSweep, UserJoined
from bus.protocol.terms import HUBOT, YEAR_MS
from bus.secret import Secret
from services.auth import admin, deeds, reads
from tests.services.auth.people import HOUR_MS, Member, first_admin, member, redeem, refusal, resume
from tests.services.auth.people import invite as invited
from tests.services.house import House


def make(house: House, root: Member, handle: str = "helper", ttl_ms: int = HOUR_MS) -> AdminBot:
    return house.do(admin.create_bot, AdminBotCreate(handle, ttl_ms), root.who)


def renew(house: House, root: Member, user_id: str, ttl_ms: int = HOUR_MS) -> AdminBot:
    return house.do(admin.renew_token, AdminBotToken(user_id, ttl_ms), root.who)


def revoke(house: House, root: Member, user_id: str) -> None:
    house.do(admin.revoke_token, AdminBotRevoke(user_id), root.who)


def sweep(house: House) -> int:
    return house.do(deeds.sweep, SessionSweep(), Context()).count


def account(house: House, root: Member, user_id: str) -> Account:
    (found,) = [user for user in house.look(admin.users, AdminUsers(), root.who).users if user.user_id == user_id]
    return found


def test_a_token_lasts_a_year_unless_said_and_no_longer(house: House) -> None:
    root = first_admin(house)
    assert house.do(admin.create_bot, AdminBotCreate("helper"), root.who).expires_at == house.now + YEAR_MS
    assert make(house, root, "brief", 1000).expires_at == house.now + 1000
    for ttl_ms in (999, YEAR_MS + 1, 0, -1, None):
        with pytest.raises(ValidationError):
            convert({"handle": "other", "ttl_ms": ttl_ms}, AdminBotCreate)


def test_at_its_end_a_token_opens_nothing_and_says_no_more_than_one_that_never_was(house: House) -> None:
    root = first_admin(house)
    made = make(house, root)
    house.now = made.expires_at - 1
    assert resume(house, made.session_token).signed is not None
    house.now += 1
    assert resume(house, made.session_token) == SessionFound("epoch") == resume(house, Secret("unknown"))
    assert sweep(house) == 1
    assert resume(house, made.session_token) == SessionFound("epoch")


def test_what_is_over_is_ended_once_and_people_and_others_stay(house: House) -> None:
    root = first_admin(house)
    made, other = make(house, root), make(house, root, "other", 2 * HOUR_MS)
    signed = resume(house, made.session_token).signed
    assert signed is not None
    assert sweep(house) == 0
    house.now += HOUR_MS
    told = len(house.told)
    assert (sweep(house), sweep(house)) == (1, 0)
    assert house.told[told:] == [SessionRevoked(made.user.user_id, signed.session_id)]
    assert resume(house, other.session_token).signed is not None
    assert resume(house, root.token).signed is not None
    with pytest.raises(AuthRequired):
        house.look(reads.sessions, AuthSessions(), Context(made.user.user_id, signed.session_id))


def test_a_new_token_ends_the_old_one_of_this_bot_only(house: House) -> None:
    root = first_admin(house)
    made, other = make(house, root), make(house, root, "other")
    renewed = renew(house, root, made.user.user_id, 2 * HOUR_MS)
    assert renewed.user == made.user
    assert renewed.expires_at == house.now + 2 * HOUR_MS
    assert resume(house, made.session_token).signed is None
    found = resume(house, renewed.session_token).signed
    assert found is not None
    assert found.user == made.user
    assert resume(house, other.session_token).signed is not None
    assert renewed.session_token.reveal().encode() not in house.db.serialize("main")
    assert renewed.session_token.reveal() not in repr((house.told, renewed))


def test_after_a_revocation_no_token_is_valid_until_there_is_a_new_one(house: House) -> None:
    root = first_admin(house)
    made = make(house, root)
    revoke(house, root, made.user.user_id)
    told = len(house.told)
    revoke(house, root, made.user.user_id)
    assert len(house.told) == told
    assert resume(house, made.session_token).signed is None
    assert resume(house, renew(house, root, made.user.user_id).session_token).signed is not None


def test_an_account_tells_when_the_token_ends_and_whether_it_was_ever_used(house: House) -> None:
    root = first_admin(house)
    made = make(house, root)
    bot = partial(account, house, root, made.user.user_id)
    assert (bot().bot, bot().token_expires_at, bot().last_seen_at) == (True, made.expires_at, None)
    house.now += 1
    resume(house, made.session_token)
    assert bot().last_seen_at == house.now
    revoke(house, root, made.user.user_id)
    assert (bot().token_expires_at, bot().last_seen_at) == (None, None)
    assert account(house, root, root.who.user).token_expires_at is None


def test_people_the_built_in_bot_and_nobody_are_refused_each_in_plain_words(house: House) -> None:
    root = first_admin(house)
    ada = member(house, root, "ada")
    house.record(UserJoined(HUBOT, "hubot", "hubot", [], bot=True))
    told = len(house.told)
    for do in (renew, revoke):
        for user_id, kind, why in (
            (ada.who.user, Conflict, "a person"),
            (HUBOT, Conflict, "built-in"),
            ("u_nobody", NotFound, "no such user"),
        ):
            assert why.encode() in refusal(kind, do, house, root, user_id)
    assert len(house.told) == told
    assert resume(house, ada.token).signed is not None


def test_a_banned_bot_may_have_a_new_token_which_opens_nothing_while_the_ban_lasts(house: House) -> None:
    root = first_admin(house)
    made = make(house, root)
    house.do(admin.update_user, AdminUserUpdate(made.user.user_id, banned=True), root.who)
    token = renew(house, root, made.user.user_id).session_token
    assert resume(house, token) == SessionFound("epoch", banned=True)
    house.do(admin.update_user, AdminUserUpdate(made.user.user_id, banned=False), root.who)
    assert resume(house, token).signed is not None


def test_a_session_from_a_log_that_tells_no_end_lasts_a_year_for_a_bot_and_on_for_people(house: House) -> None:
    root = first_admin(house)
    person = redeem(house, invited(house, root.who).invite_token, "bob")
    made_at = house.now
    house.record(UserJoined("u_old", "old", "old", [], bot=True), SessionOpened("u_old", "s_old", "hash", "bot"))
    assert account(house, root, "u_old").token_expires_at == made_at + YEAR_MS
    house.now = made_at + YEAR_MS
    assert sweep(house) == 1
    assert account(house, root, "u_old").token_expires_at is None
    assert resume(house, person.session_token).signed is not None


def test_the_words_of_old_logs_are_read_without_an_end() -> None:
    old: dict[str, Any] = {"user_id": "u_old", "session_id": "s_old", "token_hash": "hash", "platform": "bot"}
    assert convert(old, SessionOpened).expires_at is None
