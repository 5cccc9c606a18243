"""`prosody`: Debian's XMPP server over websockets, people unknown to it, in rooms of its multi-user chat.

Rooms are as its default is: kept in memory with their last twenty messages, not on disk, and without an archive.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.peers import fetch
from bench.peers.dialect import INSIDE, NOTHING, Answer, Dialect, Seat, between
from bench.peers.program import Peer, Stand, started

CONFIG = """\
run_as_root = true
daemonize = false
data_path = "{place}"
pidfile = "{place}/prosody.pid"
certificates = "{place}"
log = {{ error = "*console" }}
modules_enabled = {{ "saslauth", "websocket" }}
modules_disabled = {{ "s2s", "posix", "offline" }}
c2s_ports = {{ }}
network_settings = {{ nagle = false }}
http_interfaces = {{ "127.0.0.1" }}
http_ports = {{ {port} }}
https_ports = {{ }}
http_default_host = "localhost"
consider_websocket_secure = true
VirtualHost "localhost"
    authentication = "anonymous"
Component "rooms.localhost" "muc"
    muc_room_locking = false
"""
OPEN = b'<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="localhost" version="1.0"/>'
SIGN_IN = b'<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="ANONYMOUS"/>'
BIND = b'<iq xmlns="jabber:client" type="set" id="bind"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/></iq>'
ENTER = (
    b'<presence xmlns="jabber:client" to="%s@rooms.localhost/%s"><x xmlns="http://jabber.org/protocol/muc">'
    b'<history maxstanzas="0"/></x></presence>'
)
SAY = b'<message xmlns="jabber:client" type="%s" to="%s"><body>%s</body></message>'
MYSELF = b"code='110'"


class Xmpp(Dialect):
    """RFC 7395, XEP-0045; one stanza a frame."""

    subprotocol = "xmpp"

    def path(self, seat: Seat) -> str:
        return "/xmpp-websocket"

    def greet(self, seat: Seat) -> tuple[bytes, ...]:
        return (OPEN,)

    def answer(self, seat: Seat, frame: bytes) -> Answer:
        if b"ANONYMOUS" in frame:
            return Answer((SIGN_IN,))
        if frame.startswith(b"<success"):
            return Answer((OPEN,))
        if b"</jid>" in frame:
            address = between(frame, b"<jid>", b"</jid>").decode()
            return Answer(inside=True, address=address) if seat.pair else Answer((ENTER % (seat.room.encode(), seat.name.encode()),))
        if b"xmpp-bind" in frame:
            return Answer((BIND,))
        return INSIDE if MYSELF in frame else NOTHING

    def to_room(self, seat: Seat, payload: bytes) -> bytes:
        return SAY % (b"groupchat", b"%s@rooms.localhost" % seat.room.encode(), payload)

    def to_one(self, seat: Seat, address: str, payload: bytes) -> bytes:
        return SAY % (b"chat", address.encode(), payload)

    def payloads(self, frame: bytes) -> list[bytes]:
        """What could not be handed on comes back as an error, and was not heard."""
        said = between(frame, b"<body>", b"</body>")
        return [said] if said and b"type='error'" not in frame else []


@asynccontextmanager
async def opened(beside: Path | None = None) -> AsyncGenerator[Stand]:
    program = await fetch.debian("prosody", "prosody")

    def command(place: Path, port: int) -> list[str]:
        config = place / "prosody.cfg.lua"
        config.write_text(CONFIG.format(place=place, port=port), encoding="utf-8")
        return [program, "--config", str(config), "-F"]

    version = await fetch.run(["sh", "-c", "dpkg-query -W -f 'prosody ${Version}' prosody 2>/dev/null || echo prosody"], "dpkg-query")
    async with started(command, Xmpp(), f"{version}, multi-user chat over websockets, rooms in memory as its default is") as stand:
        yield stand


PEER = Peer("prosody", opened)
