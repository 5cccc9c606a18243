"""Moving the marks. They stop at the room's last message, and a mark that would not move changes nothing."""

from __future__ import annotations

from bus.errors import Refused
from bus.message import Context
from bus.protocol.inside import CaughtUp, DeliveryMoved
from bus.protocol.messages import MsgDelivered, MsgDeliveredAck, MsgRead, MsgReadEvent
from services import access
from services.delivery import rows
from services.store import Transaction


@MsgRead.commit
def read(tx: Transaction, request: MsgRead, context: Context) -> MsgReadEvent:
    room = access.entered(tx.db, context, request.room_id)
    mark = rows.marks(tx.db, room.room_no, context.user).read
    event = MsgReadEvent(room.room_id, context.user, max(mark, min(request.up_to_seq, room.last_seq)))
    if event.up_to_seq > mark:
        tx.record(event, context)
    return event


@MsgDelivered.commit
def delivered(tx: Transaction, request: MsgDelivered, context: Context) -> MsgDeliveredAck:
    return MsgDeliveredAck(request.room_id, _deliver(tx, request.room_id, request.up_to_seq, context))


@CaughtUp.commit
def caught_up(tx: Transaction, fact: CaughtUp, context: Context) -> None:
    """Whoever has left since they asked has no mark to move, and nobody waits for an answer."""
    try:
        _deliver(tx, fact.room_id, fact.up_to_seq, context)
    except Refused:
        return


def _deliver(tx: Transaction, room_id: str, up_to_seq: int, context: Context) -> int:
    room = access.entered(tx.db, context, room_id)
    mark = rows.marks(tx.db, room.room_no, context.user).delivered
    moved = DeliveryMoved(context.user, room_id, max(mark, min(up_to_seq, room.last_seq)))
    if moved.up_to_seq > mark:
        tx.record(moved, context)
    return moved.up_to_seq
