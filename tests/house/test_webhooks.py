"""Webhooks out of the running house: a message of a person goes to a program, and what that answers comes back into the room."""

from __future__ import annotations

from pathlib import Path

import anyio

from tests.house.server import BOOTSTRAP, Server
from tests.house.talk import talk
from tests.services.hubot.receiver import SECRET, receiver
from tests.services.hubot.scene import furnish

ANSWER = b'{"text": "it is green"}'


async def test_a_mention_goes_out_and_the_answer_comes_in_and_no_secret_shows(server: Server, tmp_path: Path) -> None:
    with receiver() as there:
        url = f"http://localhost:{there.port}/in?key=canary-of-a-url"
        listing = f'rooms = ["general"]\n[webhooks.builds]\nurl = "{url}"\nsecret = "{SECRET}"\nprivate = true\n'
        there.answers += [(200, ANSWER), (400, b"canary")]
        scripts = furnish(tmp_path / "bot", {}, listing)
        server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(scripts), "--log-level", "debug")
        boss = server.enter("boss", BOOTSTRAP)
        async with talk(server, boss) as mine:
            room_id = (await mine.must("room.create", kind="public", name="general"))["room"]["room_id"]
            await mine.until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["target_user_id"] == "u_hubot")
            asked = await mine.must("msg.send", room_id=room_id, text="@builds how is it? canary-of-a-text")
            answered = await mine.until(lambda frame: frame["t"] == "msg.event" and frame["body"]["msg"]["user_id"] == "u_hubot")
            assert answered["body"]["msg"]["text"] == "it is green"
            assert answered["body"]["msg"]["reply_to_msg_id"] == asked["msg_id"]
            came = await anyio.to_thread.run_sync(there.get)
            assert came.is_signed and came.said["room_name"] == "general" and came.said["user_handle"] == "boss"
            await mine.must("msg.send", room_id=room_id, text="@builds again")
            await anyio.to_thread.run_sync(there.get)
        while (shown := server.fetch("/diag.json", token=boss.token)).said["bot"]["webhooks"][0]["failed"] == 0:
            pass  # Each look takes its time.
        assert shown.said["bot"]["webhooks"][0]["last_error"] == "HTTP 400"
        assert b"canary" not in shown.body
        assert server.stop() == 0
        assert "canary" not in server.stderr()
