"""Every peer's dialect as it stands in bytes: the way in, what is said to a room and to one other, and how it is heard."""

from __future__ import annotations

import pytest

from bench.client import Fault
from bench.peers.dialect import Dialect, Seat
from bench.peers.flow import filling
from bench.peers.mosquitto import Mqtt
from bench.peers.nats import Nats
from bench.peers.ours import Ours
from bench.peers.peerjs import PeerJs
from bench.peers.plain import Plain
from bench.peers.prosody import Xmpp
from bench.peers.socketio import SocketIo
from bus.secret import Secret

SEAT, PAIR = Seat("ten", 3), Seat("pair", 1, pair=True)
SAID = b"0000000042 the raid"
LONG = b"%010d%s" % (43, filling(3_000))
OURS = Ours(Secret("i" * 22), {"ten": "r_1", "pair": "r_2"}, [])


def mqtt(kind: int, topic: bytes, payload: bytes, length: bytes) -> bytes:
    return bytes([kind]) + length + len(topic).to_bytes(2, "big") + topic + payload


SPOKEN: list[tuple[Dialect, bytes, bytes]] = [
    (Plain(), SAID, SAID),
    (SocketIo(), b'42["room","%s"]' % SAID, b'42["m","%s"]' % SAID),
    (Mqtt(), mqtt(0x30, b"room/ten", SAID, b"\x1d"), mqtt(0x30, b"room/ten", SAID, b"\x1d")),
    (Nats(), b"PUB room.ten 19\r\n%s\r\n" % SAID, b"MSG room.ten 1 19\r\n%s\r\n" % SAID),
    (
        Xmpp(),
        b'<message xmlns="jabber:client" type="groupchat" to="ten@rooms.localhost"><body>%s</body></message>' % SAID,
        b"<message type='groupchat' from='ten@rooms.localhost/ten_1'><body>%s</body></message>" % SAID,
    ),
    (
        OURS,
        b'{"v":1,"t":"msg.send","id":"0000000042","ts":1,"body":{"room_id":"r_1","text":"%s","client_msg_id":"0000000042"}}' % SAID,
        b'{"t":"msg.event","body":{"room_id":"r_1","msg":{"text":"%s","client_msg_id":"0000000042"}}}' % SAID,
    ),
]
HANDED: list[tuple[Dialect, str, bytes, bytes]] = [
    (Plain(), "pair_0", b"@pair_0\n%s" % LONG, LONG),
    (SocketIo(), "pair_0", b'42["one","pair_0","%s"]' % LONG, b'42["m","%s"]' % LONG),
    (PeerJs(), "pair_0", b'{"type":"OFFER","dst":"pair_0","payload":{"say":"%s"}}' % LONG, b'{"src":"x","payload":{"say":"%s"}}' % LONG),
    (Mqtt(), "pair_0", mqtt(0x30, b"one/pair_0", LONG, b"\xc4\x17"), mqtt(0x30, b"one/pair_0", LONG, b"\xc4\x17")),
    (Nats(), "pair_0", b"PUB one.pair_0 3000\r\n%s\r\n" % LONG, b"MSG one.pair_0 2 3000\r\n%s\r\n" % LONG),
    (
        Xmpp(),
        "a@localhost/b",
        b'<message xmlns="jabber:client" type="chat" to="a@localhost/b"><body>%s</body></message>' % LONG,
        b"<message type='chat' from='c@localhost/d'><body>%s</body></message>" % LONG,
    ),
    (
        OURS,
        "call_1 p_1",
        b'{"v":1,"t":"rtc.offer","id":"o","ts":1,"body":{"call_id":"call_1","to_peer_id":"p_1","sdp":"v=%s"}}' % LONG,
        b'{"t":"rtc.offer_event","body":{"call_id":"call_1","sdp":"v=%s"}}' % LONG,
    ),
]
WAYS_IN: list[tuple[Dialect, Seat, list[tuple[bytes, bytes]], str]] = [
    (SocketIo(), SEAT, [(b'0{"sid":"x"}', b"40"), (b'40{"sid":"y"}', b"")], ""),
    (PeerJs(), PAIR, [(b'{"type":"OPEN"}', b"")], ""),
    (Mqtt(), SEAT, [(b"\x20\x02\x00\x00", b"room/ten\x00\x00\x09one/ten_3\x00"), (b"\x90\x04\x00\x01\x00\x00", b"")], ""),
    (Nats(), SEAT, [(b"INFO {}\r\n", b"SUB room.ten 1\r\nSUB one.ten_3 2\r\nPING\r\n"), (b"PONG\r\n", b"")], ""),
    (
        Xmpp(),
        PAIR,
        [
            (b"<open/>", b""),
            (b"<stream:features><mechanism>ANONYMOUS</mechanism></stream:features>", b'mechanism="ANONYMOUS"'),
            (b"<success/>", b"<open "),
            (b"<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>", b"<iq "),
            (b"<iq type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@localhost/b</jid></bind></iq>", b""),
        ],
        "a@localhost/b",
    ),
    (
        OURS,
        PAIR,
        [
            (b'{"t":"presence.event","body":{}}', b""),
            (b'{"t":"hello_ack","reply_to":"1","body":{}}', b'"handle":"pair_1"'),
            (b'{"t":"auth.session","reply_to":"1","body":{}}', b'"room.join"'),
            (b'{"t":"room.member_event","reply_to":"1","body":{}}', b'"rtc.call_create"'),
            (b'{"t":"rtc.call","reply_to":"1","body":{"call_id":"call_1"}}', b'"call_id":"call_1"'),
            (b'{"t":"rtc.participants","reply_to":"1","body":{"call_id":"call_1","self_peer_id":"p_1"}}', b""),
        ],
        "call_1 p_1",
    ),
]


