"""Reading a room page by page, and saying that one is typing.

Seqs have no gaps, so a page by seq is a range that is known before the disk is asked.
"""

from __future__ import annotations

from msgspec.structs import replace

from bus.errors import NotFound
from bus.message import Context
from bus.protocol.inside import CaughtUp
from bus.protocol.messages import Msg, MsgList, MsgListResult, MsgTyping, MsgTypingEvent
from bus.protocol.terms import clamp
from services import access
from services.messages import queries, recent
from services.messages.deeds import NO_MESSAGE
from services.messages.rows import rid_of
from services.store import Snapshot

PAGE = 50
LONGEST_PAGE = 200


@MsgList.read
def page(snapshot: Snapshot, request: MsgList, context: Context) -> MsgListResult:
    """`more`: are there older messages before a `before_seq` or the newest page, newer ones behind every other page?"""
    room = access.entered(snapshot.db, context, request.room_id)
    if request.after_seq and request.after_rev is None:
        snapshot.tell(CaughtUp(context.user, room.room_id, min(request.after_seq, room.last_seq)))
    rev = queries.newest_rev(snapshot.db, room.room_no)
    return recent.of(snapshot.db).page((room.room_no, request), rev, lambda: _page(snapshot, room, request, rev))


@MsgTyping.read
def typing(snapshot: Snapshot, request: MsgTyping, context: Context) -> MsgTypingEvent:
    room = access.entered(snapshot.db, context, request.room_id)
    access.unmuted(room, snapshot.now)
    event = MsgTypingEvent(room.room_id, context.user)
    snapshot.tell(event)
    return event


def span(request: MsgList, last: int) -> tuple[int, int]:
    """The first and the last seq of a page by seq, both at most `last`; the first is one too high when the page is empty."""
    limit = clamp(request.limit, PAGE, LONGEST_PAGE)
    if request.after_seq is not None:
        low = min(request.after_seq, last) + 1
        return low, min(low + limit - 1, last)
    if request.around_seq is not None:
        low = max(1, min(request.around_seq - limit // 2, last - limit + 1))
        return low, min(low + limit - 1, last)
    high = last if request.before_seq is None else min(max(request.before_seq - 1, 0), last)
    return max(1, high - limit + 1), high


def _page(snapshot: Snapshot, room: access.Room, request: MsgList, newest_rev: int) -> MsgListResult:
    if request.after_rev is not None:
        return _changes(snapshot, room, request.after_rev, clamp(request.limit, PAGE, LONGEST_PAGE))
    if request.around_msg_id is not None:
        request = replace(request, around_msg_id=None, around_seq=_seq_of(snapshot, room, request.around_msg_id))
    low, high = span(request, room.last_seq)
    return MsgListResult(
        room.room_id,
        _messages(snapshot, [rid_of(room.room_no, seq) for seq in range(low, high + 1)]),
        next_after_seq=max(high, low - 1),
        next_after_rev=newest_rev,
        more=low > 1 if _backwards(request) else high < room.last_seq,
    )


def _seq_of(snapshot: Snapshot, room: access.Room, msg_id: str) -> int:
    seq = queries.seq_in(snapshot.db, room.room_no, msg_id)
    if seq is None:
        raise NotFound(NO_MESSAGE)
    return seq


def _backwards(request: MsgList) -> bool:
    return request.after_seq is None and request.around_seq is None


def _changes(snapshot: Snapshot, room: access.Room, rev: int, limit: int) -> MsgListResult:
    """By rev. An edit lifts an old message behind newer ones: only at the end is it known up to which seq all is there."""
    rids = queries.changed_after(snapshot.db, room.room_no, rev, limit + 1)
    messages = _messages(snapshot, rids[:limit])
    more = len(rids) > limit
    return MsgListResult(
        room.room_id,
        messages,
        next_after_seq=0 if more else room.last_seq,
        next_after_rev=messages[-1].rev if messages else rev,
        more=more,
    )


def _messages(snapshot: Snapshot, rids: list[int]) -> list[Msg]:
    return [stored.msg for stored in queries.fetch(snapshot.db, rids)]
