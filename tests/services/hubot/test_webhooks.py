"""Webhooks out: who is mentioned where, what is posted, what comes back, and what a receiver that fails or hangs costs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

import anyio
import pytest

from bus.message import Context
from bus.protocol.order import RoomKick
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomList, RoomListResult, RoomMemberEvent
from services.hubot import webhooks
from services.hubot.deeds import BOT
from services.hubot.settings import Unfit, read
from services.hubot.webhooks import WebhookStats
from services.rooms import reads as room_reads
from services.store import Snapshot
from tests.services.hubot.receiver import SECRET, Came, Receiver, receiver
from tests.services.hubot.scene import ECHO, Scene, furnish, scene

pytestmark = pytest.mark.anyio


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Generator[Receiver]:
    monkeypatch.setattr(webhooks, "PAUSES_S", (0.0, 0.01, 0.01))
    with receiver() as found:
        yield found


def listing(there: Receiver, more: str = "private = true") -> str:
    return f'[scripts.echo]\n[webhooks.builds]\nurl = "http://127.0.0.1:{there.port}/in?key=canary"\nsecret = "{SECRET}"\n{more}\n'


@asynccontextmanager
async def house(tmp_path: Path, text: str) -> AsyncGenerator[tuple[Scene, Context, str]]:
    """Ada, and a room in which the bot is too."""
    async with scene(tmp_path / "bot", {"echo": ECHO}, text) as found:
        ada = await found.user("ada")
        yield found, ada, await found.room(ada, BOT)


async def came(there: Receiver) -> Came:
    return await anyio.to_thread.run_sync(there.get)


def stats(here: Scene) -> WebhookStats:
    return here.hubot.probe().webhooks[0]


async def test_a_message_that_mentions_the_name_is_posted_and_signed(tmp_path: Path, there: Receiver) -> None:
    async with house(tmp_path, listing(there)) as (here, ada, room):
        await here.say(ada, room, "hey @Builds: once more")
        found = await came(there)
        (msg,) = here.messages()
        assert (found.path, found.headers["content-type"]) == ("/in?key=canary", "application/json")
        assert found.headers["host"] == f"127.0.0.1:{there.port}"
        assert found.is_signed and abs(int(found.headers["x-devchitchat-timestamp"]) - time()) < 60
        assert found.headers["x-devchitchat-id"] == found.said["event_id"] == f"builds.{msg.msg_id}"
        assert found.said == {
            **{"event_id": f"builds.{msg.msg_id}", "room_id": room, "room_name": "room", "user_id": "u_ada", "user_handle": "ada"},
            **{"text": "hey @Builds: once more", "msg_id": msg.msg_id, "seq": msg.seq, "ts": msg.ts},
        }


async def test_only_the_name_as_a_word_by_people_in_rooms_of_the_bot_is_posted(tmp_path: Path, there: Receiver) -> None:
    async with house(tmp_path, listing(there)) as (here, ada, room):
        other, elsewhere = await here.user("other", bot=True), await here.room(ada)
        for text in ("builds", "@buildsx", "x@builds", "@@builds", "@builds-2", "ada@builds"):
            await here.say(ada, room, text)
        await here.say(ada, elsewhere, "@builds elsewhere")
        second = await here.room(ada, BOT, other.user)
        await here.say(other, second, "@builds by a bot")
        await here.say(ada, second, "echo @builds by our bot")
        assert (await came(there)).said["text"] == "echo @builds by our bot"
        await here.hears(second, "@builds by our bot")
        await here.say(ada, room, "(@BUILDS) the last")
        assert (await came(there)).said["text"] == "(@BUILDS) the last"


async def test_a_webhook_for_some_rooms_hears_no_others(tmp_path: Path, there: Receiver) -> None:
    async with house(tmp_path, listing(there, 'private = true\nrooms = ["r_2"]')) as (here, ada, first):
        second = await here.room(ada, BOT)
        await here.say(ada, first, "@builds first")
        await here.say(ada, second, "@builds second")
        assert (await came(there)).said["text"] == "@builds second"
        assert (first, second) == ("r_1", "r_2")


async def test_who_calls_their_room_like_a_webhooks_has_no_use_of_it(tmp_path: Path, there: Receiver) -> None:
    async with house(tmp_path, listing(there, 'private = true\nrooms = ["ops", "r_77"]')) as (here, ada, _):
        eve = await here.user("eve")
        called = [(ada, "r_7", "ops"), (eve, "r_8", "r_77"), (eve, "g_9", "ops")]
        for who, room_id, name in called:
            kind = "public" if room_id[0] == "r" else "group"
            await here.happen(RoomCreated(RoomInfo(room_id, kind, name, "", "hidden", who.user, 0)))
            await here.happen(*(RoomMemberEvent(room_id, "join", who.user, user, "member") for user in (who.user, BOT)))
            await here.say(who, room_id, f"@builds {name}")
            await here.until(lambda: stats(here).waiting == 0)
        assert ((await came(there)).said["room_id"], there.came.empty()) == ("r_7", True)
        assert (stats(here).sent, stats(here).last_error) == (1, "it is in several rooms of that name")


async def test_what_the_receiver_answers_is_said_by_the_bot_as_a_reply(tmp_path: Path, there: Receiver) -> None:
    there.answers += [(200, b'{"text": "green"}'), (200, b"<p>"), (200, b'{"text": 1}'), (200, b'{"text": "' + b"x" * 8001 + b'"}')]
    async with house(tmp_path, listing(there)) as (here, ada, room):
        for number in range(4):
            await here.say(ada, room, f"@builds {number}")
        await here.until(lambda: stats(here).sent == 4 and stats(here).waiting == 0)
        first, *_ = here.messages()
        (said,) = [msg for msg in here.messages() if msg.user_id == BOT]
        assert (said.text, said.reply_to_msg_id) == ("green", first.msg_id)
        assert (stats(here).answers, stats(here).last_error) == (1, "its answer: BAD_REQUEST")


async def test_a_receiver_that_answers_too_much_is_slowed_like_a_script(tmp_path: Path, there: Receiver) -> None:
    there.answers += [(200, b'{"text": "again"}')] * 40
    async with house(tmp_path, listing(there)) as (here, ada, room):
        for number in range(40):
            await here.say(ada, room, f"@builds {number}")
        await here.until(lambda: stats(here).sent == 40 and stats(here).waiting == 0)
        assert 10 <= stats(here).answers < 40


async def test_a_failure_is_tried_three_times_with_the_same_id_and_the_order_stays(tmp_path: Path, there: Receiver) -> None:
    there.answers += [(503, b""), (500, b""), (204, b""), (503, b""), (503, b""), (503, b""), (400, b""), (204, b"")]
    async with house(tmp_path, listing(there)) as (here, ada, room):
        for number in range(4):
            await here.say(ada, room, f"@builds {number}")
        found = [await came(there) for _ in range(8)]
        assert [each.said["text"][-1] for each in found] == list("00011123")
        assert len({each.headers["x-devchitchat-id"] for each in found}) == 4
        await here.until(lambda: stats(here).waiting == 0)
        assert (stats(here).sent, stats(here).failed, stats(here).last_error) == (2, 2, "HTTP 400")


async def test_a_receiver_that_hangs_holds_up_nobody_and_what_is_too_much_is_dropped(tmp_path: Path, there: Receiver) -> None:
    there.answers.append(None)
    async with house(tmp_path, listing(there)) as (here, ada, room):
        for number in range(webhooks.MOST + 3):
            await here.say(ada, room, f"@builds {number}")
        await here.say(ada, room, "echo still here")
        await here.hears(room, "still here")
        assert (stats(here).waiting, stats(here).dropped) == (webhooks.MOST, 3)


async def test_without_private_a_receiver_at_home_is_not_connected_to(tmp_path: Path, there: Receiver) -> None:
    text = listing(there, "").replace("http://127.0.0.1", "https://127.0.0.1")
    async with house(tmp_path, text) as (here, ada, room):
        await here.say(ada, room, "@builds inside")
        await here.until(lambda: stats(here).failed == 1)
        assert stats(here).last_error == "its address is not public"
        assert there.came.empty()


async def test_nothing_is_posted_of_a_room_that_the_bot_has_left_meanwhile(tmp_path: Path, there: Receiver) -> None:
    there.answers.append(None)
    async with house(tmp_path, listing(there)) as (here, ada, room):
        await here.say(ada, room, "@builds one")
        await came(there)
        await here.say(ada, room, "@builds two")
        other = await here.room(ada, BOT)
        await here.say(ada, other, "@builds three")
        await here.until(lambda: stats(here).waiting == 3)
        await kick(here, ada, room)
        there.release.set()
        await here.until(lambda: stats(here).waiting == 0)
        texts = [(await came(there)).said["text"] for _ in range(stats(here).sent)]
        assert texts[-1] == "@builds three" and "@builds two" not in texts


async def kick(here: Scene, ada: Context, room: str) -> None:
    await here.bus.ask(RoomKick(room, BOT), ada)


async def test_nothing_secret_shows(tmp_path: Path, there: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    there.answers += [(500, b"canary")] * 3
    caplog.set_level(0)
    async with house(tmp_path, listing(there)) as (here, ada, room):
        await here.say(ada, room, "@builds canary of a text")
        await here.until(lambda: stats(here).failed == 1)
        assert "canary" not in str(here.hubot.probe()) + caplog.text + repr(read(here.directory))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('url = "http://hooks.example/canary"', "the webhook builds: the url begins with https://"),
        ('url = "https://user:canary@hooks.example/"', "the webhook builds: the url holds a user"),
        ('url = "https://hooks.example/canary"\nsecret = "canary-short"', "the secret of the webhook builds is too short"),
    ],
)
def test_a_webhook_that_is_wrong_is_refused_at_the_start(tmp_path: Path, wrong: str, says: str) -> None:
    secret = "" if "secret" in wrong else f'\nsecret = "{SECRET}"'
    with pytest.raises(Unfit) as caught:
        read(furnish(tmp_path / "bot", {"echo": ECHO}, f"[webhooks.builds]\n{wrong}{secret}\n"))
    assert says in str(caught.value) and "canary" not in str(caught.value)


async def test_a_deed_of_the_house_that_fails_costs_one_delivery_and_not_the_bot(
    tmp_path: Path, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [KeyError("canary")]
    listed = room_reads.listed

    @RoomList.read
    def fails_first(look: Snapshot, request: RoomList, context: Context) -> RoomListResult:
        if errors:
            raise errors.pop()
        return listed(look, request, context)

    monkeypatch.setattr(room_reads, "listed", fails_first)
    async with house(tmp_path, listing(there)) as (here, ada, room):
        await here.say(ada, room, "@builds one")
        await here.until(lambda: stats(here).last_error == "KeyError")
        await here.say(ada, room, "@builds two")
        assert (await came(there)).said["text"] == "@builds two"
