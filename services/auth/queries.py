"""What auth asks of its rows. One statement a function; nothing here changes a row."""

from __future__ import annotations

from typing import Any

import apsw
from msgspec import Struct

from bus.protocol.admin import Account, OpenInvite
from bus.protocol.auth import SessionInfo
from bus.protocol.terms import User


class Held(Struct, frozen=True):
    """The session that a token opens, and whose it is."""

    session_id: str
    user: User
    banned: bool
    platform: str
    last_seen_at: int


class Known(Struct, frozen=True):
    """An invite whose token was used before, be it good or not."""

    invite_id: str
    room_id: str | None
    admin: bool
    max_uses: int
    uses: int
    expires_at: int
    closed: bool


def held_by(db: apsw.Connection, token_hash: str, now: int) -> Held | None:
    """A session whose time is over is none, also where nobody has ended it yet."""
    row = db.execute(
        """
        select session_id, user_id, handle, display_name, is_admin, is_bot, banned_at, platform, last_seen_at
        from sessions join users using (user_id) where token_hash = ? and (expires_at is null or expires_at > ?)
        """,
        (token_hash, now),
    ).fetchone()
    if row is None:
        return None
    session_id, user_id, handle, display_name, is_admin, is_bot, banned_at, platform, last_seen_at = row
    user = User(user_id, handle, display_name, roles(is_admin), bool(is_bot))
    return Held(session_id, user, banned_at is not None, platform, last_seen_at)


def linked_user(db: apsw.Connection, token_hash: str, now: int) -> str | None:
    """The user_id that a link signs in, if it may be used at this moment."""
    return db.execute(
        """
        select user_id from links join users using (user_id)
        where token_hash = ? and expires_at > ? and banned_at is null
        """,
        (token_hash, now),
    ).get


def owns_session(db: apsw.Connection, user_id: str, session_id: str | None) -> bool:
    return db.execute("select 1 from sessions where session_id = ? and user_id = ?", (session_id, user_id)).get is not None


def session_ids(db: apsw.Connection, user_id: str) -> list[str]:
    rows = db.execute("select session_id from sessions where user_id = ? order by session_id", (user_id,))
    return [str(session_id) for (session_id,) in rows]


def over(db: apsw.Connection, now: int) -> list[tuple[str, str]]:
    """The user_id and session_id of every session whose time is over."""
    rows = db.execute("select user_id, session_id from sessions where expires_at <= ? order by expires_at, session_id", (now,))
    return [(str(user_id), str(session_id)) for user_id, session_id in rows]


def sessions_of(db: apsw.Connection, user_id: str, current: str | None) -> list[SessionInfo]:
    rows = db.execute(
        """
        select session_id, created_at, last_seen_at, platform, session_id is ?
        from sessions where user_id = ? order by created_at desc, session_id
        """,
        (current, user_id),
    )
    return [SessionInfo(session_id, created, seen, platform, bool(mine)) for session_id, created, seen, platform, mine in rows]


def handle_taken(db: apsw.Connection, handle: str) -> bool:
    return db.execute("select 1 from users where handle = ?", (handle,)).get is not None


def known_invite(db: apsw.Connection, token_hash: str) -> Known | None:
    row = db.execute(
        "select invite_id, room_id, admin, max_uses, uses, expires_at, closed from invites where token_hash = ?",
        (token_hash,),
    ).fetchone()
    if row is None:
        return None
    invite_id, room_id, admin, max_uses, uses, expires_at, closed = row
    return Known(invite_id, room_id, bool(admin), max_uses, uses, expires_at, bool(closed))


def open_invites(db: apsw.Connection, now: int) -> list[OpenInvite]:
    """Invites to the server, not to a room, that may be used at this moment; in order of their making."""
    rows = db.execute(
        """
        select invite_id, created_at, created_by, expires_at, max_uses, uses, note, admin from invites
        where room_id is null and closed = 0 and uses < max_uses and expires_at > ? order by created_at, invite_id
        """,
        (now,),
    )
    return [OpenInvite(*columns, admin=bool(admin)) for *columns, admin in rows]


def account(db: apsw.Connection, user_id: str) -> Account | None:
    row = db.execute(
        """
        select user_id, handle, display_name, is_admin, is_bot, created_at, banned_at,
          (select nullif(max(last_seen_at), 0) from sessions where sessions.user_id = users.user_id),
          (select max(expires_at) from sessions where sessions.user_id = users.user_id)
        from users where user_id = ?
        """,
        (user_id,),
    ).fetchone()
    return row and _account(*row)


def accounts(db: apsw.Connection) -> list[Account]:
    rows = db.execute(
        """
        select user_id, handle, display_name, is_admin, is_bot, created_at, banned_at,
          (select nullif(max(last_seen_at), 0) from sessions where sessions.user_id = users.user_id),
          (select max(expires_at) from sessions where sessions.user_id = users.user_id)
        from users order by user_no
        """,
    )
    return [_account(*row) for row in rows]


def admins(db: apsw.Connection) -> list[str]:
    """Who may act as an admin at this moment."""
    rows = db.execute("select user_id from users where is_admin = 1 and banned_at is null order by user_no")
    return [user_id for (user_id,) in rows]


def human_admins_beside(db: apsw.Connection, user_id: str) -> int:
    """Admins other than this one; a bot is not counted, for it could not let anybody in again."""
    return db.execute("select count(*) from users where is_admin = 1 and is_bot = 0 and banned_at is null and user_id <> ?", (user_id,)).get


def rooms_by_user(db: apsw.Connection) -> dict[str, list[str]]:
    """The room_ids of everybody who is in any."""
    rooms: dict[str, list[str]] = {}
    rows = db.execute("select user_id, room_id from members join rooms using (room_no) where deleted = 0 order by room_no")
    for user_id, room_id in rows:
        rooms.setdefault(user_id, []).append(room_id)
    return rooms


def roles(is_admin: int) -> list[Any]:
    return ["admin"] if is_admin else []


def _account(
    user_id: str,
    handle: str,
    display_name: str,
    is_admin: int,
    is_bot: int,
    created_at: int,
    banned_at: int | None,
    seen_at: int | None,
    expires_at: int | None,
) -> Account:
    return Account(user_id, handle, display_name, roles(is_admin), bool(is_bot), created_at, banned_at is not None, seen_at, expires_at)
