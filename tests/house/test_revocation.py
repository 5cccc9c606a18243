"""Whoever is put out hears nothing more: live sockets of an ended session or a banned user close, and a room goes silent."""

from __future__ import annotations

import time

from tests.house.server import Person, Server
from tests.house.talk import Talk, hello, knock, talk

SECRET = "said right after they had to go"


async def shared_room(owner: Talk, *others: Talk) -> str:
    room_id: str = (await owner.must("room.create", kind="public", name="hall"))["room"]["room_id"]
    for other in others:
        await other.must("room.join", room_id=room_id)
    return room_id


def knows(talk: Talk) -> bool:
    return any(SECRET in str(frame) for frame in talk.frames)


async def test_a_revoked_session_ends_on_every_socket_within_a_second(shared: Server, boss: Person) -> None:
    victim = shared.newcomer()
    async with talk(shared, boss) as owner, talk(shared, victim) as phone, knock(shared) as laptop:
        link = (await phone.must("auth.link_create"))["link_token"]
        await hello(laptop)
        token = (await laptop.must("auth.link_redeem", link_token=link))["session_token"]
        async with talk(shared, Person(victim.handle, victim.user_id, token)) as tablet:
            room_id = await shared_room(owner, phone)
            sessions = (await laptop.must("auth.sessions"))["sessions"]
            (stolen,) = [session["session_id"] for session in sessions if not session["current"]]
            started = time.monotonic()
            await laptop.must("auth.session_revoke", session_id=stolen)
            await owner.must("msg.send", room_id=room_id, text=SECRET)
            assert await phone.ended() == 4001
            assert time.monotonic() - started < 1.0
            assert not knows(phone)
            assert (await laptop.hear("msg.event"))["msg"]["text"] == SECRET
            assert (await tablet.hear("msg.event"))["msg"]["text"] == SECRET
    async with knock(shared) as again:
        assert not (await hello(again, victim.token))["body"]["session"]["authenticated"]
    assert shared.fetch("/session", token=victim.token).status == 401


async def test_logging_out_ends_the_other_sockets_of_that_session_and_answers_on_its_own(shared: Server) -> None:
    person = shared.newcomer()
    async with talk(shared, person) as here, talk(shared, person) as there:
        await here.must("auth.logout")
        assert await there.ended(1.0) == 4001
        assert await here.code("room.list") == "AUTH_REQUIRED"


async def test_signing_out_over_http_ends_the_sockets_too(shared: Server) -> None:
    person = shared.newcomer()
    async with talk(shared, person) as mine:
        assert shared.fetch("/session", "DELETE", token=person.token).status == 200
        assert await mine.ended(1.0) == 4001


async def test_a_banned_user_is_closed_and_stays_out(shared: Server, boss: Person) -> None:
    victim = shared.newcomer()
    async with talk(shared, boss) as owner, talk(shared, victim) as theirs:
        room_id = await shared_room(owner, theirs)
        started = time.monotonic()
        await owner.must("admin.user_update", user_id=victim.user_id, banned=True)
        await owner.must("msg.send", room_id=room_id, text=SECRET)
        assert await theirs.ended() == 4003
        assert time.monotonic() - started < 1.0
        assert not knows(theirs)
        async with knock(shared) as again:
            await hello(again, victim.token)
            assert await again.ended(1.0) == 4003
        await owner.must("admin.user_update", user_id=victim.user_id, banned=False)
        async with talk(shared, victim) as back:
            assert (await back.must("msg.list", room_id=room_id))["messages"][0]["text"] == SECRET


async def test_whoever_is_kicked_or_banned_from_a_room_hears_no_more_of_it(shared: Server, boss: Person) -> None:
    kicked, barred = shared.newcomer(), shared.newcomer()
    async with talk(shared, boss) as owner, talk(shared, kicked) as one, talk(shared, barred) as two:
        room_id = await shared_room(owner, one, two)
        await owner.must("room.kick", room_id=room_id, user_id=kicked.user_id)
        await owner.must("room.ban", room_id=room_id, user_id=barred.user_id)
        await owner.must("msg.send", room_id=room_id, text=SECRET)
        await owner.must("msg.typing", room_id=room_id)
        for victim in (one, two):
            await victim.must("ping")
            assert not knows(victim)
            assert victim.heard("msg.typing_event") == []
            assert await victim.code("msg.list", room_id=room_id) == "FORBIDDEN"
            assert (await victim.must("search.query", scope={"kind": "all"}, q="right after"))["hits"] == []
        assert await two.code("room.join", room_id=room_id) == "FORBIDDEN"
        await one.must("room.join", room_id=room_id)


async def test_an_admin_who_is_none_any_more_has_lost_the_rights_on_live_sockets(shared: Server, boss: Person) -> None:
    deputy = shared.newcomer()
    async with talk(shared, boss) as owner, talk(shared, deputy) as theirs:
        await owner.must("admin.user_update", user_id=deputy.user_id, roles=["admin"])
        await theirs.must("admin.users")
        await owner.must("admin.user_update", user_id=deputy.user_id, roles=[])
        assert await theirs.code("admin.users") == "FORBIDDEN"
        assert shared.fetch("/diag.json", token=deputy.token).status == 404
