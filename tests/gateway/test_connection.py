"""One client at the door, on all loops, without a network."""

from __future__ import annotations

import anyio
import pytest

from bus import protocol
from gateway.limits import RATES
from tests.gateway.scene import scene
from tests.gateway.town import CANARY, EPOCH, NOW_MS

pytestmark = pytest.mark.anyio
PROFILE = {"handle": "ann", "display_name": "Ann"}


async def test_hello_says_who_the_server_takes_you_for() -> None:
    async with scene() as here:
        client = here.connect()
        ack = await client.hello(here.town.grant("ann", "admin"), "batch", "unheard-of")
        assert (ack["t"], ack["ok"], ack["sid"], ack["server_ts"]) == ("hello_ack", True, "c_1", NOW_MS)
        assert ack["body"]["server"]["name"] == "devchitchat"
        assert ack["body"]["session"] == {
            "authenticated": True,
            "user": {"user_id": "u_ann", "handle": "ann", "display_name": "Ann", "roles": ["admin"], "bot": False},
            "session_token": "ann",
        }
        assert (ack["body"]["caps"], ack["body"]["epoch"]) == (["batch"], EPOCH)
        assert ack["body"]["limits"]["max_message_bytes"] == 8000


async def test_a_cookie_signs_in_and_its_token_is_not_shown_to_scripts() -> None:
    async with scene() as here:
        client = here.connect(cookie=here.town.grant("ann"))
        session = (await client.hello())["body"]["session"]
        assert (session["authenticated"], session["session_token"]) == (True, None)


@pytest.mark.parametrize("token", [None, "unknown"])
async def test_without_a_good_token_one_is_a_guest(token: str | None) -> None:
    async with scene() as here:
        client = here.connect()
        assert (await client.hello(token))["body"]["session"] == {"authenticated": False, "user": None, "session_token": None}
        assert await client.code("room.list") == "AUTH_REQUIRED"
        assert not client.connection.ending


async def test_the_first_frame_is_hello_and_it_is_said_once() -> None:
    async with scene() as here:
        client = here.connect()
        assert await client.code("ping") == "AUTH_REQUIRED"
        assert (await client.hello(here.town.grant("ann")))["t"] == "hello_ack"
        assert (await client.hello("ann"))["body"]["code"] == "BAD_REQUEST"
        assert (await client.say("ping"))["t"] == "pong"


async def test_who_is_banned_is_answered_and_then_closed_4003() -> None:
    async with scene() as here:
        here.town.banned.add("mallory")
        client = here.connect()
        assert not (await client.hello("mallory"))["body"]["session"]["authenticated"]
        assert await client.closed() == 4003


async def test_redeeming_an_invite_signs_this_socket_in() -> None:
    async with scene() as here:
        client = here.connect()
        await client.hello()
        reply = await client.say("auth.invite_redeem", invite_token="invite", profile=PROFILE)
        assert (reply["t"], reply["body"]["session_token"]) == ("auth.session", "ann")
        assert (await client.say("room.join", room_id="r_a"))["t"] == "room.member_event"
        assert await client.code("auth.invite_redeem", invite_token="invite", profile=PROFILE) == "CONFLICT"


async def test_a_sign_in_that_cannot_be_finished_here_still_gives_the_token_and_says_come_again() -> None:
    async with scene() as here:
        client = here.connect()
        await client.hello()
        here.town.forgetful = True
        reply = await client.say("auth.invite_redeem", invite_token="invite", profile=PROFILE)
        assert (reply["t"], reply["body"]["session_token"]) == ("auth.session", "ann")
        assert await client.closed() == 1012
        here.town.forgetful = False
        assert (await here.connect().hello("ann"))["body"]["session"]["authenticated"]


async def test_hello_may_be_said_again_when_nobody_could_answer_it() -> None:
    async with scene() as here:
        client = here.connect()
        here.town.forgetful = True
        assert (await client.hello(here.town.grant("ann")))["body"]["code"] == "UNAVAILABLE"
        here.town.forgetful = False
        assert (await client.hello("ann"))["body"]["session"]["authenticated"]


async def test_a_used_invite_fails_and_leaves_a_guest() -> None:
    async with scene() as here:
        client = here.connect()
        await client.hello()
        assert await client.code("auth.invite_redeem", invite_token="used", profile=PROFILE) == "AUTH_FAILED"
        assert await client.code("room.list") == "AUTH_REQUIRED"


async def test_only_admins_may_say_the_words_of_admins() -> None:
    async with scene() as here:
        ann, bob = here.connect(), here.connect()
        await ann.hello(here.town.grant("ann", "admin"))
        await bob.hello(here.town.grant("bob"))
        assert (await ann.say("admin.users"))["t"] == "admin.users_result"
        assert await bob.code("admin.users") == "FORBIDDEN"


async def test_no_word_is_open_to_guests_but_these() -> None:
    assert {t for t, kind in protocol.requests().items() if kind.access not in {"user", "admin"}} == {
        "hello", "ping", "auth.invite_redeem", "auth.link_redeem",
    }  # fmt: skip


async def test_logout_answers_and_leaves_a_guest_while_other_sockets_close_4001() -> None:
    async with scene() as here:
        one, two = await here.member("ann"), await here.member("ann")
        assert (await one.say("auth.logout"))["t"] == "auth.logout_ack"
        assert await two.closed() == 4001
        await here.settled()
        assert await one.code("room.list") == "AUTH_REQUIRED"
        here.town.tell("r_a")
        await here.settled()
        assert one.heard("msg.event") == []


