"""Finding messages, the newest first, in the rooms that the asker is in at this moment.

Rooms are read side by side, each from its newest message back, and the newest of the heads is taken next. When the time
is over, what was found until then is the answer, and it says so.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from itertools import islice

import apsw
import msgspec

from bus.errors import BadRequest
from bus.message import Context
from bus.protocol.search import Hit, SearchQuery, SearchResult
from bus.protocol.terms import clamp
from services import access
from services.search import queries
from services.search.budget import Budget
from services.search.queries import Found, Room
from services.search.query import Query, parse
from services.search.snippet import snippet
from services.store import Snapshot

PAGE = 20
LONGEST_PAGE = 50
SECONDS = 0.05


@SearchQuery.read_finished
def search(snapshot: Snapshot, request: SearchQuery, context: Context) -> SearchResult:
    rooms = _rooms(snapshot.db, request, context)
    query = parse(request.q, queries.splitter(snapshot.db))
    if query.finds_nothing:
        return SearchResult([])
    budget = Budget(SECONDS)
    hits = look_through(snapshot.db, rooms, query, clamp(request.limit, PAGE, LONGEST_PAGE), budget)
    return SearchResult(hits, budget.spent)


def look_through(db: apsw.Connection, rooms: Sequence[Room], query: Query, limit: int, budget: Budget) -> list[Hit]:
    """At most `limit` hits, and all there are unless the budget is spent."""
    authors = queries.users_of(db, query.authors)
    if query.authors and not authors:
        return []
    with budget.on(db), ExitStack() as readers:
        found = [readers.enter_context(closing(_found(db, room, query, authors, limit, budget))) for room in rooms]
        return list(islice(heapq.merge(*found, key=_newest_first), limit))


def _rooms(db: apsw.Connection, request: SearchQuery, context: Context) -> list[Room]:
    """From the memberships, never from the request alone. Raises NotFound and Forbidden as `access.entered` does."""
    if request.scope.room_id is None:
        if request.before_seq is not None:
            raise BadRequest("before_seq goes on within one room")
        return queries.rooms_of(db, context.user)
    room = access.entered(db, context, request.scope.room_id)
    last = room.last_seq if request.before_seq is None else min(room.last_seq, request.before_seq - 1)
    return [Room(room.room_no, room.room_id, max(last, 0))]


def _found(db: apsw.Connection, room: Room, query: Query, authors: Sequence[str], limit: int, budget: Budget) -> Generator[Hit]:
    """One room's hits. The cursor is closed in any case: an open one would keep the WAL from being emptied."""
    if budget.over():
        return
    ask = queries.matching if query.wanted else queries.written_by
    try:
        with closing(ask(db, room, query, authors, limit)) as rows:
            for row in rows:
                yield _hit(room, msgspec.convert(row, Found))
    except apsw.InterruptError:
        return


def _hit(room: Room, found: Found) -> Hit:
    text, ranges = snippet(found.marked)
    return Hit(room.room_id, found.msg_id, found.seq, found.user_id, found.ts, text, ranges)


def _newest_first(hit: Hit) -> int:
    return -hit.ts
