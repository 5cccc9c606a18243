"""What the program that did this job before got wrong (measured on loopback), as far as the gateway alone can show it.

Those that need rows (a message sent twice, an invite redeemed by eight at once, `limit: -1`, the file's mode) are proved
where the services are.
"""

from __future__ import annotations

import json
import logging

import pytest

from bus import protocol
from gateway.app import Ways
from gateway.public import Page
from tests.gateway.scene import scene
from tests.gateway.test_door import ask
from tests.gateway.test_door import scope as http

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["//", "//evil.example/", "/\0", "/%00", "/..", "/../../etc/passwd", "/;", "", "*", "/" + "a" * 70_000])
async def test_an_odd_path_is_missing_and_the_server_lives(path: str, caplog: pytest.LogCaptureFixture) -> None:
    async with scene() as here:
        app = Ways(here.house, {"/": Page(b"<p>", "text/html")})
        for method in ("GET", "HEAD", "OPTIONS"):
            assert (await ask(app, http(path, method=method))).status == 404
        assert (await ask(app, http("/"))).status == 200
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("host", ["a b", "[", "", "]:80", "127.0.0.1:99999999", "http://127.0.0.1:8080"])
async def test_an_odd_host_is_refused_and_the_server_lives(host: str) -> None:
    async with scene() as here:
        app = Ways(here.house, {"/": Page(b"<p>", "text/html")})
        assert (await ask(app, http("/", hosts=[host]))).status == 400
        assert (await ask(app, http("/"))).status == 200


async def test_a_text_over_the_announced_limit_is_refused_in_bytes() -> None:
    async with scene() as here:
        client = await here.member("ann")
        for text in ("x" * 8001, "é" * 4001, "🎲" * 2001):
            assert await client.code("msg.send", room_id="r_a", text=text) == "BAD_REQUEST"
        for text in ("x" * 8000, "é" * 4000, "🎲" * 2000):
            assert await client.code("msg.send", room_id="r_a", text=text) is None


async def test_a_text_of_five_megabytes_is_not_even_decoded() -> None:
    async with scene() as here:
        client = await here.member("ann")
        client.post("msg.send", room_id="r_a", text="x" * 5_000_000)
        assert await client.closed() == 1009
        assert here.town.asked == []


@pytest.mark.parametrize("text", [{}, [], 5, None, True])
async def test_a_text_that_is_none_is_a_bad_request(text: object) -> None:
    async with scene() as here:
        client = await here.member("ann")
        reply = await client.say("msg.send", room_id="r_a", text=text)
        assert (reply["body"]["code"], reply["body"]["details"]) == ("BAD_REQUEST", {"path": "$.body.text"})


async def test_a_quote_in_a_search_is_a_plain_word_here() -> None:
    async with scene() as here:
        client = await here.member("ann")
        assert (await client.say("search.query", scope={"kind": "all"}, q='"'))["body"]["hits"] == []


async def test_whoever_was_put_out_hears_nothing_more_on_the_same_socket() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        here.town.member("r_a", "kick", "u_ann")
        here.town.tell("r_a")
        await here.settled()
        assert ann.heard("msg.event") == []


async def test_signing_in_twice_on_one_socket_is_refused_and_it_hears_one_user_only() -> None:
    async with scene() as here:
        ann = await here.member("ann")
        profile = {"handle": "bob", "display_name": "Bob"}
        assert await ann.code("auth.invite_redeem", invite_token="invite", profile=profile) == "CONFLICT"
        assert await ann.code("auth.link_redeem", link_token="bob") == "CONFLICT"
        assert "bob" not in here.town.sessions


async def test_an_invalid_token_is_never_shown_back() -> None:
    async with scene() as here:
        client = here.connect()
        reply = await client.hello("CANARY-token")
        assert "CANARY-token" not in json.dumps(reply)


async def test_there_is_one_socket_and_it_takes_no_binary() -> None:
    async with scene() as here:
        app = Ways(here.house, {})
        for path in ("/ws-stream-control", "/ws-stream-ingest", "/ws/", "/"):
            assert (await ask(app, http(path, kind="websocket"))).status == 404
        assert not any("stream_relay" in t for t in protocol.requests())
