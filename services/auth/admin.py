"""What an admin does: letting people in, keeping them out, and making bots.

Every deed and read asks at that moment whether the asker is an admin: what the socket remembers does not count.
"""

from __future__ import annotations

from bus.errors import Conflict, NotFound
from bus.message import Context
from bus.protocol.admin import (
    Account,
    AdminBot,
    AdminBotCreate,
    AdminBotRevoke,
    AdminBotRevoked,
    AdminBotToken,
    AdminInvite,
    AdminInviteCreate,
    AdminInviteRevoke,
    AdminInviteRevoked,
    AdminInvites,
    AdminInvitesResult,
    AdminUsers,
    AdminUsersResult,
    AdminUserUpdate,
    AdminUserUpdated,
)
from bus.protocol.inside import InviteRevoked, SessionOpened, SessionRevoked, UserJoined, UserUpdated
from bus.protocol.terms import HUBOT, User
from services import access
from services.access.invites import hash_of
from services.auth import bootstrap, queries
from services.auth.deeds import TAKEN
from services.auth.rows import BOT_PLATFORM
from services.store import Snapshot, Transaction


@AdminInviteCreate.commit
def create_invite(tx: Transaction, request: AdminInviteCreate, context: Context) -> AdminInvite:
    access.admin(tx.db, context)
    return bootstrap.make_invite(tx, admin=False, max_uses=request.max_uses, ttl_ms=request.ttl_ms, note=request.note, context=context)


@AdminInvites.read
def invites(snapshot: Snapshot, request: AdminInvites, context: Context) -> AdminInvitesResult:
    access.admin(snapshot.db, context)
    return AdminInvitesResult(queries.open_invites(snapshot.db, snapshot.now))


@AdminInviteRevoke.commit
def revoke_invite(tx: Transaction, request: AdminInviteRevoke, context: Context) -> AdminInviteRevoked:
    """A room's invites belong to its moderators: here they do not exist."""
    access.admin(tx.db, context)
    if request.invite_id not in {invite.invite_id for invite in queries.open_invites(tx.db, tx.now)}:
        raise NotFound("there is no such open invite")
    tx.record(InviteRevoked(request.invite_id), context)
    return AdminInviteRevoked(request.invite_id)


@AdminUsers.read
def users(snapshot: Snapshot, request: AdminUsers, context: Context) -> AdminUsersResult:
    access.admin(snapshot.db, context)
    return AdminUsersResult(queries.accounts(snapshot.db))


@AdminUserUpdate.commit
def update_user(tx: Transaction, request: AdminUserUpdate, context: Context) -> AdminUserUpdated:
    """A ban leaves the sessions where they are: while it lasts they open nothing."""
    access.admin(tx.db, context)
    before = _account(tx, request.user_id)
    after = UserUpdated(
        before.user_id,
        before.roles if request.roles is None else sorted(set(request.roles)),
        before.banned if request.banned is None else request.banned,
    )
    if after.banned and after.user_id == context.user:
        raise Conflict("you cannot ban yourself")
    if ("admin" not in after.roles or after.banned) and not queries.human_admins_beside(tx.db, after.user_id):
        raise Conflict("this is the last admin; make another one first")
    if (after.roles, after.banned) != (before.roles, before.banned):
        tx.record(after, context)
    return AdminUserUpdated(_account(tx, request.user_id))


@AdminBotCreate.commit
def create_bot(tx: Transaction, request: AdminBotCreate, context: Context) -> AdminBot:
    access.admin(tx.db, context)
    if queries.handle_taken(tx.db, request.handle):
        raise Conflict(TAKEN)
    bot = User(tx.new_id("u_"), request.handle, request.handle, bot=True)
    tx.record(UserJoined(bot.user_id, bot.handle, bot.display_name, bot.roles, bot=True), context)
    return _give_token(tx, bot, request.ttl_ms, context)


@AdminBotToken.commit
def renew_token(tx: Transaction, request: AdminBotToken, context: Context) -> AdminBot:
    access.admin(tx.db, context)
    bot = _bot(tx, request.user_id)
    _end_tokens(tx, bot, context)
    return _give_token(tx, bot, request.ttl_ms, context)


@AdminBotRevoke.commit
def revoke_token(tx: Transaction, request: AdminBotRevoke, context: Context) -> AdminBotRevoked:
    """A bot without a token stays so."""
    access.admin(tx.db, context)
    _end_tokens(tx, _bot(tx, request.user_id), context)
    return AdminBotRevoked(request.user_id)


def _bot(tx: Transaction, user_id: str) -> User:
    """A bot that signs in with a token."""
    found = access.somebody(tx.db, user_id)
    if not found.bot:
        raise Conflict("only bots have such a token; this is a person")
    if user_id == HUBOT:
        raise Conflict("the built-in bot lives in the server and has no token; ban it, or start with --bot false")
    return found


def _give_token(tx: Transaction, bot: User, ttl_ms: int, context: Context) -> AdminBot:
    token, expires_at = tx.new_token(), tx.now + ttl_ms
    tx.record(SessionOpened(bot.user_id, tx.new_id("s_"), hash_of(token), BOT_PLATFORM, expires_at), context)
    return AdminBot(bot, token, expires_at)


def _end_tokens(tx: Transaction, bot: User, context: Context) -> None:
    for session_id in queries.session_ids(tx.db, bot.user_id):
        tx.record(SessionRevoked(bot.user_id, session_id), context)


def _account(tx: Transaction, user_id: str) -> Account:
    account = queries.account(tx.db, user_id)
    if account is None:
        raise NotFound("there is no such user")
    return account
