"""`devchitchat` and `devchitchat-batch`: the whole house, through auth, bus, store (`synchronous=FULL`) and hub.

Everybody comes in by an invite as a person does. A message is done when it is acknowledged, so on disk, and heard by all. `-batch` is
the same house with clients that take several events in one frame (`caps: ["batch"]`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from bench.client import PROGRAM, Fault
from bench.house import House, running
from bench.peers.dialect import INSIDE, NOTHING, Answer, Dialect, Seat
from bench.peers.peerjs import OFFER_FROM
from bench.peers.program import Peer, Stand
from bus.message import Request
from bus.protocol.admin import AdminInviteCreate
from bus.protocol.auth import AuthInviteRedeem, AuthSession, Profile
from bus.protocol.rooms import RoomCreate, RoomJoin, RoomMemberEvent
from bus.protocol.rtc import RtcCall, RtcCallCreate, RtcJoin, RtcParticipants
from bus.protocol.session import Hello, HelloAck
from bus.secret import Secret, encode_secret

USES = 1_000
MARK = 10
TEXT, SDP, CANDIDATE, ACKED = b'"text":"', b'"sdp":"v=', b'"candidate":"', b'"reply_to":"'
SAY = b'{"v":1,"t":"msg.send","id":"%s","ts":1,"body":{"room_id":"%s","text":"%s","client_msg_id":"%s"}}'
OFFER = b'{"v":1,"t":"rtc.offer","id":"o","ts":1,"body":{"call_id":"%s","to_peer_id":"%s","sdp":"v=%s"}}'
ICE = b'{"v":1,"t":"rtc.ice","id":"i","ts":1,"body":{"call_id":"%s","to_peer_id":"%s","candidate":{"candidate":"%s"}}}'
_encode = msgspec.json.Encoder(enc_hook=encode_secret).encode


class Heard(Struct, frozen=True):
    """As much of an answer on the way in as says what comes next."""

    t: str
    reply_to: str | None = None
    body: dict[str, Any] = {}


_heard = msgspec.json.Decoder(Heard | list[Heard])


class Ours(Dialect):
    """`rooms` are the ids of those that are there already, by the names that seats have for them."""

    acks = True

    def __init__(self, invite: Secret, rooms: dict[str, str], caps: list[str]) -> None:
        self._invite = invite
        self._rooms = {name: room_id.encode() for name, room_id in rooms.items()}
        self._caps = caps

    def path(self, seat: Seat) -> str:
        return "/ws"

    def greet(self, seat: Seat) -> tuple[bytes, ...]:
        return (word(Hello(PROGRAM, caps=self._caps)),)

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        """Hello, the invite, the room; for a pair then its call. Raises Fault for what is refused."""
        found = _heard.decode(frame)
        steps = [self._step(seat, each) for each in (cast("list[Heard]", found) if isinstance(found, list) else [found]) if each.reply_to]
        return steps[-1] if steps else NOTHING

    def _step(self, seat: Seat, heard: Heard) -> Answer:
        room_id = self._rooms[seat.room].decode()
        match heard.t:
            case HelloAck.t:
                return Answer((word(AuthInviteRedeem(self._invite, Profile(seat.name, seat.name))),))
            case AuthSession.t:
                return Answer((word(RoomJoin(room_id)),))
            case RoomMemberEvent.t:
                return Answer((word(RtcCallCreate(room_id)),)) if seat.pair else INSIDE
            case RtcCall.t:
                return Answer((word(RtcJoin(heard.body["call_id"])),))
            case RtcParticipants.t:
                return Answer(inside=True, address=f"{heard.body['call_id']} {heard.body['self_peer_id']}")
            case _:
                raise Fault(f"{heard.t} instead of a way in: {heard.body}")

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        mark = payload[:MARK]
        return SAY % (mark, self._rooms[seat.room], payload, mark)

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        call_id, peer_id = address.encode().split()
        return (OFFER if len(payload) >= OFFER_FROM else ICE) % (call_id, peer_id, payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        """Of all events in it: with `batch` a frame may hold many."""
        for key in (TEXT, SDP, CANDIDATE):
            if key in frame:
                return [part[: part.index(b'"')] for part in frame.split(key)[1:]]
        return []

    def acked(self, frame: bytes) -> list[bytes]:
        return [part[:MARK] for part in frame.split(ACKED)[1:]] if ACKED in frame else []


def word(request: Request[Any]) -> bytes:
    return _encode({"v": 1, "t": request.t, "id": "way in", "ts": 1, "body": request})


@asynccontextmanager
async def opened(caps: list[str], rooms: tuple[str, ...], beside: Path | None = None) -> AsyncGenerator[Stand]:
    async with running(beside, roomy=True) as house:
        dialect = await prepared(house, rooms, caps)
        port = int(house.url.rpartition(":")[2])
        yield Stand(port, dialect, house.cpu_s, f"devchitchat {version('devchitchat')}, every message on disk")


async def prepared(house: House, rooms: tuple[str, ...], caps: list[str]) -> Ours:
    """Rooms and an invite; then the admin goes, so that only those hear who are measured."""
    invite = await house.admin.ask(AdminInviteCreate(max_uses=USES))
    made = {name: (await house.admin.ask(RoomCreate("public", name))).room.room_id for name in rooms}
    await house.admin.close()
    return Ours(invite.invite_token, made, caps)


def peers(rooms: tuple[str, ...]) -> tuple[Peer, Peer]:
    """Both, with rooms of these names."""
    return Peer("devchitchat", partial(opened, [], rooms)), Peer("devchitchat-batch", partial(opened, ["batch"], rooms))
