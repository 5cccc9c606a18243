"""The event log as an admin may read it: what people wrote, and every secret, is covered."""

from __future__ import annotations

from typing import Any, cast

import apsw
import msgspec

from bus import protocol
from bus.message import Context
from bus.protocol.admin import AdminEvents, AdminEventsResult, LoggedEvent
from bus.protocol.terms import clamp
from bus.secret import STARS
from services import access
from services.store import Snapshot

HIDDEN = {t: frozenset(kind.hidden) for t, kind in protocol.facts().items()}


@AdminEvents.read
def events(snapshot: Snapshot, request: AdminEvents, context: Context) -> AdminEventsResult:
    access.admin(snapshot.db, context)
    limit = clamp(request.limit, 50, 200)
    found = page(snapshot.db, request, limit + 1)
    shown = found[:limit]
    last = shown[-1].event_id if shown else request.after_event_id
    return AdminEventsResult(shown, last, more=len(found) > limit)


def page(db: apsw.Connection, request: AdminEvents, limit: int) -> list[LoggedEvent]:
    rows = db.execute(
        """
        select event_id, ts, actor_user_id, scope_kind, scope_id, type, body_json, trace from events
        where event_id > :after and (:scope is null or scope_id = :scope) and (:type is null or type = :type)
        order by event_id limit :limit
        """,
        {"after": request.after_event_id, "scope": request.scope, "type": request.type, "limit": limit},
    )
    return [LoggedEvent(*columns, body=covered(columns[-1], body), trace=trace) for *columns, body, trace in rows]


def covered(kind: str, body: str) -> dict[str, Any]:
    """A fact's body without what its word hides. Of a word that is not known, nothing is shown."""
    if kind not in HIDDEN:
        return {"body": STARS}
    return cover(msgspec.json.decode(body), HIDDEN[kind])


def cover(value: Any, hidden: frozenset[str]) -> Any:
    """The value with the hidden keys covered, at any depth."""
    match value:
        case dict():
            inner = cast("dict[str, Any]", value)
            return {key: STARS if key in hidden else cover(each, hidden) for key, each in inner.items()}
        case list():
            return [cover(each, hidden) for each in cast("list[Any]", value)]
        case _:
            return value
