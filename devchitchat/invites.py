"""Invites without a socket: for `devchitchat invite`, beside a running server or without one.

SQLite lets one process write at a time and the others wait, so the server need not be told: it looks invites up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import apsw

from bus.errors import Refused
from bus.inbox import Letter
from bus.message import Context
from bus.protocol.admin import AdminInvite
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.links import links
from devchitchat.options import OFF
from devchitchat.place import place, prepare
from devchitchat.projections import PROJECTIONS
from services.auth.bootstrap import make_invite
from services.store import Refusal, Transaction, schema
from services.store.database import Place, let_go, mend_wal, open_writer
from services.store.store import everybody
from services.store.transaction import Sources
from services.store.upkeep import open_even_when_full
from services.store.writer import Counts, Deed, Writer

T = TypeVar("T")


def make(config: Config, *, admin: bool, uses: int, ttl_ms: int, note: str) -> str:
    """Make an invite to the server and return its link. Raises Stop."""

    def deed(tx: Transaction) -> AdminInvite:
        return make_invite(tx, admin=admin, max_uses=uses, ttl_ms=ttl_ms, note=note, context=Context(trace="cli"))

    invite = commit(config, deed)
    found = links(config, config.http_port, None if config.tls == OFF else config.https_port)
    return found.for_admin(invite) if admin else found.for_guest(invite)


def commit(config: Config, do: Callable[[Transaction], T]) -> T:
    """Run one deed on the database file as it is, whether or not a server has it open. Raises Stop."""
    prepare(config.data)
    where = place(config)
    try:
        db = open_even_when_full(where, _open)
        try:
            return _commit(db, config, do)
        finally:
            db.close()
    except Refusal as refusal:
        raise Stop(str(refusal), refusal.code) from None
    except Refused as refused:
        raise Stop(str(refused)) from None
    except apsw.Error as error:
        raise Stop(f"the database in {config.data} cannot be written to ({type(error).__name__})", 74) from None


def _open(where: Place) -> apsw.Connection:
    """Mend the WAL before the first write, as every opening does; a server that is at work has done it already."""
    db = open_writer(where)
    try:
        mend_wal(db, where)
    except apsw.BusyError:
        pass
    except BaseException:
        let_go(db)
        raise
    return db


def _commit(db: apsw.Connection, config: Config, do: Callable[[Transaction], T]) -> T:
    sources = Sources()
    schema.prepare(db, place(config), PROJECTIONS, sources.entropy(8).hex())
    writer = Writer(db, PROJECTIONS, sources, everybody, Counts())

    def deed(tx: Transaction, _message: object, _context: Context) -> T:
        return do(tx)

    (outcome,) = writer.commit([Deed(Letter(None, Context()), deed)]).outcomes
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
