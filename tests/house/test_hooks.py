"""Hooks of the bot's scripts over real sockets: who may call, how much, what comes of it, and what shows to whom."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.outside import RIGHT, SCRIPT, SIGNATURE, TOKEN, call, first_line, signed
from tests.house.server import BOOTSTRAP, PATIENCE, Person, Server
from tests.house.talk import Talk, talk
from tests.services.hubot.scene import furnish, write

NAMES = ("post", "sees", "slow", "hangs", "raises", "large", "odd", "text", "other")
LISTING = 'rooms = ["general"]\n[scripts.outside]\nhooks = {' + ", ".join(f'{name} = "{TOKEN}"' for name in NAMES) + "}\n[scripts.shut]\n"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scripts = {"outside": SCRIPT, "shut": 'def setup(robot):\n    robot.router.get("text", lambda call: "shut")\n'}
    return furnish(tmp_path_factory.mktemp("hooks") / "bot", scripts, LISTING)


@pytest.fixture(scope="module")
def open_house(directory: Path) -> Iterator[Server]:
    server = Server(directory.parent / "data", directory.parent / "log")
    server.start("--bootstrap-token", BOOTSTRAP, "--scripts", str(directory), "--log-level", "debug", "--rate-limits", "false")
    yield server
    server.kill()
    assert TOKEN not in server.stderr()


@pytest.fixture(scope="module")
def chief(open_house: Server) -> Person:
    return open_house.enter("chief", BOOTSTRAP)


def bot(server: Server, chief: Person) -> Any:
    return server.fetch("/diag.json", token=chief.token).said["bot"]


def script(server: Server, chief: Person) -> Any:
    return next(each for each in bot(server, chief)["scripts"] if each["name"] == "outside")


async def room(mine: Talk) -> str:
    """The room in which the bot is."""
    for each in (await mine.must("room.list"))["rooms"]:
        if each["name"] == "general":
            return each["room_id"]
    room_id = (await mine.must("room.create", kind="public", name="general"))["room"]["room_id"]
    await mine.until(lambda frame: frame["t"] == "room.member_event" and frame["body"]["target_user_id"] == "u_hubot")
    return room_id


def test_a_hook_answers_who_has_its_token_and_is_missing_for_all_others(open_house: Server) -> None:
    path, body = "/hubot/outside/sees", b'{"a":1}'
    missing = open_house.fetch("/nowhere")
    assert call(open_house, path, RIGHT, body).status == 200
    assert call(open_house, path, {SIGNATURE: signed(body)}, body).status == 200
    wrong: list[tuple[str, dict[str, str]]] = [
        (path, {}),
        (path, {"Authorization": "Bearer "}),
        (path, {"Authorization": f"Bearer {TOKEN}x"}),
        (path, {"Authorization": f"Bearer {TOKEN[:-1]}"}),
        (path, {"Authorization": f"Basic {TOKEN}"}),
        (path, {"Authorization": "Bearer " + "x" * 2000}),
        (path, {SIGNATURE: signed(body, "another")}),
        (path, {SIGNATURE: signed(b"another")}),
        (path, {SIGNATURE: "sha256=é"}),
        (f"{path}?token={TOKEN}", {}),
        ("/hubot/outside/unlisted", RIGHT),
        ("/hubot/outside/nowhere", RIGHT),
        ("/hubot/shut/text", RIGHT),
        ("/hubot/nobody/sees", RIGHT),
        ("/hubot/outside/other", RIGHT),
        ("/hubot/outside/", RIGHT),
        ("/hubot/OUTSIDE/sees", RIGHT),
    ]
    for where, headers in wrong:
        found = call(open_house, where, headers, body)
        assert (found.status, found.body) == (404, missing.body), (where, headers)
        assert found.headers.keys() == missing.headers.keys()
    assert call(open_house, "/hubot/outside/text", RIGHT, method="GET").status == 200
    assert [call(open_house, "/hubot/outside/text", RIGHT, method=method).status for method in ("POST", "PUT", "HEAD", "DELETE")] == [
        404
    ] * 4


def test_a_script_sees_the_call_without_its_token(open_house: Server) -> None:
    body = b"a=1 &"
    sent = {"Content-Type": "text/strange", "X-Event": "push", SIGNATURE: signed(body), "Cookie": "other=canary"}
    seen = call(open_house, "/hubot/outside/sees?b=2&c=", RIGHT | sent, body)
    assert seen.headers["content-type"] == "application/json"
    assert (seen.said["query"], seen.said["body"]) == ({"b": "2", "c": ""}, "a=1 &")
    assert seen.said["headers"]["x-event"] == "push"
    assert seen.said["headers"]["content-type"] == "text/strange"
    assert not {"authorization", "cookie", "x-hub-signature-256"} & seen.said["headers"].keys()


def test_a_text_is_plain_and_nothing_is_no_content(open_house: Server) -> None:
    found = call(open_house, "/hubot/outside/text", RIGHT, method="GET")
    assert (found.status, found.body, found.headers["content-type"]) == (200, b"first", "text/plain; charset=utf-8")
    assert (found.headers["cache-control"], found.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_other_pages_may_not_call(open_house: Server) -> None:
    for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert call(open_house, "/hubot/outside/sees", RIGHT | headers, b"{}").status == 403


def test_what_is_too_large_is_refused_before_it_is_read(open_house: Server) -> None:
    most = 256 * 1024
    body = b"x" * most
    assert call(open_house, "/hubot/outside/sees", {SIGNATURE: signed(body)}, body).status == 500, "its answer is too large"
    head = f"POST /hubot/outside/sees HTTP/1.1\r\nHost: 127.0.0.1:{open_house.port}\r\nConnection: close\r\n"
    assert b" 413 " in first_line(open_house, f"{head}Content-Length: {most + 1}\r\n\r\n".encode())
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    assert b" 413 " in first_line(open_house, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 5)


def test_strangers_who_do_not_finish_are_few_at_a_time(open_house: Server) -> None:
    head = f"POST /hubot/outside/sees HTTP/1.1\r\nHost: 127.0.0.1:{open_house.port}\r\nContent-Length: 9\r\n\r\nx".encode()
    wires = [socket.create_connection(("127.0.0.1", open_house.port), timeout=PATIENCE) for _ in range(4)]
    try:
        for wire in wires:
            wire.sendall(head)
        while (status := call(open_house, "/hubot/outside/sees", {}, b"{}").status) == 404:
            pass  # They have not arrived yet.
        assert status == 503
    finally:
        for wire in wires:
            wire.close()
    while (status := call(open_house, "/hubot/outside/sees", {}, b"{}").status) == 503:
        pass
    assert status == 404


@pytest.mark.parametrize("name", ["raises", "large", "odd"])
def test_a_script_that_fails_is_counted_and_says_nothing_outside(open_house: Server, chief: Person, name: str) -> None:
    before = script(open_house, chief)["errors"]
    found = call(open_house, f"/hubot/outside/{name}", RIGHT)
    assert (found.status, found.said) == (500, {"code": "INTERNAL", "message": "the hook failed"})
    assert script(open_house, chief)["errors"] == before + 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["slow", "hangs"])
def test_a_script_that_takes_too_long_is_given_up(open_house: Server, chief: Person, name: str) -> None:
    before = script(open_house, chief)["failures"]
    assert call(open_house, f"/hubot/outside/{name}", RIGHT).status == 504
    while script(open_house, chief)["failures"] == before:
        pass  # It is stopped as any other.
    assert call(open_house, "/hubot/outside/text", RIGHT, method="GET").status == 200


async def test_a_hook_posts_into_a_room_and_a_delivery_is_done_once(open_house: Server, chief: Person) -> None:
    async with talk(open_house, chief) as mine:
        room_id = await room(mine)
        path = f"/hubot/outside/post?room={room_id}"
        for text, delivery in (("built", "1"), ("built", "1"), ("built again", "2")):
            body = json.dumps({"text": text}).encode()
            sent = {SIGNATURE: signed(body), "X-GitHub-Delivery": delivery}
            found = call(open_house, path, sent, body)
            assert (found.status, found.body) == (204, b"")
        await mine.until(lambda frame: frame["t"] == "msg.event" and frame["body"]["msg"]["text"] == "built again")
        assert [event["msg"]["text"] for event in mine.heard("msg.event")] == ["built", "built again"]
        assert {event["msg"]["user_id"] for event in mine.heard("msg.event")} == {"u_hubot"}


def test_a_changed_script_answers_anew(open_house: Server, directory: Path) -> None:
    write(directory, "outside", SCRIPT.replace('"first"', '"second"'))
    while (found := call(open_house, "/hubot/outside/text", RIGHT, method="GET")).body == b"first" or found.status == 429:
        pass
    assert (found.status, found.body) == (200, b"second")


def test_who_calls_too_fast_is_told_when_to_come_again(open_house: Server, chief: Person) -> None:
    before = bot(open_house, chief)["hooks"]["refused"]
    while (found := call(open_house, "/hubot/outside/raises", RIGHT)).status == 500:
        pass
    assert (found.status, found.headers["retry-after"]) == (429, "1")
    assert call(open_house, "/hubot/outside/raises", {"Authorization": "Bearer wrong"}).status == 404
    assert bot(open_house, chief)["hooks"]["refused"] == before + 1


async def test_a_banned_bot_answers_nobody(open_house: Server, chief: Person) -> None:
    async with talk(open_house, chief) as mine:
        await mine.must("admin.user_update", user_id="u_hubot", banned=True)
        while (status := call(open_house, "/hubot/outside/sees", RIGHT).status) == 200:
            pass
        assert status == 503
        assert call(open_house, "/hubot/outside/sees", {}).status == 404
        await mine.must("admin.user_update", user_id="u_hubot", banned=False)


def test_no_token_shows_on_the_diagnostics(open_house: Server, chief: Person) -> None:
    assert TOKEN.encode() not in open_house.fetch("/diag.json", token=chief.token).body


def test_without_a_bot_there_are_no_hooks(shared: Server) -> None:
    assert call(shared, "/hubot/outside/sees", RIGHT).body == shared.fetch("/nowhere").body
