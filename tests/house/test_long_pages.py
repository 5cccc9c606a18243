"""A client that reads is not slow, however much it asks for."""

from __future__ import annotations

from tests.house.server import Person, Server
from tests.house.talk import talk


async def test_whoever_asks_for_the_longest_page_gets_it_and_stays(shared: Server, boss: Person) -> None:
    """200 messages of 8,000 bytes are more than an outbox holds in bytes: once that closed the socket, again at every return."""
    async with talk(shared, boss) as mine:
        room_id = (await mine.must("room.create", kind="public", name="library"))["room"]["room_id"]
        for _ in range(200):
            await mine.must("msg.send", room_id=room_id, text="x" * 8000)
        for _ in range(3):
            page = await mine.must("msg.list", room_id=room_id, limit=200)
            assert len(page["messages"]) == 200
        await mine.must("ping")