@pytest.mark.parametrize(("dialect", "said", "heard"), SPOKEN, ids=[type(each[0]).__name__ for each in SPOKEN])
def test_what_is_said_to_a_room_is_heard_byte_for_byte(dialect: Dialect, said: bytes, heard: bytes) -> None:
    assert dialect.to_room(SEAT, SAID) == said
    assert dialect.payloads(heard) == [SAID]
    assert dialect.whole(heard) == len(heard)


@pytest.mark.parametrize(("dialect", "address", "said", "heard"), HANDED, ids=[type(each[0]).__name__ for each in HANDED])
def test_what_is_said_to_one_other_is_heard_byte_for_byte(dialect: Dialect, address: str, said: bytes, heard: bytes) -> None:
    assert dialect.to_one(PAIR, address, LONG) == said
    assert dialect.payloads(heard) == [LONG]


@pytest.mark.parametrize(("dialect", "seat", "steps", "address"), WAYS_IN, ids=[type(each[0]).__name__ for each in WAYS_IN])
def test_the_way_in_is_taken_step_by_step(dialect: Dialect, seat: Seat, steps: list[tuple[bytes, bytes]], address: str) -> None:
    answers = [dialect.answer(seat, heard) for heard, _ in steps]
    assert all(said in b"".join(answer.say) for answer, (_, said) in zip(answers, steps, strict=True))
    assert [answer.inside for answer in answers] == [False] * (len(steps) - 1) + [True]
    assert answers[-1].address == address
    assert [said for heard, _ in steps[:-1] for said in dialect.payloads(heard)] == []


def test_one_frame_may_hold_several_events_and_an_ack() -> None:
    heard = b'[{"t":"msg.event","body":{"text":"%s"}},{"t":"msg.event","body":{"text":"%s"}},{"t":"msg.ack","reply_to":"%s"}]'
    frame = heard % (SAID, LONG, SAID[:10])
    assert OURS.payloads(frame) == [SAID, LONG]
    assert OURS.acked(frame) == [SAID[:10]]


def test_a_refusal_on_the_way_in_is_a_fault() -> None:
    with pytest.raises(Fault, match="RATE_LIMITED"):
        OURS.answer(SEAT, b'{"t":"error","reply_to":"1","body":{"code":"RATE_LIMITED"}}')
    assert Xmpp().payloads(b"<message type='error'><body>%s</body></message>" % SAID) == []


def test_a_message_that_comes_in_two_frames_is_read_when_it_is_whole() -> None:
    message = b"MSG room.ten 1 19\r\n%s\r\n" % SAID
    for cut in range(len(message)):
        assert Nats().whole(message + message[:cut]) == len(message)
    assert Nats().whole(message[:10]) == 0


def test_peers_are_told_that_we_are_still_here() -> None:
    assert (SocketIo().beat(b"2"), Nats().beat(b"PING\r\n"), Plain().beat(b"x")) == (b"3", b"PONG\r\n", b"")
