"""Any bytes on the socket end in one error or a close: never INTERNAL, never a line at ERROR, never a changed state."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bus import protocol
from tests.house.server import Person, Server
from tests.house.talk import Frame, hello, knock, talk

CLOSES = {1003, 1007, 1008, 1009}
STRICT = sorted(t for t in protocol.requests() if t.startswith(("auth.", "admin.", "room.invite")))
MUTANTS = 400
SEED = 20
ROOM = "r_0123456789abcdef"


@asynccontextmanager
async def unmoved(server: Server, boss: Person) -> AsyncGenerator[None]:
    """Nothing that is done inside may leave a trace in the event log, or in the log at ERROR."""
    before, errors = await last_event(server, boss), len(server.errors())
    yield
    assert await last_event(server, boss) == before
    assert len(server.errors()) == errors


async def last_event(server: Server, boss: Person) -> int:
    after = 0
    async with talk(server, boss) as mine:
        while True:
            page = await mine.must("admin.events", after_event_id=after, limit=200)
            after = page["next_after_event_id"]
            if not page["more"]:
                return after


async def throw(server: Server, boss: Person, data: str | bytes) -> Frame | int:
    """Anything, on a socket of its own."""
    async with talk(server, boss) as mine:
        return await mine.throw(data)


def refused(back: Frame | int) -> bool:
    """One error that a client can mend, or a close."""
    if isinstance(back, int):
        return back in CLOSES
    return back["t"] == "error" and back["body"]["code"] not in {"INTERNAL", "UNAVAILABLE"}


def frame(t: str = "msg.send", /, **changes: Any) -> dict[str, Any]:
    return {"v": 1, "t": t, "id": "x", "ts": 1, "body": {"room_id": ROOM, "text": "hi"}} | changes


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


ODD: dict[str, str | bytes] = {
    "nothing": "",
    "no JSON": "hello",
    "half a frame": '{"v":1,"t":"msg.send"',
    "a number": "7",
    "an array of frames": json.dumps([frame()]),
    "null": "null",
    "another version": json.dumps(frame(v=2)),
    "a version in words": json.dumps(frame(v="1")),
    "no id": json.dumps({key: value for key, value in frame().items() if key != "id"}),
    "an empty id": json.dumps(frame(id="")),
    "a long id": json.dumps(frame(id="i" * 129)),
    "an id that is a number": json.dumps(frame(id=5)),
    "a trace with a line break": json.dumps(frame(trace="a\nb")),
    "no body": json.dumps({key: value for key, value in frame().items() if key != "body"}),
    "a body that is null": json.dumps(frame(body=None)),
    "an unknown type": json.dumps(frame("msg.explode")),
    "a type of the house's own": json.dumps(frame("inside.diagnose", body={})),
    "an event for a request": json.dumps(frame("msg.event")),
    "a type that is an object": json.dumps(frame(t={})),
    "a time below zero": json.dumps(frame(ts=-1)),
    "a time of 4,000 digits": '{"v":1,"t":"ping","id":"x","ts":' + "9" * 4000 + ',"body":{}}',
    "a seq beyond a double": json.dumps(frame("msg.read", body={"room_id": ROOM, "up_to_seq": 2**53})),
    "a seq beyond SQLite": json.dumps(frame("msg.read", body={"room_id": ROOM, "up_to_seq": 2**63})),
    "a seq of 1e400": '{"v":1,"t":"msg.read","id":"x","ts":1,"body":{"room_id":"' + ROOM + '","up_to_seq":1e400}}',
    "a seq that is NaN": '{"v":1,"t":"msg.read","id":"x","ts":1,"body":{"room_id":"' + ROOM + '","up_to_seq":NaN}}',
    "10,000 levels": deep(10_000),
    "10,000 levels in a field that is not known": '{"v":1,"t":"ping","id":"x","ts":1,"body":{"q":' + deep(10_000) + "}}",
    "NUL in a text": json.dumps(frame(body={"room_id": ROOM, "text": "a\0b"})),
    "NUL in a handle": json.dumps(frame("admin.bot_create", body={"handle": "a\0b"})),
    "a lone surrogate in a text": '{"v":1,"t":"msg.send","id":"x","ts":1,"body":{"room_id":"' + ROOM + '","text":"\\ud800"}}',
    "a lone surrogate in a name": '{"v":1,"t":"room.create","id":"x","ts":1,"body":{"kind":"public","name":"\\udfff"}}',
    "a name that is turned round": json.dumps(frame("room.create", body={"kind": "public", "name": "a\u202eb"})),
    "a blank text": json.dumps(frame(body={"room_id": ROOM, "text": " \n\t "})),
    "8,001 bytes of text": json.dumps(frame(body={"room_id": ROOM, "text": "ä" * 4000 + "x"})),
    "500 kB of text": json.dumps(frame(body={"room_id": ROOM, "text": "x" * 500_000})),
    "5 MB of text": json.dumps(frame(body={"room_id": ROOM, "text": "x" * 5_000_000})),
    "a room id that is a path": json.dumps(frame("room.join", body={"room_id": "../../etc/passwd"})),
    "a room id with SQL in it": json.dumps(frame("room.join", body={"room_id": "r_a' or 1=1 --"})),
    "two places in a list": json.dumps(frame("msg.list", body={"room_id": ROOM, "after_seq": 1, "before_seq": 2})),
    "bytes": b'{"v":1,"t":"ping","id":"x","ts":1,"body":{}}',
    "empty bytes": b"",
}


async def test_an_odd_frame_is_answered_by_one_error_or_a_close(shared: Server, boss: Person) -> None:
    async with unmoved(shared, boss):
        backs = {name: await throw(shared, boss, data) for name, data in ODD.items()}
    assert {name: back for name, back in backs.items() if not refused(back)} == {}
    assert {name for name, back in backs.items() if isinstance(back, int)} == {"5 MB of text", "bytes", "empty bytes"}
    assert backs["500 kB of text"]["body"]["code"] == "PAYLOAD_TOO_LARGE"  # type: ignore[index]
    assert backs["another version"]["body"]["code"] == "UNSUPPORTED_VERSION"  # type: ignore[index]
    assert backs["NUL in a text"]["body"]["details"] == {"path": "$.body"}  # type: ignore[index]


async def test_what_stands_twice_or_is_too_much_is_taken_as_one_may_expect(shared: Server, boss: Person) -> None:
    async with unmoved(shared, boss), talk(shared, boss) as mine:
        assert (await mine.must("search.query", scope={"kind": "all"}, q='"', limit=-1))["hits"] == []
        assert (await mine.must("room.list", unheard_of=[{}]))["rooms"] is not None
        assert (await mine.must("ping", body={"deep": {}})) == {}


@pytest.mark.parametrize("t", STRICT)
async def test_where_rights_are_given_a_field_that_is_not_known_is_refused(t: str, shared: Server, boss: Person) -> None:
    async with unmoved(shared, boss), talk(shared, boss) as mine:
        answer = await mine.ask(t, unheard_of=1)
    assert answer["body"]["code"] == "BAD_REQUEST"
    assert "unheard_of" not in json.dumps(answer)


async def test_bytes_and_mutants_change_nothing(shared: Server, boss: Person) -> None:
    """Seeded: the same every time. What is mutated is a request of a stranger to nowhere, so even a good mutant does nothing."""
    chance = random.Random(SEED)
    async with unmoved(shared, boss):
        backs = [await volley(shared, chance) for _ in range(MUTANTS // 25)]
    found = [back for part in backs for back in part]
    assert [back for back in found if not harmless(back)] == []
    print(f"fuzz: frames={len(found)} internal=0 errors_logged=0 seed={SEED}")


async def volley(server: Server, chance: random.Random) -> list[Frame | int]:
    """25 frames on one socket that is not signed in; it ends where one closes it."""
    backs: list[Frame | int] = []
    async with knock(server) as stranger:
        await hello(stranger)
        for _ in range(25):
            backs.append(await stranger.throw(mutant(chance)))
            if isinstance(backs[-1], int):
                break
    return backs


def mutant(chance: random.Random) -> str | bytes:
    kinds = sorted(set(protocol.requests()) - {"hello", "auth.invite_redeem"})
    good = json.dumps(frame(chance.choice(kinds)))
    cut = chance.randrange(len(good))
    match chance.randrange(7):
        case 0:
            return good[:cut]
        case 1:
            return good[:cut] + chr(chance.randrange(0xD800)) + good[cut + 1 :]
        case 2:
            return good[:cut] + good[cut // 2 : cut] + good[cut:]
        case 3:
            return good.replace("1", "1" * chance.randrange(2, 500))
        case 4:
            return good.replace('"hi"', deep(chance.randrange(1, 3000)))
        case 5:
            return "".join(chr(chance.randrange(128)) for _ in range(chance.randrange(200)))
        case _:
            return good


def harmless(back: Frame | int) -> bool:
    return refused(back) or (isinstance(back, dict) and back["t"] == "pong")


@pytest.mark.parametrize("target", ["//", "/%00", "/..%2f..%2fetc/passwd", "/\\..", "/ws", "*", "/" + "a" * 5000])
def test_odd_paths_are_missing_and_no_more(target: str, shared: Server) -> None:
    errors = len(shared.errors())
    answer = shared.raw(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1][:1] == b"4", answer[:200]
    assert len(shared.errors()) == errors


@pytest.mark.parametrize("host", ["evil.example", "a b", "[", "", "127.0.0.1", "localhost:1", "127.0.0.1@evil:{port}", "::1:{port}"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/session", "/ws", "/diag.json"])
def test_odd_hosts_are_turned_away_on_every_way_in(path: str, host: str, shared: Server) -> None:
    name = host.replace("{port}", str(shared.port))
    answer = shared.raw(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] == b"400", answer[:200]


def test_two_hosts_and_none_are_turned_away(shared: Server) -> None:
    host = f"Host: 127.0.0.1:{shared.port}\r\n"
    for lines in (host * 2, ""):
        answer = shared.raw(f"GET / HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        assert answer.split(b" ")[1] == b"400", answer[:200]
