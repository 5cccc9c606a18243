"""The diagnostics: complete for admins, and for everybody else a page that does not exist, byte for byte."""

from __future__ import annotations

import pytest

from tests.house.server import Answer, Person, Server
from tests.house.talk import talk

NEVER_SAME = {"date", "connection"}
"""`connection: close` says that the answer came before the request's body did: a matter of the moment, and of no page."""


def seen(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    return answer.status, {name: value for name, value in answer.headers.items() if name not in NEVER_SAME}, answer.body


@pytest.mark.parametrize("path", ["/diag", "/diag.json", "/diag.html"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_for_everybody_but_admins_it_is_a_page_that_is_not_there(path: str, method: str, shared: Server, boss: Person) -> None:
    missing = seen(shared.fetch("/nowhere", method, body={} if method == "POST" else None))
    guest = shared.newcomer()
    for token in ("", "no-such-token", guest.token):
        assert seen(shared.fetch(path, method, token=token, body={} if method == "POST" else None)) == missing
    assert missing[0] == 404 or method == "OPTIONS"


def test_a_banned_admin_sees_nothing(shared: Server, boss: Person) -> None:
    assert shared.fetch("/diag.json", token=boss.token + "x").status == 404


async def test_an_admin_sees_every_queue_and_life_of_the_house(shared: Server, boss: Person) -> None:
    async with talk(shared, boss, "heartbeat") as mine:
        room_id = (await mine.must("room.create", kind="public", name="canary-room-name"))["room"]["room_id"]
        await mine.must("msg.send", room_id=room_id, text="canary-message-text")
        await mine.must("msg.read", room_id=room_id, up_to_seq=1)
        await mine.must("presence.set", status="busy", text="canary-status-text")
        answer = shared.fetch("/diag.json", token=boss.token)
        hello = next(frame for frame in mine.frames if frame["t"] == "hello_ack")
    assert answer.headers["content-type"] == "application/json"
    found = answer.said
    assert found["house"]["uptime_s"] > 0
    lives = {life["path"]: life for life in found["tree"]}
    services = {"store", "auth", "rooms", "messages", "delivery", "search", "presence", "diagnostics", "retention"}
    wanted = {f"root/services/{name}" for name in services} | {f"root/gateway/{name}" for name in ("hub", "rounds", "server", "handlers")}
    assert wanted <= set(lives)
    assert {life["state"] for life in lives.values()} == {"alive"}
    inboxes = {row["name"]: row for row in found["services"]}
    assert services - {"store", "retention"} <= set(inboxes)
    assert {"depth", "capacity", "peak", "posted", "taken", "dropped", "mean_wait_ms", "longest_wait_ms"} <= set(inboxes["messages"])
    (mine_there,) = [one for one in found["connections"] if one["sid"] == hello["sid"]]
    assert mine_there["user_id"] == boss.user_id
    assert mine_there["outbox"]["sent_frames"] > 0
    assert b"127.0.0.1" not in answer.body
    assert found["store"]["counts"]["commits"] > 0
    assert found["store"]["verified"] is True
    assert {"queue", "capacity", "wal_bytes", "epoch"} <= set(found["store"])
    assert found["presence"]
    (mark,) = [mark for mark in found["watermarks"] if mark["room_id"] == room_id]
    assert (mark["last_seq"], mark["read"], mark["members"]) == (1, 1, 1)
    assert isinstance(found["errors"], list)
    assert found["gateway"]["hub"]["inbox"]["capacity"] > 0
    for secret in (b"canary-message-text", b"canary-room-name", b"canary-status-text", boss.token.encode()):
        assert secret not in answer.body


def test_an_admins_page_is_there_with_the_headers_of_every_page(shared: Server, boss: Person) -> None:
    page = shared.fetch("/diag", token=boss.token)
    if page.status == 404:
        pytest.skip("the page of the diagnostics is not there yet")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
