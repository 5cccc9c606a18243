"""Tokens of bots over real sockets: one that is none, one that ends while its bot is here, a new one, none any more."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.house.server import Person, Server
from tests.house.talk import Talk, hello, knock, talk

ROUND_S = 2.0
"""How often the house ends what is over; and a machine may be busy."""


async def made(owner: Talk, handle: str, **more: Any) -> Any:
    return await owner.must("admin.bot_create", handle=handle, **more)


def who(bot: Any) -> Person:
    return Person(bot["user"]["handle"], bot["user"]["user_id"], bot["session_token"])


async def state(server: Server, token: str) -> Any:
    """What hello answers to this token, but for what is new each time."""
    async with knock(server) as found:
        return (await hello(found, token))["body"]["session"]


async def close_code(server: Server, token: str) -> int:
    async with knock(server) as found:
        await hello(found, token)
        return await found.ended(1.0)


async def test_partial_empty_and_unknown_tokens_sign_nobody_in_and_all_sound_the_same(shared: Server, boss: Person) -> None:
    async with talk(shared, boss) as owner:
        token = (await made(owner, "partial"))["session_token"]
    assert (await state(shared, token))["authenticated"]
    answers = [
        await state(shared, bad) for bad in (token[:-1], token[:20], token + "x", token.swapcase(), "x", " ", f" {token}", "x" * 512)
    ]
    assert answers == [{"authenticated": False, "user": None, "session_token": None}] * len(answers)
    things: list[Any] = ["", "x" * 513, None, 7, {}, []]
    for bad in things:
        async with knock(shared) as found:
            client = {"name": "test", "ver": "0", "platform": "python"}
            body = {"client": client, "resume": {"session_token": bad}}
            answer = await found.throw(json.dumps({"v": 1, "t": "hello", "id": "1", "ts": 1, "body": body}))
            assert isinstance(answer, dict)
            assert bad is None or (answer["body"]["code"], token in str(answer)) == ("BAD_REQUEST", False)
            assert await found.code("room.list") == "AUTH_REQUIRED"


async def test_a_token_that_ends_while_its_bot_is_here_closes_the_socket_and_opens_none(shared: Server, boss: Person) -> None:
    async with talk(shared, boss) as owner:
        bot = await made(owner, "brief", ttl_ms=3000)
        async with talk(shared, who(bot)) as theirs:
            room_id = (await owner.must("room.create", kind="public", name="hall"))["room"]["room_id"]
            await owner.must("room.add_bot", room_id=room_id, user_id=bot["user"]["user_id"])
            await theirs.must("msg.send", room_id=room_id, text="while it lasts")
            assert await theirs.ended(3.0 + ROUND_S + 3.0) == 4001
            assert time.time() * 1000 >= bot["expires_at"]
        assert await state(shared, bot["session_token"]) == await state(shared, "x" * 43)
        assert shared.fetch("/session", token=bot["session_token"]).status == 401
        users = (await owner.must("admin.users"))["users"]
        assert [user["token_expires_at"] for user in users if user["handle"] == "brief"] == [None]


async def test_a_new_token_or_a_revocation_closes_the_sockets_of_the_old_one_and_of_no_other_bot(shared: Server, boss: Person) -> None:
    async with talk(shared, boss) as owner:
        bot, other = await made(owner, "renewed"), await made(owner, "bystander")
        user_id = bot["user"]["user_id"]
        async with talk(shared, who(other)) as bystander:
            async with talk(shared, who(bot)) as theirs:
                fresh = await owner.must("admin.bot_token", user_id=user_id, ttl_ms=60_000)
                assert await theirs.ended(1.0) == 4001
            assert not (await state(shared, bot["session_token"]))["authenticated"]
            async with talk(shared, who(fresh)) as theirs:
                await owner.must("admin.bot_revoke", user_id=user_id)
                assert await theirs.ended(1.0) == 4001
            assert not (await state(shared, fresh["session_token"]))["authenticated"]
            await bystander.must("room.list")


async def test_a_banned_bot_is_turned_away_with_its_old_and_its_new_token(shared: Server, boss: Person) -> None:
    async with talk(shared, boss) as owner:
        bot = await made(owner, "naughty")
        user_id = bot["user"]["user_id"]
        await owner.must("admin.user_update", user_id=user_id, banned=True)
        assert await close_code(shared, bot["session_token"]) == 4003
        fresh = await owner.must("admin.bot_token", user_id=user_id)
        assert not (await state(shared, bot["session_token"]))["authenticated"]
        assert await close_code(shared, fresh["session_token"]) == 4003
        room_id = (await owner.must("room.create", kind="group", name="den"))["room"]["room_id"]
        assert await owner.code("room.add_bot", room_id=room_id, user_id=user_id) == "NOT_FOUND"


@pytest.mark.parametrize("kind", ["public", "group"])
async def test_a_bot_hears_a_room_from_the_moment_that_it_is_put_in_until_it_is_put_out(shared: Server, boss: Person, kind: str) -> None:
    member = shared.newcomer()
    async with talk(shared, boss) as owner, talk(shared, member) as theirs:
        bot = await made(owner, f"listener_{kind}")
        user_id = bot["user"]["user_id"]
        room_id = (await theirs.must("room.create", kind=kind, name="den"))["room"]["room_id"]
        async with talk(shared, who(bot)) as listener:
            await theirs.must("msg.send", room_id=room_id, text="before")
            joined = await theirs.must("room.add_bot", room_id=room_id, user_id=user_id)
            assert (joined["kind"], joined["actor_user_id"], joined["target_user_id"]) == ("join", member.user_id, user_id)
            await theirs.must("msg.send", room_id=room_id, text="meanwhile")
            await theirs.must("room.kick", room_id=room_id, user_id=user_id)
            await theirs.must("msg.send", room_id=room_id, text="afterwards")
            await listener.must("ping")
            assert [event["msg"]["text"] for event in listener.heard("msg.event")] == ["meanwhile"]
            assert await listener.code("msg.list", room_id=room_id) == ("FORBIDDEN" if kind == "public" else "NOT_FOUND")
            assert [room["room_id"] for room in (await listener.must("room.list"))["rooms"] if room["joined"]] == []
