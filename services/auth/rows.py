"""Users, sessions, links and invites, as the facts about them left them; of every token only its SHA-256 is here.

A row changes by a projector only. A session that ended and a link that was used are gone; an invite stays, so that
its token is never taken for a new one.
"""

from __future__ import annotations

import apsw

from bus.protocol.inside import (
    InviteMade,
    InviteRevoked,
    InviteUsed,
    LinkMade,
    LinkUsed,
    ProfileChanged,
    SessionOpened,
    SessionRevoked,
    SessionSeen,
    UserJoined,
    UserUpdated,
)
from bus.protocol.terms import YEAR_MS
from services.store import Entry, Projection

BOT_PLATFORM = "bot"
"""Of a session that an admin opened for a bot."""

projection = Projection(
    """
    create table users (
      user_no integer primary key,
      user_id text not null unique,
      handle text not null unique,
      display_name text not null,
      is_admin integer not null,
      is_bot integer not null,
      banned_at integer,
      created_at integer not null
    ) strict;
    create table sessions (
      session_id text primary key,
      user_id text not null references users (user_id),
      token_hash text not null unique,
      platform text not null,
      created_at integer not null,
      last_seen_at integer not null,
      expires_at integer
    ) strict, without rowid;
    create index sessions_by_user on sessions (user_id);
    create index sessions_by_end on sessions (expires_at) where expires_at is not null;
    create table links (
      token_hash text primary key,
      user_id text not null references users (user_id),
      expires_at integer not null
    ) strict, without rowid;
    create index links_by_user on links (user_id);
    create table invites (
      invite_id text primary key,
      token_hash text not null unique,
      room_id text,
      admin integer not null,
      max_uses integer not null,
      uses integer not null,
      expires_at integer not null,
      note text not null,
      created_by text,
      created_at integer not null,
      closed integer not null
    ) strict, without rowid;
    """,
    "users",
    "sessions",
    "links",
    "invites",
)


@projection.on(UserJoined)
def join(db: apsw.Connection, fact: UserJoined, entry: Entry) -> None:
    db.execute(
        "insert into users (user_id, handle, display_name, is_admin, is_bot, created_at) values (?, ?, ?, ?, ?, ?)",
        (fact.user_id, fact.handle, fact.display_name, "admin" in fact.roles, fact.bot, entry.ts),
    )


@projection.on(UserUpdated)
def update(db: apsw.Connection, fact: UserUpdated, entry: Entry) -> None:
    """Somebody who was banned already keeps the time of their ban."""
    db.execute(
        "update users set is_admin = ?, banned_at = iif(?, coalesce(banned_at, ?), null) where user_id = ?",
        ("admin" in fact.roles, fact.banned, entry.ts, fact.user_id),
    )


@projection.on(ProfileChanged)
def rename(db: apsw.Connection, fact: ProfileChanged, entry: Entry) -> None:
    db.execute("update users set display_name = ? where user_id = ?", (fact.display_name, fact.user_id))


@projection.on(SessionOpened)
def open_session(db: apsw.Connection, fact: SessionOpened, entry: Entry) -> None:
    """A bot's token was made by an admin, so nobody was seen yet: 0. Older logs do not say when one ends: after the same year."""
    bot = fact.platform == BOT_PLATFORM
    db.execute(
        """
        insert into sessions (session_id, user_id, token_hash, platform, created_at, last_seen_at, expires_at)
        values (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            fact.session_id,
            fact.user_id,
            fact.token_hash,
            fact.platform,
            entry.ts,
            0 if bot else entry.ts,
            entry.ts + YEAR_MS if bot and fact.expires_at is None else fact.expires_at,
        ),
    )


@projection.on(SessionSeen)
def see(db: apsw.Connection, fact: SessionSeen, entry: Entry) -> None:
    db.execute(
        "update sessions set last_seen_at = ?, platform = coalesce(nullif(?, ''), platform) where session_id = ?",
        (entry.ts, fact.platform, fact.session_id),
    )


@projection.on(SessionRevoked)
def end_session(db: apsw.Connection, fact: SessionRevoked, entry: Entry) -> None:
    """With a session go the user's open links: whoever stole the one may have made the others with it."""
    db.execute("delete from sessions where session_id = ?", (fact.session_id,))
    db.execute("delete from links where user_id = ?", (fact.user_id,))


@projection.on(LinkMade)
def make_link(db: apsw.Connection, fact: LinkMade, entry: Entry) -> None:
    """The user's expired links go, so that they do not gather."""
    db.execute("delete from links where user_id = ? and expires_at <= ?", (fact.user_id, entry.ts))
    db.execute(
        "insert into links (token_hash, user_id, expires_at) values (?, ?, ?)",
        (fact.token_hash, fact.user_id, fact.expires_at),
    )


@projection.on(LinkUsed)
def use_link(db: apsw.Connection, fact: LinkUsed, entry: Entry) -> None:
    db.execute("delete from links where token_hash = ?", (fact.token_hash,))


@projection.on(InviteMade)
def make_invite(db: apsw.Connection, fact: InviteMade, entry: Entry) -> None:
    """Made again under the same invite_id, it is good for longer."""
    db.execute(
        """
        insert into invites
          (invite_id, token_hash, room_id, admin, max_uses, uses, expires_at, note, created_by, created_at, closed)
        values (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, 0)
        on conflict (invite_id) do update set expires_at = excluded.expires_at
        """,
        (
            fact.invite_id,
            fact.token_hash,
            fact.room_id,
            fact.admin,
            fact.max_uses,
            fact.expires_at,
            fact.note,
            entry.actor_user_id,
            entry.ts,
        ),
    )


@projection.on(InviteUsed)
def use_invite(db: apsw.Connection, fact: InviteUsed, entry: Entry) -> None:
    db.execute("update invites set uses = uses + 1 where invite_id = ?", (fact.invite_id,))


@projection.on(InviteRevoked)
def close_invite(db: apsw.Connection, fact: InviteRevoked, entry: Entry) -> None:
    db.execute("update invites set closed = 1 where invite_id = ?", (fact.invite_id,))
