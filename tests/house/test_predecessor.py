"""What ended, fooled or emptied the predecessor (RELIABILITY.md 4.0, finding 16): fourteen things, each refused here."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio

from tests.house.server import Person, Server
from tests.house.talk import Talk, hello, knock, talk

Check = Callable[[Server, Person], Awaitable[bool]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    def keep(done: Check) -> Check:
        CHECKS[name] = done
        return done

    return keep


def refused(server: Server, sent: bytes) -> bool:
    """Answered with a status of 4xx, and the process goes on."""
    found = server.raw(sent)
    return found.startswith(b"HTTP/1.1 4") and server.fetch("/healthz").status == 200


def page(server: Server, target: bytes, host: bytes | None = None) -> bytes:
    name = host if host is not None else f"127.0.0.1:{server.port}".encode()
    return b"GET " + target + b" HTTP/1.1\r\nHost: " + name + b"\r\nConnection: close\r\n\r\n"


async def room(mine: Talk) -> str:
    found: str = (await mine.must("room.create", kind="public", name="hall"))["room"]["room_id"]
    return found


@check("GET // ends the process")
async def double_slash(server: Server, boss: Person) -> bool:
    return refused(server, page(server, b"//"))


@check("a Host with a blank ends the process")
async def blank_host(server: Server, boss: Person) -> bool:
    return refused(server, page(server, b"/", b"a b"))


@check("a Host of one bracket ends the process")
async def bracket_host(server: Server, boss: Person) -> bool:
    return refused(server, page(server, b"/", b"["))


@check("a NUL in a path breaks the static files")
async def nul_path(server: Server, boss: Person) -> bool:
    return all(refused(server, page(server, path)) for path in (b"/%00", b"/js/%00.js", b"/../%00"))


@check("eight redeems of a one-time invite at once make eight accounts")
async def race(server: Server, boss: Person) -> bool:
    async with talk(server, boss) as admin:
        token = (await admin.must("admin.invite_create", max_uses=1))["invite_token"]

        def redeem(number: int) -> int:
            return server.sign_up(f"racer{number}", token).status

        with ThreadPoolExecutor(8) as crowd:
            statuses = sorted(crowd.map(redeem, range(8)))
        users = (await admin.must("admin.users"))["users"]
    return statuses == [200, *[401] * 7] and sum(user["handle"].startswith("racer") for user in users) == 1


@check("the same client_msg_id is posted twice")
async def twice(server: Server, boss: Person) -> bool:
    async with talk(server, boss) as mine:
        room_id = await room(mine)
        acks = [await mine.must("msg.send", room_id=room_id, text="once", client_msg_id="same") for _ in range(2)]
        listed = await mine.must("msg.list", room_id=room_id)
    return acks[0] == acks[1] and len(listed["messages"]) == 1


@check("5 MB of text are acked where 8,000 bytes are announced")
async def too_long(server: Server, boss: Person) -> bool:
    async with talk(server, boss) as mine:
        room_id = await room(mine)
        inside = await mine.code("msg.send", room_id=room_id, text="ä" * 4001)
        body = '{"room_id":"' + room_id + '","text":"' + "y" * 5_000_000 + '"}'
        said = await mine.throw('{"v":1,"t":"msg.send","id":"x","ts":1,"body":' + body + "}")
    async with talk(server, boss) as again:
        listed = await again.must("msg.list", room_id=room_id)
    return inside == "BAD_REQUEST" and said == 1009 and listed["messages"] == []


async def listed_with(server: Server, boss: Person, limit: int) -> int:
    async with talk(server, boss) as mine:
        room_id = await room(mine)
        for number in range(210):
            await mine.say("msg.send", room_id=room_id, text=str(number))
        await mine.until(lambda frame: frame["t"] == "msg.ack" and frame["body"]["seq"] == 210)
        return len((await mine.must("msg.list", room_id=room_id, limit=limit))["messages"])


@check("limit -1 returns the whole room")
async def limit_below(server: Server, boss: Person) -> bool:
    return await listed_with(server, boss, -1) == 1


@check("limit 10**9 returns the whole room")
async def limit_above(server: Server, boss: Person) -> bool:
    return await listed_with(server, boss, 10**9) == 200


@check('a search for " answers INTERNAL')
async def quote(server: Server, boss: Person) -> bool:
    async with talk(server, boss) as mine:
        answers = [await mine.must("search.query", scope={"kind": "all"}, q=q) for q in ('"', "NEAR(", "*", "a:b", "AND", "-")]
    return all(answer["hits"] == [] for answer in answers)


@check("a text that is an object is stored")
async def not_a_text(server: Server, boss: Person) -> bool:
    async with talk(server, boss) as mine:
        room_id = await room(mine)
        texts: list[Any] = [{}, [], None, 5, True]
        codes = {await mine.code("msg.send", room_id=room_id, text=text) for text in texts}
    return codes == {"BAD_REQUEST"}


@check("a member who was put out goes on hearing")
async def put_out(server: Server, boss: Person) -> bool:
    guest = server.newcomer()
    async with talk(server, boss) as mine, talk(server, guest) as theirs:
        room_id = await room(mine)
        await theirs.must("room.join", room_id=room_id)
        await mine.must("room.kick", room_id=room_id, user_id=guest.user_id)
        await mine.must("msg.send", room_id=room_id, text="now that they are gone")
        await theirs.must("ping")
    return theirs.heard("msg.event") == [] and [event["kind"] for event in theirs.heard("room.member_event")] == ["join", "kick"]


@check("a socket without a session may broadcast")
async def no_session(server: Server, boss: Person) -> bool:
    async with talk(server, boss) as mine, knock(server) as stranger:
        room_id = await room(mine)
        first = await stranger.code("msg.send", room_id=room_id, text="hi")
        await hello(stranger)
        then = [await stranger.code(t, room_id=room_id) for t in ("msg.typing", "room.join", "msg.list")]
        await mine.must("ping")
    other = server.raw(page(server, b"/ws-stream-control"))
    return {first, *then} == {"AUTH_REQUIRED"} and mine.heard("msg.event") == [] and other.startswith(b"HTTP/1.1 404")


@check("the database can be read by everybody on the machine")
async def readable(server: Server, boss: Person) -> bool:
    files = [path for path in server.data.iterdir() if path.name.startswith("devchitchat.db")]
    return os.name != "posix" or (len(files) == 3 and all(path.stat().st_mode & 0o777 == 0o600 for path in files))


async def test_everything_that_the_predecessor_fell_for_is_refused(shared: Server, boss: Person) -> None:
    with anyio.fail_after(30):
        fell_for = [name for name, done in CHECKS.items() if not await done(shared, boss)]
    assert fell_for == []
    assert shared.errors() == []
    assert len(CHECKS) == 14
    print(f"predecessor: {len(CHECKS) - len(fell_for)} of 14 refused")
