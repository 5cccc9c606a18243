"""A call outlives its server: killed without notice and started again, it has the same call, and everybody the same place."""

from __future__ import annotations

from typing import Any

from tests.house.server import Person, Server
from tests.house.talk import Talk, talk

SDP = "v=0\r\n"


async def enter(mine: Talk, room_id: str, resume: str | None = None) -> Any:
    """Take a place in the room's call."""
    call_id = (await mine.must("rtc.call_create", room_id=room_id))["call_id"]
    return await mine.must("rtc.join", call_id=call_id, **({"resume_peer_id": resume} if resume else {}))


async def listed(mine: Talk, room_id: str) -> tuple[str | None, list[str]]:
    """The room's call and who is in it, as the list of rooms says."""
    rooms = (await mine.must("room.list"))["rooms"]
    return next((room["call_id"], room["call_user_ids"]) for room in rooms if room["room_id"] == room_id)


async def hall(server: Server, people: list[Person]) -> str:
    async with talk(server, people[0]) as owner:
        room_id: str = (await owner.must("room.create", kind="public", name="hall"))["room"]["room_id"]
    for person in people[1:]:
        async with talk(server, person) as mine:
            await mine.must("room.join", room_id=room_id)
    return room_id


async def test_after_a_kill_everybody_has_the_same_call_and_place_and_reaches_the_others(server: Server) -> None:
    server.start("--rate-limits", "false")
    people = [server.newcomer() for _ in range(3)]
    room_id = await hall(server, people)
    async with talk(server, people[0]) as ada, talk(server, people[1]) as bob, talk(server, people[2]) as eve:
        places = [await enter(mine, room_id) for mine in (ada, bob, eve)]
        await eve.must("rtc.leave", call_id=places[2]["call_id"])
        server.kill()
    server.start("--rate-limits", "false")
    call_id, (first, second) = places[0]["call_id"], [place["self_peer_id"] for place in places[:2]]
    async with talk(server, people[0]) as ada, talk(server, people[1]) as bob, talk(server, people[2]) as eve:
        assert await listed(ada, room_id) == (call_id, [person.user_id for person in people[:2]])
        back = await enter(ada, room_id, first)
        assert (back["call_id"], back["self_peer_id"]) == (call_id, first)
        assert [(peer["peer_id"], peer["away"]) for peer in back["peers"]] == [(first, False), (second, True)]
        assert await ada.code("rtc.offer", call_id=call_id, to_peer_id=second, sdp=SDP) == "UNAVAILABLE"
        assert (await enter(bob, room_id, second))["self_peer_id"] == second
        await ada.until(lambda frame: frame["t"] == "rtc.peer_event" and frame["body"]["kind"] == "back" and is_of(frame, second))
        await ada.must("rtc.offer", call_id=call_id, to_peer_id=second, sdp=SDP)
        assert await bob.hear("rtc.offer_event") == {"call_id": call_id, "to_peer_id": second, "from_peer_id": first, "sdp": SDP}
        fresh = (await enter(eve, room_id, places[2]["self_peer_id"]))["self_peer_id"]
        assert fresh not in {place["self_peer_id"] for place in places}, "who had left has no place to come back to"
    assert server.errors() == []


def is_of(frame: Any, peer_id: str) -> bool:
    return frame["body"]["peer"]["peer_id"] == peer_id


async def test_who_is_kicked_before_the_kill_has_no_place_after_it(server: Server) -> None:
    server.start("--rate-limits", "false")
    people = [server.newcomer() for _ in range(2)]
    room_id = await hall(server, people)
    async with talk(server, people[0]) as ada, talk(server, people[1]) as bob:
        first, second = [(await enter(mine, room_id))["self_peer_id"] for mine in (ada, bob)]
        await ada.must("room.kick", room_id=room_id, user_id=people[1].user_id)
        server.kill()
    server.start("--rate-limits", "false")
    async with talk(server, people[0]) as ada, talk(server, people[1]) as bob:
        back = await enter(ada, room_id, first)
        assert [peer["peer_id"] for peer in back["peers"]] == [first]
        assert await bob.code("rtc.join", call_id=back["call_id"], resume_peer_id=second) == "NOT_FOUND"
        assert await listed(bob, room_id) == (None, [])


async def test_a_socket_that_breaks_is_away_and_comes_back_to_its_place(shared: Server) -> None:
    people = [shared.newcomer() for _ in range(2)]
    room_id = await hall(shared, people)
    async with talk(shared, people[0]) as ada:
        async with talk(shared, people[1]) as bob:
            first, second = [(await enter(mine, room_id))["self_peer_id"] for mine in (ada, bob)]
            bob.socket.transport.abort()
        await ada.until(lambda frame: frame["t"] == "rtc.peer_event" and frame["body"]["kind"] == "away" and is_of(frame, second))
        async with talk(shared, people[1]) as bob:
            back = await enter(bob, room_id, second)
            assert back["self_peer_id"] == second
            await bob.must("rtc.offer", call_id=back["call_id"], to_peer_id=first, sdp=SDP)
            assert (await ada.hear("rtc.offer_event"))["from_peer_id"] == second
