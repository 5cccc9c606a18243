"""The state of the house for a script: numbers, and nothing by which one could tell who or what is in it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bus.message import Context
from bus.protocol.errands import AskState
from bus.protocol.messages import MsgSend
from bus.protocol.rooms import RoomCreate
from bus.protocol.rtc import RtcCallCreate, RtcJoin
from tests.house.test_authorisation import staged


async def test_it_counts_what_is_there_and_names_nobody(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        here, cast = stage.world, stage.cast
        ada = await here.user("ada")
        room_id = (await here.ask(RoomCreate("group", "canary-name", topic="canary-topic"), ada)).room.room_id
        await here.ask(MsgSend(room_id, "canary-text"), ada)
        before = await here.ask(AskState(), Context())
        call_id = (await here.ask(RtcCallCreate(room_id), ada)).call_id
        await here.ask(RtcJoin(call_id), ada)
        await here.connect("ada")
        state = await here.ask(AskState(), Context())
        assert (state.calls, state.in_calls, state.connections) == (before.calls + 1, before.in_calls + 1, before.connections + 1)
        assert set(state.queues) >= {"auth", "rooms", "messages", "delivery", "search", "presence", "diagnostics"}
        assert all(set(row) == {"depth", "capacity", "peak", "dropped", "failed"} for row in state.queues.values())
        assert state.house["uptime_s"] >= 0
        assert (state.store["verified"] in (True, None), state.store["counts"]["commits"] > 0) == (True, True)
        said = msgspec.json.encode(state).decode()
        ids = [room_id, call_id, *cast.rooms.values(), *(str(who.user_id) for who in cast.who.values()), "u_ada", "s_ada", "c_ada"]
        names = [
            "canary",
            "192.0.2.1",
            "owner",
            "prey",
            *(str(epoch) for (epoch,) in here.db.execute("select value from house where name = 'epoch'")),
        ]
        assert [word for word in [*ids, *names] if word in said] == []
