"""What the operator of the house may do: invites, users, bots, and reading the event log."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from bus.message import Reply, Request
from bus.protocol.terms import DAY_MS, YEAR_MS, Handle, InviteId, Limit, Line, Millis, Seq, ServerRole, Ttl, User, UserId, Uses
from bus.secret import Secret


class AdminInvite(Reply, frozen=True):
    """A new invite; its token is shown this once."""

    t = "admin.invite"
    invite_token: Secret
    invite_id: InviteId
    expires_at: Millis
    max_uses: int


class AdminInviteCreate(Request[AdminInvite], frozen=True, forbid_unknown_fields=True):
    """Make an invite to this server."""

    t = "admin.invite_create"
    access = "admin"
    ttl_ms: Ttl = DAY_MS
    max_uses: Uses = 1
    note: Line = ""


class OpenInvite(Struct, frozen=True):
    """An invite that may still be used; whoever redeems one with `admin` becomes an admin."""

    invite_id: InviteId
    created_at: Millis
    created_by: UserId | None
    expires_at: Millis
    max_uses: int
    uses: int
    note: str
    admin: bool


class AdminInvitesResult(Reply, frozen=True):
    """Invites to the server that are still open."""

    t = "admin.invites_result"
    invites: list[OpenInvite]


class AdminInvites(Request[AdminInvitesResult], frozen=True, forbid_unknown_fields=True):
    """List the open invites."""

    t = "admin.invites"
    access = "admin"


class AdminInviteRevoked(Reply, frozen=True):
    """Nobody can use that invite any more."""

    t = "admin.invite_revoked"
    invite_id: InviteId


class AdminInviteRevoke(Request[AdminInviteRevoked], frozen=True, forbid_unknown_fields=True):
    """Close an invite."""

    t = "admin.invite_revoke"
    access = "admin"
    invite_id: InviteId


class Account(User, frozen=True):
    """A user as an admin sees them.

    `last_seen_at`: when a session of theirs was last begun, to ten minutes; null without one, and for a bot that never used its token.
    `token_expires_at`: of a bot's token; null without one.
    """

    created_at: Millis = 0
    banned: bool = False
    last_seen_at: Millis | None = None
    token_expires_at: Millis | None = None


class AdminUsersResult(Reply, frozen=True):
    """Every account, in order of joining."""

    t = "admin.users_result"
    users: list[Account]


class AdminUsers(Request[AdminUsersResult], frozen=True, forbid_unknown_fields=True):
    """List the accounts."""

    t = "admin.users"
    access = "admin"


class AdminUserUpdated(Reply, frozen=True):
    """The account as it is now."""

    t = "admin.user_updated"
    user: Account


class AdminUserUpdate(Request[AdminUserUpdated], frozen=True, forbid_unknown_fields=True):
    """Change somebody's server roles, or ban them from the server and back."""

    t = "admin.user_update"
    access = "admin"
    user_id: UserId
    roles: Annotated[list[ServerRole], Meta(max_length=4)] | None = None
    banned: bool | None = None


class AdminBot(Reply, frozen=True):
    """A bot and the token it signs in with (`hello.resume`), shown this once."""

    t = "admin.bot"
    user: User
    session_token: Secret
    expires_at: Millis


class AdminBotCreate(Request[AdminBot], frozen=True, forbid_unknown_fields=True):
    """Make an account for a bot that runs in a process of its own. Its token ends after `ttl_ms`, at most a year."""

    t = "admin.bot_create"
    access = "admin"
    handle: Handle
    ttl_ms: Ttl = YEAR_MS


class AdminBotToken(Request[AdminBot], frozen=True, forbid_unknown_fields=True):
    """Give a bot a new token. What it had before opens nothing from then on: its sockets close with 4001."""

    t = "admin.bot_token"
    access = "admin"
    user_id: UserId
    ttl_ms: Ttl = YEAR_MS


class AdminBotRevoked(Reply, frozen=True):
    """The bot has no token any more."""

    t = "admin.bot_revoked"
    user_id: UserId


class AdminBotRevoke(Request[AdminBotRevoked], frozen=True, forbid_unknown_fields=True):
    """End a bot's token; its sockets close with 4001. The account stays, for a new token."""

    t = "admin.bot_revoke"
    access = "admin"
    user_id: UserId


class LoggedEvent(Struct, frozen=True):
    """One row of the event log; what people wrote and every secret are covered."""

    event_id: int
    ts: Millis
    actor_user_id: str | None
    scope_kind: str
    scope_id: str
    type: str
    body: dict[str, Any]
    trace: str | None


class AdminEventsResult(Reply, frozen=True):
    """Rows of the log in order of event_id."""

    t = "admin.events_result"
    events: list[LoggedEvent]
    next_after_event_id: int
    more: bool


class AdminEvents(Request[AdminEventsResult], frozen=True, forbid_unknown_fields=True):
    """Read the event log. `scope` is a room's or user's id, `type` a word's name."""

    t = "admin.events"
    access = "admin"
    after_event_id: Seq = 0
    scope: Line | None = None
    type: Line | None = None
    limit: Limit = 50
