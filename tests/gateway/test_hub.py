"""Who hears what: by membership in the order of the log, and never with a silent hole."""

from __future__ import annotations

import json

import pytest

from bus import protocol
from bus.bus import Bus
from bus.inbox import Inbox
from bus.message import Fact
from bus.protocol.inside import HearersSought, UserUpdated
from bus.protocol.presence import PresenceEvent
from bus.protocol.rooms import RoomCreated, RoomDeleted, RoomInfo
from gateway.house import House
from gateway.settings import Settings
from tests.gateway.scene import Scene, scene
from tests.gateway.town import NOW_MS
from tests.gateway.wires import Client

pytestmark = pytest.mark.anyio


def room(room_id: str, by: str, *, hidden: bool = False) -> RoomCreated:
    kind = "group" if hidden else "public"
    return RoomCreated(RoomInfo(room_id, kind, "x", "", "hidden", by, NOW_MS))


async def seqs(here: Scene, client: Client) -> list[int]:
    await here.settled()
    return [body["msg"]["seq"] for body in client.heard("msg.event")]


async def test_an_event_is_encoded_once_and_reaches_all_members_the_sender_included() -> None:
    async with scene() as here:
        ann, bob, eve = await here.member("ann"), await here.member("bob"), await here.member("eve", rooms=())
        assert (await ann.say("msg.send", room_id="r_a", text="hi"))["t"] == "msg.ack"
        await here.settled()
        assert ann.heard("msg.event") == bob.heard("msg.event") != []
        assert [text for text in ann.wire.texts if "msg.event" in text] == [text for text in bob.wire.texts if "msg.event" in text]
        assert eve.heard("msg.event") == []


async def test_whoever_was_a_member_before_the_hub_lived_hears_too() -> None:
    async with scene() as here:
        here.town.grant("ann", rooms=("r_old",))
        await here.revive_hub()
        client = await here.member("ann", rooms=())
        here.town.tell("r_old")
        assert await seqs(here, client) == [1]


async def test_who_joins_hears_their_own_joining_and_all_after_it() -> None:
    async with scene() as here:
        ann = await here.member("ann", rooms=())
        here.town.tell("r_a")
        here.town.member("r_a", "join", "u_ann")
        here.town.tell("r_a")
        assert await seqs(here, ann) == [2]
        assert [body["kind"] for body in ann.heard("room.member_event")] == ["join"]


@pytest.mark.parametrize("kind", ["leave", "kick", "ban"])
async def test_who_goes_hears_that_and_nothing_after_on_any_device(kind: str) -> None:
    async with scene() as here:
        phone, laptop, bob = await here.member("ann"), await here.member("ann"), await here.member("bob")
        here.town.tell("r_a")
        here.town.member("r_a", kind, "u_ann")
        here.town.tell("r_a")
        for device in (phone, laptop):
            assert await seqs(here, device) == [1]
            assert device.heard("room.member_event")[-1]["kind"] == kind
        assert await seqs(here, bob) == [1, 2]
        back = await here.member("ann", rooms=())
        here.town.tell("r_a")
        assert await seqs(here, back) == [], "a new socket of theirs does not bring them back"


@pytest.mark.parametrize("kind", ["role", "unban"])
async def test_other_changes_of_a_member_move_nobody(kind: str) -> None:
    async with scene() as here:
        ann, eve = await here.member("ann"), await here.member("eve", rooms=())
        here.town.member("r_a", kind, "u_ann")
        here.town.member("r_a", "unban", "u_eve")
        here.town.tell("r_a")
        assert (await seqs(here, ann), await seqs(here, eve)) == ([1], [])


async def test_a_public_room_is_told_to_all_and_a_hidden_group_to_its_maker() -> None:
    async with scene() as here:
        ann, bob, guest = await here.member("ann"), await here.member("bob"), here.connect()
        await guest.hello()
        here.bus.publish(room("r_new", "u_ann"))
        here.bus.publish(room("g_new", "u_ann", hidden=True))
        here.town.tell("g_new")
        await here.settled()
        told = [[body["room"]["room_id"] for body in client.heard("room.created")] for client in (ann, bob, guest)]
        assert told == [["r_new", "g_new"], ["r_new"], []]
        assert await seqs(here, ann) == [1], "its maker is in it"


async def test_a_deleted_room_is_told_and_then_forgotten() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        here.bus.publish(RoomDeleted("r_a"))
        here.town.tell("r_a")
        assert await seqs(here, ann) == []
        assert ann.heard("room.deleted") == [{"room_id": "r_a"}]


