"""Coming in by an invite or a link, what one is called, and the life of a session.

Whatever is wrong with a token, the answer is the same, byte for byte. A token is shown once, to the one it is made
for; what is kept is its hash.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from msgspec.structs import replace

from bus.errors import AuthFailed, Conflict, Forbidden, NotFound
from bus.message import Context
from bus.protocol.auth import (
    AuthInviteRedeem,
    AuthLink,
    AuthLinkCreate,
    AuthLinkRedeem,
    AuthLogout,
    AuthLogoutAck,
    AuthProfile,
    AuthProfileSet,
    AuthSession,
    AuthSessionRevoke,
    AuthSessionRevoked,
)
from bus.protocol.inside import (
    InviteRevoked,
    InviteUsed,
    LinkMade,
    LinkUsed,
    ProfileChanged,
    SessionFound,
    SessionOpened,
    SessionResume,
    SessionRevoked,
    SessionSeen,
    SessionSweep,
    Signed,
    Swept,
    UserJoined,
)
from bus.protocol.terms import User
from services import access
from services.access import invites
from services.access.invites import hash_of
from services.auth import queries
from services.auth.bootstrap import needs_bootstrap
from services.store import Transaction

LINK_TTL_MS: Final = 5 * 60_000
SEEN_EVERY_MS: Final = 10 * 60_000
"""How stale `last_seen_at` may be: most resumes write nothing."""

BAD_LINK: Final = "this link is not valid; make a new one"
TAKEN: Final = "this handle is taken; choose another"


@AuthInviteRedeem.commit
def redeem_invite(tx: Transaction, request: AuthInviteRedeem, context: Context) -> AuthSession:
    """Only a good invite learns whether a handle is taken, and only a success uses it up."""
    invite = invites.usable(tx.db, request.invite_token, tx.now)
    if invite.room_id is not None:
        raise AuthFailed(invites.BAD)
    profile = request.profile
    if queries.handle_taken(tx.db, profile.handle):
        raise Conflict(TAKEN)
    user = User(tx.new_id("u_"), profile.handle, one_form(profile.display_name), ["admin"] if invite.admin else [])
    context = replace(context, user_id=user.user_id)
    tx.record(InviteUsed(invite.invite_id), context)
    if invite.admin and needs_bootstrap(tx.db):
        _close_other_doors(tx, invite.invite_id, context)
    tx.record(UserJoined(user.user_id, user.handle, user.display_name, user.roles, bot=False), context)
    return open_session(tx, user, context)


@AuthLinkCreate.commit
def create_link(tx: Transaction, request: AuthLinkCreate, context: Context) -> AuthLink:
    if access.somebody(tx.db, context.user).bot:
        raise Forbidden("a bot has one token; ask an admin for a new one")
    token, expires_at = tx.new_token(), tx.now + LINK_TTL_MS
    tx.record(LinkMade(context.user, hash_of(token), expires_at), context)
    return AuthLink(token, expires_at)


@AuthLinkRedeem.commit
def redeem_link(tx: Transaction, request: AuthLinkRedeem, context: Context) -> AuthSession:
    token_hash = hash_of(request.link_token)
    user_id = queries.linked_user(tx.db, token_hash, tx.now)
    if user_id is None:
        raise AuthFailed(BAD_LINK)
    context = replace(context, user_id=user_id)
    tx.record(LinkUsed(user_id, token_hash), context)
    return open_session(tx, access.somebody(tx.db, user_id), context)


@AuthProfileSet.commit
def set_profile(tx: Transaction, request: AuthProfileSet, context: Context) -> AuthProfile:
    """A name that is already so answers with the user as they are."""
    before, name = access.somebody(tx.db, context.user), one_form(request.display_name)
    if name != before.display_name:
        tx.record(ProfileChanged(before.user_id, before.handle, name), context)
    return AuthProfile(replace(before, display_name=name))


@AuthLogout.commit
def logout(tx: Transaction, request: AuthLogout, context: Context) -> AuthLogoutAck:
    _end(tx, context.session_id, context)
    return AuthLogoutAck()


@AuthSessionRevoke.commit
def revoke(tx: Transaction, request: AuthSessionRevoke, context: Context) -> AuthSessionRevoked:
    _end(tx, request.session_id, context)
    return AuthSessionRevoked(request.session_id)


@SessionResume.commit
def resume(tx: Transaction, request: SessionResume, context: Context) -> SessionFound:
    """Whose token this is. A deed, because it notes that the session was seen, though mostly it writes nothing."""
    held = queries.held_by(tx.db, hash_of(request.token), tx.now) if request.token else None
    if held is None:
        return SessionFound(tx.epoch)
    if held.banned:
        return SessionFound(tx.epoch, banned=True)
    news = request.platform and not held.platform
    if news or tx.now - held.last_seen_at >= SEEN_EVERY_MS:
        seen = SessionSeen(held.user.user_id, held.session_id, request.platform)
        tx.record(seen, replace(context, user_id=held.user.user_id))
    return SessionFound(tx.epoch, Signed(held.session_id, held.user))


@SessionSweep.commit
def sweep(tx: Transaction, request: SessionSweep, context: Context) -> Swept:
    over = queries.over(tx.db, tx.now)
    for user_id, session_id in over:
        tx.record(SessionRevoked(user_id, session_id), context)
    return Swept(len(over), more=False)


def one_form(display_name: str) -> str:
    """One way of writing for names that look the same letter by letter."""
    return unicodedata.normalize("NFC", display_name)


def open_session(tx: Transaction, user: User, context: Context) -> AuthSession:
    token = tx.new_token()
    tx.record(SessionOpened(user.user_id, tx.new_id("s_"), hash_of(token), ""), context)
    return AuthSession(token, user)


def _close_other_doors(tx: Transaction, used: str, context: Context) -> None:
    """Each start of an empty house may have printed an invite for its first admin: with that one here, the rest is a risk."""
    for invite in queries.open_invites(tx.db, tx.now):
        if invite.admin and invite.invite_id != used:
            tx.record(InviteRevoked(invite.invite_id), context)


def _end(tx: Transaction, session_id: str | None, context: Context) -> None:
    """Somebody else's session is answered like one that does not exist."""
    if session_id is None or not queries.owns_session(tx.db, context.user, session_id):
        raise NotFound("you have no such session")
    tx.record(SessionRevoked(context.user, session_id), context)