async def test_the_services_learn_who_asks_under_which_trace() -> None:
    async with scene() as here:
        client = await here.member("ann")
        reply = await client.say("msg.send", room_id="r_a", text="hi")
        ((_, context),) = here.town.asked
        assert (context.user_id, context.session_id, context.sid) == ("u_ann", "s_ann", "c_1")
        assert reply["trace"] == context.trace != ""


async def test_a_broken_handler_is_internal_and_says_nothing_of_why() -> None:
    async with scene() as here:
        client = await here.member("ann")
        reply = await client.say("msg.send", room_id="r_a", text="break")
        assert reply["body"] == {"code": "INTERNAL", "message": "something broke; it is in the log"}
        assert CANARY not in "".join(client.wire.texts)
        assert (await client.say("msg.send", room_id="r_a", text="whole"))["t"] == "msg.ack"


async def test_what_nobody_answers_is_unavailable() -> None:
    async with scene() as here:
        client = await here.member("ann")
        assert await client.code("msg.list", room_id="r_a") == "UNAVAILABLE"


async def test_frames_are_answered_one_by_one_in_order() -> None:
    async with scene() as here:
        client = await here.member("ann")
        ids = [client.post("msg.send", room_id="r_a", text=str(n)) for n in range(100)]
        await client.wire.until(lambda: len(client.heard("msg.event")) == 100)
        await here.settled()
        assert [frame["reply_to"] for frame in client.wire.frames if frame["t"] == "msg.ack"] == ids


async def test_a_frame_that_is_too_large_is_refused_by_its_id_and_a_huge_one_ends_it() -> None:
    async with scene() as here:
        client = await here.member("ann")
        assert await client.code("msg.send", room_id="r_a", text="x" * 96_000) == "PAYLOAD_TOO_LARGE"
        assert await client.code("msg.send", room_id="r_a", text="é" * 47_990) == "PAYLOAD_TOO_LARGE"
        client.wire.write("x" * ((1 << 20) + 1))
        assert await client.closed() == 1009


async def test_binary_frames_end_it_1003() -> None:
    async with scene() as here:
        client = await here.member("ann")
        client.wire.write(b"\0")
        assert await client.closed() == 1003


@pytest.mark.parametrize("eager", [False, True])
async def test_who_keeps_sending_what_is_no_frame_is_closed_1008(eager: bool) -> None:
    async with scene(rates=True) as here:
        client = await here.member("ann")
        client.wire.eager = eager
        for _ in range(int(RATES["fault"].burst) + 10):
            client.wire.write("{}")
        assert await client.closed() == 1008
        assert sum(frame["t"] == "error" for frame in client.wire.frames) == RATES["fault"].burst + 1


async def test_who_writes_too_fast_is_told_when_to_try_again() -> None:
    async with scene(rates=True) as here:
        client = await here.member("ann")
        replies = [await client.say("msg.send", room_id="r_a", text="x") for _ in range(15)]
        refused = [reply["body"] for reply in replies if not reply["ok"]]
        assert len(refused) >= 4
        assert all(body["code"] == "RATE_LIMITED" and body["details"]["retry_after_ms"] > 0 for body in refused)
        other = await here.member("bob")
        assert (await other.say("msg.send", room_id="r_a", text="x"))["ok"], "another user has buckets of their own"


async def test_guessing_invites_is_limited_for_the_whole_address() -> None:
    async with scene(rates=True) as here:
        codes = [
            await client.code("auth.invite_redeem", invite_token=f"guess{n}", profile=PROFILE)
            for client in [here.connect(), here.connect()]
            if (await client.hello())["ok"]
            for n in range(8)
        ]
        assert (codes.count("AUTH_FAILED"), codes.count("RATE_LIMITED")) == (10, 6)


async def test_a_socket_that_vanishes_leaves_nothing_behind() -> None:
    async with scene() as here:
        client = await here.member("ann")
        client.wire.hang_up()
        assert await client.closed() is None
        await here.settled()
        assert here.house.attendance.stats().connections == 0
        assert [type(fact).__name__ for fact in here.ears.heard] == ["ConnectionOpened", "ConnectionClosed"]


async def test_what_has_gathered_for_a_batch_is_still_sent_before_the_close() -> None:
    async with scene() as here:
        client = await here.member("ann", "batch", stuck=True)
        for _ in range(3):
            here.town.tell("r_a")
        here.town.revoke("ann")
        assert await client.closed() == 4001
        assert [body["msg"]["seq"] for body in client.heard("msg.event")] == [1, 2, 3]


async def test_a_sign_in_that_is_revoked_while_it_is_looked_up_gets_in_nowhere() -> None:
    async with scene() as here:
        here.town.grant("ann")
        here.town.hold = anyio.Event()
        client = here.connect()
        said = client.post("hello", client={"name": "t", "ver": "0", "platform": "p"}, resume={"session_token": "ann"})
        await here.settled()
        here.town.revoke("ann")
        await here.settled()
        here.town.hold.set()
        assert await client.closed() == 4001
        (ack,) = [frame for frame in client.wire.frames if frame.get("reply_to") == said]
        assert not ack["body"]["session"]["authenticated"]
