"""SIGKILL under load: eight clients go on sending until they have an ack, and what was acked is there once and in order."""

from __future__ import annotations

import random
import time
from itertools import pairwise
from typing import Any

import anyio
import anyio.to_thread
from websockets.exceptions import ConnectionClosed

from tests.house.server import Person, Server
from tests.house.talk import Talk, talk

CLIENTS = 8
KILLS = 2
SEED = 4713


class Sender:
    """Numbers its messages, and sends the next when the last is acked; a lost socket is replaced and the message said again."""

    def __init__(self, server: Server, person: Person, room_id: str, crowd: Crowd) -> None:
        self.acked: dict[str, int] = {}
        self._server = server
        self._person = person
        self._room_id = room_id
        self._crowd = crowd

    async def run(self) -> None:
        while not self._crowd.over:
            await self._crowd.up.wait()
            try:
                async with talk(self._server, self._person) as mine:
                    await self._send(mine)
            except (OSError, ConnectionClosed):
                await anyio.lowlevel.checkpoint()

    async def _send(self, mine: Talk) -> None:
        while not self._crowd.over:
            name = f"{self._person.handle}-{len(self.acked)}"
            ack = await mine.must("msg.send", room_id=self._room_id, text=name, client_msg_id=name)
            self.acked[name] = ack["seq"]
            self._crowd.count()


class Crowd:
    """Knows whether the server is up, and wakes its killer when there are acks enough."""

    def __init__(self) -> None:
        self.up = anyio.Event()
        self.over = False
        self.acks = 0
        self._wanted = 0
        self._enough = anyio.Event()

    def count(self) -> None:
        self.acks += 1
        if self.acks >= self._wanted:
            self._enough.set()

    async def more(self, acks: int) -> None:
        self._wanted, self._enough = self.acks + acks, anyio.Event()
        with anyio.fail_after(20):
            await self._enough.wait()


async def everything(mine: Talk, room_id: str) -> list[Any]:
    found: list[Any] = []
    more = True
    while more:
        page = await mine.must("msg.list", room_id=room_id, after_seq=len(found), limit=200)
        found += page["messages"]
        more = page["more"]
    return found


async def test_no_kill_loses_or_doubles_what_was_acked(server: Server) -> None:
    started = time.monotonic()
    chance = random.Random(SEED)
    server.start("--rate-limits", "false")
    people = [server.newcomer() for _ in range(CLIENTS)]
    async with talk(server, people[0]) as owner:
        room_id = (await owner.must("room.create", kind="public", name="hall"))["room"]["room_id"]
    for person in people[1:]:
        async with talk(server, person) as mine:
            await mine.must("room.join", room_id=room_id)
    crowd = Crowd()
    senders = [Sender(server, person, room_id, crowd) for person in people]
    async with anyio.create_task_group() as tasks:
        for sender in senders:
            tasks.start_soon(sender.run)
        for _ in range(KILLS):
            crowd.up.set()
            await crowd.more(chance.randint(50, 200))
            crowd.up = anyio.Event()
            server.kill()
            await anyio.to_thread.run_sync(server.start, "--rate-limits", "false")
        crowd.up.set()
        await crowd.more(50)
        crowd.over = True
    async with talk(server, people[0]) as owner:
        messages = await everything(owner, room_id)
    stored = {message["client_msg_id"]: message["seq"] for message in messages}
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    assert len(stored) == len(messages)
    for sender in senders:
        assert sender.acked.items() <= stored.items()
        assert all(earlier < later for earlier, later in pairwise(sender.acked.values()))
    assert server.errors() == []
    took = time.monotonic() - started
    print(f"kill9: kills={KILLS} acked={crowd.acks} lost=0 dup=0 gaps=0 seed={SEED} time={took:.1f}s")
