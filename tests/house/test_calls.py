"""A call through the whole house, but for the network: what each connection gets, and what it is told when something is refused."""

from __future__ import annotations

from typing import Any

import msgspec

from bus.message import Context
from bus.protocol.inside import Diagnose
from bus.protocol.order import RoomKick
from bus.protocol.rooms import RoomCreate, RoomJoin
from bus.protocol.terms import MAX_SIGNALING_BYTES
from tests.gateway.wires import Client
from tests.house.world import World, world

SDP = "v=0\r\na=candidate:1 1 udp 1 192.0.2.77 9 typ host\r\n"


class Ring:
    """Some people's sockets, in one room with a call."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.who: list[Context] = []
        self.clients: list[Client] = []
        self.peers: list[str] = []
        self.room_id = self.call_id = ""

    async def begin(self, *names: str) -> None:
        self.who = [await self.here.user(name) for name in names]
        self.room_id = (await self.here.ask(RoomCreate("public", "hall"), self.who[0])).room.room_id
        for who in self.who[1:]:
            await self.here.ask(RoomJoin(self.room_id), who)
        self.clients = [await self.here.connect(name) for name in names]
        for client in self.clients:
            call = await client.say("rtc.call_create", room_id=self.room_id, kind="mesh", media={"audio": True, "video": False})
            self.call_id = call["body"]["call_id"]
            joined = await client.say("rtc.join", call_id=self.call_id, peer_meta={"device": "a test", "capabilities": ["stop"]})
            self.peers.append(joined["body"]["self_peer_id"])
        await self.here.settled()

    def say(self, me: int, to: int, t: str = "rtc.offer", **body: Any) -> Any:
        said = {"call_id": self.call_id, "to_peer_id": self.peers[to], "sdp": SDP} | body
        return self.clients[me].say(t, **said)

    def offered(self) -> list[int]:
        return [len(client.heard("rtc.offer_event")) for client in self.clients]


async def test_an_offer_reaches_one_connection_and_its_answer_comes_back() -> None:
    async with world() as here:
        ring = Ring(here)
        await ring.begin("ada", "bob", "eve")
        told = await ring.say(1, 0, pc_id="pc-1")
        assert (told["t"], told["body"]) == ("rtc.relayed", {"call_id": ring.call_id, "to_peer_id": ring.peers[0]})
        await ring.say(0, 1, "rtc.answer", from_peer_id=ring.peers[0])
        candidate = {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "x"}
        await ring.say(0, 1, "rtc.ice", candidate=candidate)
        await here.settled()
        assert ring.offered() == [1, 0, 0]
        (offer,) = ring.clients[0].heard("rtc.offer_event")
        assert offer == {"call_id": ring.call_id, "to_peer_id": ring.peers[0], "from_peer_id": ring.peers[1], "sdp": SDP, "pc_id": "pc-1"}
        assert [body["candidate"] for body in ring.clients[1].heard("rtc.ice_event")] == [candidate]
        assert len(ring.clients[1].heard("rtc.answer_event")) == 1
        assert ring.clients[2].heard("rtc.answer_event") == ring.clients[2].heard("rtc.ice_event") == []


async def test_every_refusal_of_a_relay_names_the_peer_it_was_for() -> None:
    async with world() as here:
        ring = Ring(here)
        await ring.begin("ada", "bob")
        nobody = "p_0123456789abcdef"
        answers = [
            (await ring.say(0, 1, sdp="no sdp"), "BAD_REQUEST", ring.peers[1]),
            (await ring.say(0, 1, sdp="v=".ljust(MAX_SIGNALING_BYTES + 1)), "PAYLOAD_TOO_LARGE", ring.peers[1]),
            (await ring.say(0, 1, from_peer_id=ring.peers[1]), "FORBIDDEN", ring.peers[1]),
            (await ring.say(0, 1, to_peer_id=nobody), "NOT_FOUND", nobody),
        ]
        ring.clients[1].wire.hang_up()
        await here.settled()
        answers.append((await ring.say(0, 1), "UNAVAILABLE", ring.peers[1]))
        assert [(answer["body"]["code"], answer["body"]["details"]["to_peer_id"]) for answer, _, _ in answers] == [
            (code, peer) for _, code, peer in answers
        ]
        assert "no sdp" not in str(answers)


async def test_a_kick_is_heard_by_the_one_and_the_others_and_then_nothing_goes_either_way() -> None:
    async with world() as here:
        ring = Ring(here)
        await ring.begin("ada", "bob", "eve")
        await here.ask(RoomKick(ring.room_id, "u_bob"), ring.who[0])
        codes = [(await ring.say(me, to))["body"]["code"] for me, to in ((0, 1), (1, 0), (1, 2), (2, 1))]
        assert codes == ["NOT_FOUND"] * 4
        await ring.clients[0].say("rtc.peer_state", call_id=ring.call_id, muted=True)
        await here.settled()
        for client in ring.clients:
            (left,) = [body for body in client.heard("rtc.peer_event") if body["kind"] == "leave"]
            assert (left["peer"]["peer_id"], left["reason"]) == (ring.peers[1], "removed")
        states = [[body["kind"] for body in client.heard("rtc.peer_event")].count("state") for client in ring.clients]
        assert states == [1, 0, 1]
        assert ring.offered() == [0, 0, 0]


async def test_diagnostics_show_calls_and_places_and_nothing_of_what_is_said_in_them() -> None:
    async with world() as here:
        ring = Ring(here)
        await ring.begin("ada", "bob")
        await ring.say(0, 1)
        await ring.clients[0].say("rtc.stream_publish", call_id=ring.call_id, stream={"stream_id": "cam", "kind": "cam", "label": "secret"})
        ring.clients[1].wire.hang_up()
        await here.settled()
        chief = await here.user("chief", admin=True)
        sections = (await here.house.bus.ask(Diagnose(), chief)).sections
        shown = msgspec.to_builtins({"calls": sections["calls"], "places": sections["places"]})
        (call,) = shown["calls"]
        assert (call["call_id"], call["places"], call["away"], call["streams"]) == (ring.call_id, 2, 1, 1)
        assert [(place["peer_id"], place["state"]) for place in shown["places"]] == [(ring.peers[0], "here"), (ring.peers[1], "away")]
        assert not any(word in str(shown) for word in ("v=0", "192.0.2", "candidate", "secret"))
