"""How far every room is, and how far its members hold and have read it: in numbers, with no name and no text."""

from __future__ import annotations

import apsw
from msgspec import Struct


class Watermark(Struct, frozen=True):
    """One room. `delivered` and `read` are the lowest among its members: where the slowest of them stands."""

    room_id: str
    members: int
    last_seq: int
    delivered: int
    read: int


def watermarks(db: apsw.Connection) -> list[Watermark]:
    rows = db.execute(
        """
        select room_id, count(members.user_id), last_seq,
          coalesce(min(coalesce(delivered_seq, 0)), 0), coalesce(min(coalesce(read_seq, 0)), 0)
        from rooms
        left join members using (room_no)
        left join deliveries on deliveries.room_no = rooms.room_no and deliveries.user_id = members.user_id
        where deleted = 0 group by rooms.room_no order by rooms.room_no
        """
    )
    return [Watermark(*row) for row in rows]  # type: ignore[arg-type]
