"""People who can go and come back, and what each of them hears: every message once and in order, or it is said.

What is heard is checked where it is heard, but raised only by `check`: nothing may fail inside a socket's callback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager
from math import inf
from secrets import token_hex
from typing import TypeVar

import anyio
import msgspec
from anyio.abc import TaskGroup
from msgspec import Struct

from bench.client import PROGRAM, Client, Fault, Head
from bench.life import Life
from bench.wire import connect
from bus.protocol.admin import AdminInviteCreate
from bus.protocol.auth import AuthInviteRedeem, Profile
from bus.protocol.messages import MsgEvent
from bus.protocol.rooms import RoomCreate, RoomJoin
from bus.protocol.session import Hello, Resume
from bus.secret import Secret

T = TypeVar("T")
R = TypeVar("R")
GUESTS = 8
"""So many sockets of one address may be on their way in at a time; more would only wait."""

USES = 1000


class Said(Struct, frozen=True, gc=False):
    """As much of a message as is checked."""

    seq: int
    client_msg_id: str | None = None


class Told(Struct, frozen=True, gc=False):
    room_id: str
    msg: Said


_told = msgspec.json.Decoder(Told).decode


class Ear:
    """What one socket hears of messages. `told` is called with each; `count` says how many there were."""

    def __init__(self, told: Callable[[Told], None] = lambda told: None) -> None:
        self.count = 0
        self.last: dict[str, int] = {}
        self._told = told
        self._wrong = ""

    def __call__(self, head: Head) -> None:
        if head.t != MsgEvent.t:
            return
        told = _told(head.body)
        before = self.last.get(told.room_id, told.msg.seq - 1)
        if told.msg.seq != before + 1:
            self._wrong = self._wrong or f"message {told.msg.seq} was heard after message {before} of the same room"
        self.last[told.room_id] = told.msg.seq
        self.count += 1
        self._told(told)

    def check(self) -> None:
        """Raises Fault for a message that was heard twice, or too early or too late."""
        if self._wrong:
            raise Fault(self._wrong)


class Returning(Client):
    """A client that says at once whose it is, and knows when the server has closed its socket."""

    closed = False

    @classmethod
    async def resume(cls, url: str, token: Secret, heard: Callable[[Head], None], tasks: TaskGroup) -> Returning:
        client = cls()
        client.heard = heard
        client._wire = await connect(url, client._hear, tasks)
        if not (await client.ask(Hello(PROGRAM, Resume(token)))).session.authenticated:
            raise Fault("the server does not know a session any more")
        return client

    def _lost(self) -> None:
        self.closed = True
        super()._lost()


class Friend:
    """Somebody with a token, and with a socket most of the time."""

    def __init__(self, client: Client, token: Secret, user_id: str) -> None:
        self.client = client
        self.user_id = user_id
        self._token = token
        self.hear(Ear())

    def hear(self, ear: Ear) -> Ear:
        """From now on with this ear, on this socket and the next."""
        self.ear = self.client.heard = ear
        return ear

    async def go(self) -> None:
        await self.client.close()

    async def come_back(self, house: Life) -> None:
        self.client = await self.another(house)

    async def another(self, house: Life) -> Client:
        """One more socket of theirs, with the same ear."""
        return await Returning.resume(house.ws, self._token, self.ear, house.tasks)


async def gather(house: Life, count: int) -> list[Friend]:
    """So many new people."""
    tokens: list[Secret] = []
    for begun in range(0, count, USES):
        invite = await house.admin.ask(AdminInviteCreate(max_uses=min(USES, count - begun)))
        tokens += [invite.invite_token] * min(USES, count - begun)
    return await each(lambda token: _sign_up(house, token), tokens, at_once=GUESTS)


async def _sign_up(house: Life, invite: Secret) -> Friend:
    client = await Client.greet(house.ws, house.tasks)
    handle = f"p{token_hex(6)}"
    session = await client.ask(AuthInviteRedeem(invite, Profile(handle, handle)))
    return Friend(client, session.session_token, session.user.user_id)


async def room_of(friends: list[Friend], name: str = "bench") -> str:
    """A public room with these people in it."""
    room_id = (await friends[0].client.ask(RoomCreate("public", name))).room.room_id
    await join_all(friends[1:], room_id)
    return room_id


async def join_all(friends: Iterable[Friend], room_id: str) -> None:
    await each(lambda friend: friend.client.ask(RoomJoin(room_id)), friends)


async def each(do: Callable[[T], Awaitable[R]], of: Iterable[T], at_once: float = inf) -> list[R]:
    """Do it for all of these side by side, so many at once; what came of it, in their order."""
    found: dict[int, R] = {}
    limit = anyio.CapacityLimiter(at_once)

    async def one(at: int, item: T) -> None:
        async with limit:
            found[at] = await do(item)

    async with anyio.create_task_group() as tasks:
        for at, item in enumerate(of):
            tasks.start_soon(one, at, item)
    return [found[at] for at in range(len(found))]


@contextmanager
def within(seconds: float, what: str) -> Generator[None]:
    """Raises Fault when it takes longer: what does not come in time was lost."""
    try:
        with anyio.fail_after(seconds):
            yield
    except TimeoutError:
        raise Fault(f"{what} took longer than {seconds:g} s") from None
