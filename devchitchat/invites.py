"""Invites without a socket: for the first admin of an empty house, and for `devchitchat invite` beside a running server.

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
from devchitchat.addresses import for_links
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.place import place, prepare
from devchitchat.projections import PROJECTIONS
from services.auth.bootstrap import first_invite, make_invite, needs_bootstrap
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

    return link(config, config.http_port, commit(config, deed))


def first(config: Config) -> AdminInvite | None:
    """The invite of the first admin, when the house has none yet; after that None. Raises Stop."""

    def deed(tx: Transaction) -> AdminInvite | None:
        if not needs_bootstrap(tx.db):
            return None
        return first_invite(tx, config.bootstrap_token, Context(trace="start"))

    return commit(config, deed)


def link(config: Config, port: int, invite: AdminInvite) -> str:
    """Where a browser redeems it. The token is in the fragment, which no browser sends and no log sees."""
    return f"{url(config, port)}/#invite={invite.invite_token.reveal()}"


def url(config: Config, port: int) -> str:
    """The address to open: from anywhere on the network when the server listens there, else on this machine."""
    return f"http://{for_links(config)}:{port}"


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
