"""Who is muted may do all that they may, but for speaking: said in every room, word by word, after the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus.protocol.order import RoomMute
from bus.protocol.terms import HOUR_MS
from tests.house.server import BOOTSTRAP, Server
from tests.house.talk import talk
from tests.house.test_authorisation import Stage, staged, wanted

SPEAKING = {"msg.send", "msg.edit", "msg.react", "msg.typing", "bot.command", "room.update"}


@pytest.mark.parametrize("actor", ["member", "mod", "bot", "hubot"])
async def test_nothing_but_speaking_is_refused_to_who_is_muted(actor: str, tmp_path: Path) -> None:
    """Name and topic of a room are said to all who are in it."""
    table = {cell: code for cell, code in wanted().items() if cell[2] == actor}
    async with staged(tmp_path) as before:
        here, cast = before.world, before.cast
        for case in ("served",) if actor == "hubot" else ("public", "hidden", "open", "served"):
            await here.ask(RoomMute(cast.rooms[case], cast.who[actor].user, HOUR_MS), cast.who["owner"])
        stage = Stage(here, cast)
        found = {cell: (await stage.play(cell))[0] for cell in table}
        stage.close()
    changed = {cell: code for cell, code in found.items() if code != table[cell]}
    assert set(changed.values()) == {"FORBIDDEN"}
    assert set(changed) == {cell for cell, code in table.items() if cell[0] in SPEAKING and code == "ok"}


async def test_a_mute_is_told_to_the_room_and_survives_a_kill(server: Server) -> None:
    server.start("--bootstrap-token", BOOTSTRAP)
    boss, guest = server.enter("boss", BOOTSTRAP), server.newcomer()
    async with talk(server, boss) as mine, talk(server, guest) as theirs:
        room_id = (await mine.must("room.create", kind="public", name="hall"))["room"]["room_id"]
        await theirs.must("room.join", room_id=room_id)
        muted = await mine.must("room.mute", room_id=room_id, user_id=guest.user_id, ttl_ms=HOUR_MS, reason="canary-reason")
        assert await theirs.hear("room.muted") == muted
        assert muted["target_user_id"] == guest.user_id
        (logged,) = (await mine.must("admin.events", type="room.muted"))["events"]
        assert (logged["actor_user_id"], logged["body"]["until"], logged["body"]["reason"]) == (boss.user_id, muted["until"], "***")
    server.kill()
    server.start()
    async with talk(server, boss) as mine, talk(server, guest) as theirs:
        assert await theirs.code("msg.send", room_id=room_id, text="hello") == "FORBIDDEN"
        members = (await theirs.must("room.members", room_id=room_id))["members"]
        assert {member["user_id"]: member["muted_until"] for member in members} == {boss.user_id: 0, guest.user_id: muted["until"]}
        await mine.must("room.unmute", room_id=room_id, user_id=guest.user_id)
        assert (await theirs.hear("room.muted"))["until"] == 0
        await theirs.must("msg.send", room_id=room_id, text="hello")
    assert server.errors() == []
