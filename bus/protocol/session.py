"""The first words on a socket, and the heartbeat."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bus.message import Reply, Request
from bus.protocol import terms
from bus.protocol.terms import User
from bus.secret import Secret

Short = Annotated[str, Meta(max_length=200)]
Cap = Annotated[str, Meta(max_length=40)]


class Client(Struct, frozen=True):
    """What program is speaking."""

    name: Short
    ver: Short
    platform: Short
    ua: Short | None = None


class Resume(Struct, frozen=True):
    session_token: Secret | None = None


class Server(Struct, frozen=True):
    name: str
    ver: str


class SessionState(Struct, frozen=True):
    """`session_token` is the one that the client resumed with; null for a browser, whose cookie scripts cannot read."""

    authenticated: bool
    user: User | None = None
    session_token: Secret | None = None


class Limits(Struct, frozen=True):
    max_rooms: int = terms.MAX_ROOMS
    max_group_members: int = terms.MAX_GROUP_MEMBERS
    max_message_bytes: int = terms.MAX_MESSAGE_BYTES
    max_signaling_bytes: int = terms.MAX_SIGNALING_BYTES


class HelloAck(Reply, frozen=True):
    """Who the server takes you for. `epoch` changes when a database was restored or imported: drop your cache then."""

    t = "hello_ack"
    server: Server
    session: SessionState
    limits: Limits
    epoch: str
    caps: list[str]


class Hello(Request[HelloAck], frozen=True):
    """The first frame on every socket."""

    t = "hello"
    access = "anyone"
    client: Client
    resume: Resume | None = None
    caps: Annotated[list[Cap], Meta(max_length=20)] = []


class Pong(Reply, frozen=True):
    """Still here."""

    t = "pong"


class Ping(Request[Pong], frozen=True):
    """Are you there? With `caps: ["heartbeat"]` a client says something every 20 s, or is let go after 45 s."""

    t = "ping"
    access = "anyone"
