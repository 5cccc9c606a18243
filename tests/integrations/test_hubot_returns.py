"""A Hubot whose server is killed under it comes back by itself, and answers what it missed or not, as it was told.

Here the server has its rate limits: the bot waits its turn.
"""

from __future__ import annotations

import pytest

from tests.house.server import Server
from tests.integrations.bots import HERE_AS
from tests.integrations.conftest import Bring
from tests.integrations.stage import Answer, Stage

pytestmark = pytest.mark.slow
PING = {"who": "ada", "says": "helper ping"}
COUNT = {"who": "ada", "says": "helper count"}


def texts(told: list[Answer]) -> list[str]:
    return [each["text"] for each in told]


@pytest.mark.parametrize("missed", ["answer", "skip"])
async def test_after_a_killed_server_it_answers_what_it_missed_once_or_only_what_is_new(
    stage: Stage, house: Server, bring: Bring, missed: str
) -> None:
    bot = bring(HUBOT_DEVCHITCHAT_MISSED=missed)
    bot.until(HERE_AS)
    assert texts(await stage.play(COUNT)) == ["1"]
    house.kill()
    bot.until("no connection")
    house.start()
    await stage.return_ada()
    if missed == "answer":
        await stage.do(COUNT)  # while it waits for its next try, or just after: it is answered either way
    bot.until(HERE_AS)
    told = texts(await stage.play(COUNT))
    assert told == (["2", "3"] if missed == "answer" else ["2"])


async def test_a_new_life_answers_what_was_said_since_the_last_one_or_skips_it(stage: Stage, bring: Bring) -> None:
    first = bring(HUBOT_DEVCHITCHAT_MISSED="answer")
    first.until(HERE_AS)
    assert texts(await stage.play(PING)) == ["PONG"]
    first.kill()
    await stage.do({"who": "ada", "says": "helper echo missed"})
    second = bring(HUBOT_DEVCHITCHAT_MISSED="answer")
    second.until(HERE_AS)
    assert texts(await stage.answers()) == ["missed"]
    second.kill()
    await stage.do({"who": "ada", "says": "helper echo skipped"})
    third = bring(HUBOT_DEVCHITCHAT_MISSED="skip")
    third.until(HERE_AS)
    assert texts(await stage.answers()) == []


async def test_faster_than_the_server_allows_it_waits_and_says_all_of_it_once_and_in_order(stage: Stage, bring: Bring) -> None:
    bot = bring()
    bot.until(HERE_AS)
    told = await stage.play({"who": "ada", "says": "helper flood 14"})
    assert texts(told) == [f"drop {number}" for number in range(1, 15)]
