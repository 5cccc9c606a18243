"""Programs without a browser in a call over the running house: two of them, and nothing but a tone between."""

from __future__ import annotations

from contextlib import AsyncExitStack

from tests.house.peer import in_call
from tests.house.server import Server
from tests.house.talk import talk
from tests.house.tone import energy, says, share


async def test_what_each_of_two_programs_says_arrives_at_the_other_as_it_was_said(shared: Server) -> None:
    ada, bob = shared.newcomer(), shared.newcomer()
    async with AsyncExitStack() as until:
        ada_talks, bob_talks = [await until.enter_async_context(talk(shared, who)) for who in (ada, bob)]
        room = await ada_talks.must("room.create", kind="public", name="aiortc")
        await bob_talks.must("room.join", room_id=room["room"]["room_id"])
        first = await until.enter_async_context(in_call(ada_talks, room["room"]["room_id"], hz=440))
        second = await until.enter_async_context(in_call(bob_talks, room["room"]["room_id"], hz=660))
        to_second, to_first = await first.only_link(), await second.only_link()
        await second.until(lambda: says(to_first.heard, 440))
        await first.until(lambda: says(to_second.heard, 660))
        beside = [share(to_first.heard, hz) for hz in (420, 430, 450, 460, 660)]
        assert max(beside) < 0.01
        assert energy(to_first.heard) > 1e6
