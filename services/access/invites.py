"""Is this token good for something? One answer for all that are not, whatever the reason."""

from __future__ import annotations

from hashlib import sha256

import apsw
from msgspec import Struct

from bus.errors import AuthFailed
from bus.message import Context
from bus.secret import Secret
from services.access import rooms

BAD = "this invite is not valid; ask for a new one"


class Usable(Struct, frozen=True):
    """An invite that may be used at this moment; with a room_id it leads into that room, without into the server."""

    invite_id: str
    room_id: str | None
    admin: bool


def hash_of(token: Secret) -> str:
    """What is kept of a token: SHA-256, in hex. 256 random bits need no salt."""
    return sha256(token.reveal().encode()).hexdigest()


def usable(db: apsw.Connection, token: Secret, now: int) -> Usable:
    """Raises AuthFailed. Looked up by hash, so the time it takes tells nothing of the token."""
    row = db.execute(
        """
        select invite_id, room_id, admin from invites
        where token_hash = ? and closed = 0 and uses < max_uses and expires_at > ?
        """,
        (hash_of(token), now),
    ).fetchone()
    if row is None:
        raise AuthFailed(BAD)
    invite_id, room_id, admin = row
    return Usable(str(invite_id), room_id and str(room_id), bool(admin))  # type: ignore[arg-type]


def room_behind(db: apsw.Connection, context: Context, room_id: str) -> rooms.Room | None:
    """The room that a good invite leads to, hidden or not; None when it was deleted."""
    return rooms.find(db, context, room_id)