async def test_presence_reaches_those_who_asked_and_of_a_room_only_its_members() -> None:
    async with scene() as here:
        ann, bob, eve = await here.member("ann"), await here.member("bob"), await here.member("eve", rooms=())
        for client in (ann, eve):
            await client.say("presence.subscribe", scope="server")
        await here.settled()
        here.bus.publish(PresenceEvent("online", "u_x"))
        here.bus.publish(PresenceEvent("join_room", "u_x", "r_a"))
        await here.settled()
        kinds = [[body["kind"] for body in client.heard("presence.event")] for client in (ann, bob, eve)]
        assert kinds == [["online", "join_room"], [], ["online"]]


async def test_a_revoked_session_is_closed_at_once_and_hears_nothing_more() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        here.town.revoke("ann")
        here.town.tell("r_a")
        assert await ann.closed() == 4001
        assert await seqs(here, ann) == []


async def test_a_ban_closes_every_socket_of_the_user_and_keeps_new_ones_out() -> None:
    async with scene() as here:
        one, two = await here.member("ann"), await here.member("ann")
        here.bus.publish(UserUpdated("u_ann", [], True))
        assert [await client.closed() for client in (one, two)] == [4003, 4003]
        late = here.connect()
        assert not (await late.hello("ann"))["body"]["session"]["authenticated"]
        assert await late.closed() == 4003
        here.bus.publish(UserUpdated("u_ann", [], False))
        await here.settled()
        assert (await here.connect().hello("ann"))["body"]["session"]["authenticated"]


async def test_roles_follow_on_live_sockets() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        assert await ann.code("admin.users") == "FORBIDDEN"
        here.bus.publish(UserUpdated("u_ann", ["admin"], False))
        await here.settled()
        assert await ann.code("admin.users") is None
        here.bus.publish(UserUpdated("u_ann", [], False))
        await here.settled()
        assert await ann.code("admin.users") == "FORBIDDEN"


async def test_the_hub_tells_again_who_is_here_when_presence_asks() -> None:
    async with scene() as here:
        await here.member("ann")
        await here.connect().hello()
        here.bus.publish(HearersSought())
        await here.settled()
        assert [(type(fact).__name__, fact.user_id) for fact in here.ears.heard] == [("ConnectionOpened", "u_ann")] * 2


async def test_a_new_life_of_the_hub_lets_everybody_go_to_catch_up() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        await here.revive_hub()
        assert await ann.closed() == 4008
        back = await here.member("ann", rooms=())
        here.town.tell("r_a")
        assert await seqs(here, back) == [1]


async def test_a_lost_letter_is_no_silent_hole() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        capacity = here.house.hub.inbox.stats().capacity
        here.house.hub.inbox.straight = None  # as while the hub is busy
        for _ in range(capacity + 1):
            here.bus.publish(UserUpdated("u_x", [], False))
        assert here.house.hub.inbox.stats().dropped == 1
        assert await ann.closed() == 4008
        assert here.house.hub.stats().holes == 1
        assert (await here.connect().hello("ann"))["body"]["session"]["authenticated"]


async def test_one_user_has_so_many_sockets_and_no_more() -> None:
    async with scene(per_user=2) as here:
        await here.member("ann")
        second = await here.member("ann")
        third = here.connect()
        await third.hello("ann")
        assert await third.closed() == 4009
        second.wire.hang_up()
        await second.closed()
        assert (await here.connect().hello("ann"))["body"]["session"]["authenticated"]


async def test_the_first_thing_on_a_socket_is_the_answer_to_hello() -> None:
    async with scene() as here:
        here.town.grant("ann", rooms=("r_a",))
        await here.revive_hub()
        client = here.connect()
        for _ in range(5):
            here.town.tell("r_a")
        await client.hello("ann")
        for _ in range(5):
            here.town.tell("r_a")
        await here.settled()
        assert client.wire.frames[0]["t"] == "hello_ack"
        assert json.loads(client.wire.texts[0])["reply_to"]


class Register(Bus):
    """A bus that remembers who subscribed to what."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: set[type[Fact]] = set()

    def subscribe(self, kind: type[Fact], inbox: Inbox) -> None:
        super().subscribe(kind, inbox)
        self.kinds.add(kind)


def test_the_hub_hears_every_event_there_is() -> None:
    bus = Register()
    House(bus, Settings())
    assert bus.kinds > set(protocol.events().values()) > {RoomCreated, PresenceEvent}
