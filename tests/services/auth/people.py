"""How people come into a house in these tests: by real invites, with real tokens."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import Struct

from bus.errors import Refused
from bus.message import Context
from bus.protocol.admin import AdminInvite, AdminInviteCreate
from bus.protocol.auth import AuthInviteRedeem, AuthSession, Profile
from bus.protocol.inside import SessionFound, SessionResume
from bus.secret import Secret
from services.auth import admin, bootstrap, deeds
from services.store import Transaction
from tests.services.house import House

GUEST = Context(trace="t-guest", sid="c1")
HOUR_MS = 3_600_000


class Member(Struct, frozen=True):
    """Somebody who came in by an invite: their token, and the context of their socket."""

    token: Secret
    who: Context


def first_invite(house: House, token: Secret | None = None) -> AdminInvite:
    def deed(tx: Transaction, request: Any, context: Context) -> AdminInvite:
        return bootstrap.first_invite(tx, token, context)

    return house.do(deed, AdminInviteCreate(), Context())


def invite(house: House, who: Context, uses: int = 1, ttl_ms: int = HOUR_MS) -> AdminInvite:
    return house.do(admin.create_invite, AdminInviteCreate(ttl_ms, uses, "for a friend"), who)


def redeem(house: House, token: Secret, handle: str = "ada") -> AuthSession:
    return house.do(deeds.redeem_invite, AuthInviteRedeem(token, Profile(handle, handle.title())), GUEST)


def resume(house: House, token: Secret | None, platform: str = "") -> SessionFound:
    return house.do(deeds.resume, SessionResume(token, platform), GUEST)


def signed_in(house: House, session: AuthSession) -> Member:
    signed = resume(house, session.session_token).signed
    assert signed is not None
    who = Context(signed.user.user_id, signed.session_id, frozenset(signed.user.roles), "t", "c2")
    return Member(session.session_token, who)


def first_admin(house: House, handle: str = "root") -> Member:
    return signed_in(house, redeem(house, first_invite(house).invite_token, handle))


def member(house: House, admin: Member, handle: str) -> Member:
    return signed_in(house, redeem(house, invite(house, admin.who).invite_token, handle))


def refusal(kind: type[Refused], do: Any, *arguments: Any) -> bytes:
    """All that a client hears of a refusal, as bytes."""
    with pytest.raises(kind) as caught:
        do(*arguments)
    assert type(caught.value) is kind
    return msgspec.json.encode([caught.value.code, str(caught.value), caught.value.details])
