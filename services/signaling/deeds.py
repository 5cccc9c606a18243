"""What of a call must outlive the server: its beginning and end, and who takes a place; with the right to it, in one transaction."""

from __future__ import annotations

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Context, Fact
from bus.protocol.places import PlaceTaken
from bus.protocol.rtc import RtcCallCreate, RtcCallEnd, RtcCallEvent, RtcEndCall, RtcJoin
from services import access
from services.signaling import rows
from services.signaling.calls import MAX_PEERS, NO_CALL
from services.store import Transaction


def create(tx: Transaction, request: RtcCallCreate, context: Context) -> str:
    """The call_id of the room's call, which begins if there is none."""
    access.entered(tx.db, context, request.room_id)
    if running := rows.call_of(tx.db, request.room_id):
        return running
    call_id = tx.new_id("call_")
    tx.record(RtcCallEvent(request.room_id, call_id, "created"), context)
    return call_id


def join(tx: Transaction, request: RtcJoin, context: Context) -> PlaceTaken:
    room = known(tx, request.call_id, context)
    if room.role is None:
        raise NotFound(NO_CALL)
    if rows.place_count(tx.db, request.call_id) >= MAX_PEERS:
        raise Conflict(f"a call holds {MAX_PEERS} peers; this one is full")
    taken = PlaceTaken(room.room_id, request.call_id, tx.new_id("p_"), context.user, context.session_id or "")
    tx.record(taken, context)
    return taken


def end(tx: Transaction, request: RtcEndCall, context: Context) -> RtcCallEnd:
    room = known(tx, request.call_id, context)
    if room.rank < access.rank("mod"):
        raise Forbidden("this is for the room's moderators") if room.role else NotFound(NO_CALL)
    tx.record(RtcCallEvent(room.room_id, request.call_id, "ended"), context)
    return RtcCallEnd(request.call_id, room.room_id)


def note(tx: Transaction, fact: Fact, context: Context) -> None:
    """Write down what has happened already."""
    tx.record(fact, context)


def known(tx: Transaction, call_id: str, context: Context) -> access.Room:
    """The room of a call, as the asker stands to it; raises NotFound where there is none."""
    room_id = rows.room_of(tx.db, call_id)
    room = access.find(tx.db, context, room_id) if room_id else None
    if room is None:
        raise NotFound(NO_CALL)
    return room
