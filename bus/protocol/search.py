"""Finding what was said in the rooms one is in."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bus.message import Reply, Request
from bus.protocol.terms import Limit, Millis, MsgId, RoomId, Seq, UserId


class SearchScope(Struct, frozen=True):
    """One room, or all that you are in."""

    kind: Literal["room", "all"]
    room_id: RoomId | None = None

    def __post_init__(self) -> None:
        if (self.kind == "room") != (self.room_id is not None):
            raise ValueError("kind room needs a room_id, kind all has none")


class Hit(Struct, frozen=True):
    """A message that was found. `ranges` are [start, end) in UTF-16 code units of the snippet, as JavaScript counts."""

    room_id: RoomId
    msg_id: MsgId
    seq: int
    user_id: UserId
    ts: Millis
    snippet: str
    ranges: list[tuple[int, int]]


class SearchResult(Reply, frozen=True):
    """Hits, the newest first; `partial` when time ran out before all rooms were looked through."""

    t = "search.result"
    hits: list[Hit]
    partial: bool = False


class SearchQuery(Request[SearchResult], frozen=True):
    """Look for words, "phrases", prefix*, -not and from:handle; anything else is a plain word, never an error.

    `before_seq` goes on within one room. `limit` is clamped to 1..50.
    """

    t = "search.query"
    rate = "search"
    scope: SearchScope
    q: Annotated[str, Meta(max_length=1000)]
    limit: Limit | None = None
    before_seq: Seq | None = None
