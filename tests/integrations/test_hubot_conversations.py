"""What a stock npm Hubot does beside the conversations that it shares with Python scripts: its router, its pages, and what is refused."""

from __future__ import annotations

import json
from http.client import HTTPConnection

import pytest

from tests.house.server import PATIENCE
from tests.integrations.bots import HERE_AS, Hubot
from tests.integrations.conftest import Bring
from tests.integrations.stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.unlimited]


@pytest.fixture(scope="module")
async def bot(stage: Stage, hire: Bring) -> Hubot:
    """The helper, in all rooms, alias !, moderating the hall."""
    found = hire(HUBOT_DEVCHITCHAT_ROOMS="hall, #Cellar", HUBOT_DEVCHITCHAT_INVITES=await stage.invite())
    assert "in 3 rooms" in found.until(HERE_AS)
    await stage.promote()
    await stage.answers()
    return found


async def test_what_is_posted_to_its_router_is_said_in_the_room(bot: Hubot, stage: Stage) -> None:
    fetch(bot, "POST", "/say/hall", {"text": "from outside"})
    assert [told["text"] for told in await stage.answers()] == ["from outside"]


def test_the_page_of_a_package_is_under_the_name_of_its_account(bot: Hubot) -> None:
    page = fetch(bot, "GET", "/helper/help")
    assert "counts, and remembers" in page and "Make sure" in page


def fetch(bot: Hubot, method: str, path: str, body: object = None) -> str:
    """What its router answers."""
    connection = HTTPConnection("127.0.0.1", bot.port, timeout=PATIENCE)
    connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    assert response.status == 200, text
    return text


async def test_a_text_that_is_too_long_comes_as_several_with_no_character_torn(bot: Hubot, stage: Stage) -> None:
    told = await stage.play({"who": "bob", "says": "helper recite"})
    assert [each["text"] for each in told] == ["a" * 7999, "👍" + "b" * 10]


async def test_what_the_server_refuses_is_logged_and_the_bot_lives(bot: Hubot, stage: Stage) -> None:
    assert await stage.play({"who": "ada", "in": "cellar", "says": "helper set the topic to mine"}) == []
    assert "FORBIDDEN" in bot.until("could not room.update")
    assert [told["text"] for told in await stage.play({"who": "bob", "says": "helper ping"})] == ["PONG"]
