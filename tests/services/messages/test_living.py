"""The text services on a bus and a real file: what is acked is found, and catching up moves a mark by itself."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from bus.bus import Bus
from bus.message import Context
from bus.protocol.inside import DeliveryMoved, RetentionSweep, Swept, UserJoined
from bus.protocol.messages import MsgEvent, MsgList, MsgSend
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomMemberEvent
from bus.protocol.search import SearchQuery, SearchScope
from bus.service import Service
from services.delivery import deeds as delivery_deeds
from services.messages import deeds, reads
from services.search import reads as search_reads
from services.store import Store
from services.store.database import Place
from tests.services.living import LetHappen, auth, living

pytestmark = pytest.mark.anyio
ROOM = "r_1"
ANN, BOB = Context("u_ann", trace="t-ann"), Context("u_bob", trace="t-bob")
BEGINNING = LetHappen(
    (
        UserJoined("u_ann", "ann", "Ann", [], False),
        UserJoined("u_bob", "bob", "Bob", [], False),
        RoomCreated(RoomInfo(ROOM, "public", "room", "", "hidden", "u_ann", 0)),
        RoomMemberEvent(ROOM, "join", "u_ann", "u_ann", "owner"),
        RoomMemberEvent(ROOM, "join", "u_bob", "u_bob", "member"),
    )
)


class Ear(Service):
    def __init__(self, bus: Bus, store: Store) -> None:
        super().__init__("ear", bus)
        self.events: list[MsgEvent] = []
        self.moved = anyio.Event()

    @MsgEvent.heard
    async def posted(self, fact: MsgEvent, context: Context) -> None:
        self.events.append(fact)

    @DeliveryMoved.heard
    async def marked(self, fact: DeliveryMoved, context: Context) -> None:
        assert (fact, context.user_id) == (DeliveryMoved("u_bob", ROOM, 1), "u_bob")
        self.moved.set()


def messages(bus: Bus, store: Store) -> Service:
    return Service("messages", bus, deeds, reads, ways=store.ways)


def delivery(bus: Bus, store: Store) -> Service:
    return Service("delivery", bus, delivery_deeds, ways=store.ways)


def search(bus: Bus, store: Store) -> Service:
    return Service("search", bus, search_reads, ways=store.ways)


async def test_who_searches_as_soon_as_a_message_is_acked_finds_it() -> None:
    async with living(auth, messages, search) as (bus, _):
        await bus.ask(BEGINNING)
        for number in range(5):
            ack = await bus.ask(MsgSend(ROOM, f"hello fox{number}"), ANN)
            (hit,) = (await bus.ask(SearchQuery(SearchScope("all"), f"fox{number}"), BOB)).hits
            assert hit.msg_id == ack.msg_id


async def test_what_was_acked_is_listed_found_and_told(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "data" / "chat.db"))
    with anyio.fail_after(20):
        async with living(auth, messages, delivery, search, Ear, place=place) as (bus, services):
            await bus.ask(BEGINNING)
            ack = await bus.ask(MsgSend(ROOM, "hello fox", "c1"), ANN)
            assert await bus.ask(MsgSend(ROOM, "hello fox", "c1"), ANN) == ack
            (hit,) = (await bus.ask(SearchQuery(SearchScope("all"), "fo* -hen from:ann"), ANN)).hits
            (msg,) = (await bus.ask(MsgList(ROOM), ANN)).messages
            assert hit.msg_id == msg.msg_id == ack.msg_id
            assert await bus.ask(RetentionSweep()) == Swept(0, more=False)
            ear = services[-1]
            assert isinstance(ear, Ear)
            assert [event.msg.msg_id for event in ear.events] == [ack.msg_id]
            await bus.ask(MsgList(ROOM, after_seq=5), BOB)
            await ear.moved.wait()
