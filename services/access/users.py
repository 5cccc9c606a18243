"""Who is asking, and are they still who they were?"""

from __future__ import annotations

import apsw

from bus.errors import AuthRequired, Forbidden, NotFound
from bus.message import Context
from bus.protocol.terms import User

OVER = "the session has ended; sign in again"


def living_session(db: apsw.Connection, context: Context) -> None:
    """The guard of every deed and read: raise AuthRequired when the asker's session was revoked or its user banned.

    A deed that waited behind the revocation in the same burst is refused too.
    """
    if context.session_id is None:
        return
    alive = db.execute(
        "select 1 from sessions join users using (user_id) where session_id = ? and user_id = ? and banned_at is null",
        (context.session_id, context.user_id),
    ).get
    if alive is None:
        raise AuthRequired(OVER)


def admin(db: apsw.Connection, context: Context) -> None:
    """Raise Forbidden unless the asker is an admin at this moment."""
    if not db.execute("select is_admin from users where user_id = ?", (context.user_id,)).get:
        raise Forbidden("this is for admins")


def somebody(db: apsw.Connection, user_id: str) -> User:
    """A user as everybody may see them; raises NotFound."""
    row = db.execute("select user_id, handle, display_name, is_admin, is_bot from users where user_id = ?", (user_id,)).fetchone()
    if row is None:
        raise NotFound("there is no such user")
    found_id, handle, display_name, is_admin, is_bot = row
    return User(str(found_id), str(handle), str(display_name), ["admin"] if is_admin else [], bool(is_bot))
