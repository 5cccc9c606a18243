"""A token that opens nothing ends the bot with one clear line: it does not knock again and again."""

from __future__ import annotations

import pytest

from tests.house.talk import hello, knock
from tests.integrations.bots import HERE_AS, Hubot
from tests.integrations.conftest import Bring
from tests.integrations.stage import BOT, Stage

pytestmark = pytest.mark.slow
NO_USE_AGAIN = 78


def complaints(bot: Hubot) -> list[str]:
    """What it had to say when it had ended."""
    assert bot.wait() == NO_USE_AGAIN
    return [line for line in bot.lines if "devchitchat: " in line and HERE_AS not in line]


@pytest.mark.parametrize(
    ("token", "said"),
    [(" ", "HUBOT_DEVCHITCHAT_TOKEN is not set"), ("cut", "is not a whole token"), ("x" * 43, "does not know this token")],
    ids=["empty", "partial", "unknown"],
)
async def test_a_token_that_is_none_ends_it_with_one_line(stage: Stage, bring: Bring, token: str, said: str) -> None:
    (line,) = complaints(bring(stage.tokens[BOT][:20] if token == "cut" else token))
    assert said in line
    assert stage.tokens[BOT][:20] not in line


async def test_a_bot_that_ends_its_own_session_elsewhere_ends_here(stage: Stage, bring: Bring) -> None:
    made = await stage.ada.must("admin.bot_create", handle="passing")
    bot = bring(made["session_token"])
    bot.until(HERE_AS)
    async with knock(stage.server) as elsewhere:
        await hello(elsewhere, made["session_token"])
        await elsewhere.must("auth.logout")
    (line,) = complaints(bot)
    assert "session was ended" in line
    (line,) = complaints(bring(made["session_token"]))
    assert "does not know this token" in line


@pytest.mark.parametrize("how", ["admin.bot_token", "admin.bot_revoke", "time"])
async def test_a_bot_whose_token_is_replaced_revoked_or_over_ends_with_one_line(stage: Stage, bring: Bring, how: str) -> None:
    made = await stage.ada.must("admin.bot_create", handle=f"passing_{how[-5:]}", ttl_ms=12_000 if how == "time" else 60_000)
    bot = bring(made["session_token"])
    bot.until(HERE_AS)
    if how != "time":
        await stage.ada.must(how, user_id=made["user"]["user_id"])
    (line,) = complaints(bot)
    assert "session was ended" in line
    (line,) = complaints(bring(made["session_token"]))
    assert "does not know this token" in line


async def test_a_bot_that_is_put_into_a_group_while_it_is_here_hears_and_answers_there(stage: Stage, bring: Bring) -> None:
    made = await stage.ada.must("admin.bot_create", handle="guest")
    bot = bring(made["session_token"])
    bot.until(HERE_AS)
    room_id, user_id = stage.rooms["den"], made["user"]["user_id"]

    async def answer() -> tuple[str, str]:
        said = await stage.ada.until(lambda frame: frame["t"] == "msg.event" and frame["body"]["msg"]["user_id"] == user_id)
        return said["body"]["room_id"], said["body"]["msg"]["text"]

    await stage.ada.must("room.add_bot", room_id=room_id, user_id=user_id)
    await stage.ada.must("msg.send", room_id=room_id, text="fence 99")
    assert await answer() == (room_id, "fence 99 passed")
    await stage.ada.must("room.update", room_id=room_id, topic="badgers")
    assert await answer() == (room_id, "ada made it badgers")


async def test_an_admin_revokes_a_bot_by_a_ban_and_it_ends_at_once_and_stays_out(stage: Stage, bring: Bring) -> None:
    bot = bring()
    bot.until(HERE_AS)
    users = (await stage.ada.must("admin.users"))["users"]
    assert next(user["last_seen_at"] for user in users if user["handle"] == BOT)
    await stage.ada.must("admin.user_update", user_id=stage.ids[BOT], banned=True)
    (line,) = complaints(bot)
    assert "is banned" in line
    (line,) = complaints(bring())
    assert "banned" in line
