"""Making invites to the server: for an admin, for the command line, and for a house that has no admin yet.

Plain functions of a transaction, so that all three make them in the same way.
"""

from __future__ import annotations

from typing import Final

import apsw

from bus.errors import Conflict
from bus.message import Context
from bus.protocol.admin import AdminInvite
from bus.protocol.inside import InviteMade, OpenHouse, Opening
from bus.protocol.terms import DAY_MS
from bus.secret import Secret
from services.access.invites import hash_of
from services.auth import queries
from services.auth.queries import Known
from services.store import Transaction

BOOTSTRAP_TTL_MS: Final = 7 * DAY_MS


@OpenHouse.commit
def open_house(tx: Transaction, request: OpenHouse, context: Context) -> Opening:
    """Raises Conflict for a token that was used otherwise."""
    return Opening(first_invite(tx, request.token, context) if needs_bootstrap(tx.db) else None)


def needs_bootstrap(db: apsw.Connection) -> bool:
    """Whether nobody is an admin, so that nobody could let anybody in."""
    return db.execute("select 1 from users where is_admin = 1 limit 1").get is None


def first_invite(tx: Transaction, token: Secret | None, context: Context) -> AdminInvite:
    """The bootstrap invite of a house that `needs_bootstrap`; whoever redeems it is its first admin."""
    return make_invite(tx, admin=True, max_uses=1, ttl_ms=BOOTSTRAP_TTL_MS, note="the first admin", token=token, context=context)


def make_invite(
    tx: Transaction, *, admin: bool, max_uses: int, ttl_ms: int, note: str, token: Secret | None = None, context: Context
) -> AdminInvite:
    """Make an invite; with `admin`, whoever redeems it becomes one.

    A given `token` makes one invite, however often it is asked for: while that one is unused it is returned again, and
    renewed when it has expired. Raises Conflict for a token that was used up, or belongs to another kind of invite.
    """
    token = token or tx.new_token()
    if known := queries.known_invite(tx.db, hash_of(token)):
        return _same_again(tx, known, token, InviteMade(known.invite_id, hash_of(token), tx.now + ttl_ms, max_uses, note, admin), context)
    made = InviteMade(tx.new_id("inv_"), hash_of(token), tx.now + ttl_ms, max_uses, note, admin)
    tx.record(made, context)
    return AdminInvite(token, made.invite_id, made.expires_at, made.max_uses)


def _same_again(tx: Transaction, known: Known, token: Secret, renewed: InviteMade, context: Context) -> AdminInvite:
    if known.room_id or known.closed or known.uses >= known.max_uses or known.admin != renewed.admin:
        raise Conflict("that token was used for another invite; choose a new one")
    if known.expires_at > tx.now:
        return AdminInvite(token, known.invite_id, known.expires_at, known.max_uses)
    tx.record(renewed, context)
    return AdminInvite(token, known.invite_id, renewed.expires_at, known.max_uses)
