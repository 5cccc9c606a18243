"""Calls begin, people take places in them and go, and everybody who may know is told; in simulated time and on every loop."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from bus.errors import Conflict, Forbidden, NotFound
from bus.message import Request
from bus.protocol.inside import SessionRevoked, UserUpdated
from bus.protocol.places import PeerSeated, PeerUnseated, PlaceLeft, PlaceTaken
from bus.protocol.rooms import RoomDeleted
from bus.protocol.rtc import (
    RtcCallCreate,
    RtcCallEnd,
    RtcCallEvent,
    RtcCallRoster,
    RtcEndCall,
    RtcIceServers,
    RtcJoin,
    RtcLeave,
    RtcPeerEvent,
)
from services.signaling.calls import MAX_PEERS
from tests.services.signaling.scene import scene

pytestmark = pytest.mark.anyio


async def test_a_room_has_one_call_and_all_members_hear_of_it() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id = await here.room(ada, bob)
        first = await here.bus.ask(RtcCallCreate(room_id), ada)
        assert await here.heard() == [RtcCallEvent(room_id, first.call_id, "created")]
        again = await here.bus.ask(RtcCallCreate(room_id), bob)
        assert (again.call_id, again.topology) == (first.call_id, "mesh")
        assert await here.heard() == []
        assert (await here.listed(room_id, bob)).call_id == first.call_id


async def test_who_joins_gets_everybody_and_everybody_hears_of_them() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (first, second) = await here.call(ada, bob)
        told = await here.heard()
        assert [type(fact) for fact in told if not isinstance(fact, RtcCallEvent)] == [
            *(PlaceTaken, PeerSeated, RtcPeerEvent, RtcCallRoster),
            *(PlaceTaken, PeerSeated, RtcPeerEvent, RtcCallRoster),
        ]
        assert PeerSeated("c_bob", call_id, second) in told
        assert told[-1] == RtcCallRoster(room_id, call_id, ["u_ada", "u_bob"])
        answer = await here.join(call_id, bob)
        assert answer.self_peer_id == second
        assert [(peer.peer_id, peer.user_id, peer.away) for peer in answer.peers] == [(first, "u_ada", False), (second, "u_bob", False)]
        assert await here.heard() == [], "asked again it answers again, and nothing happens"
        assert (await here.listed(room_id, bob)).call_user_ids == ["u_ada", "u_bob"]


async def test_two_windows_of_one_session_are_two_peers_and_one_person() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        room_id, call_id, (first,) = await here.call(ada)
        second = (await here.join(call_id, replace(ada, sid="c_other"))).self_peer_id
        assert second != first
        assert (await here.heard(RtcCallRoster))[-1] == RtcCallRoster(room_id, call_id, ["u_ada"])


async def test_who_leaves_is_told_and_the_last_one_ends_the_call() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (_, second) = await here.call(ada, bob)
        await here.heard()
        answer = await here.bus.ask(RtcLeave(call_id, second), bob)
        told = await here.heard()
        left = PlaceLeft(room_id, call_id, second, "u_bob", "left")
        assert told == [answer, PeerUnseated("c_bob", call_id, second), left, RtcCallRoster(room_id, call_id, ["u_ada"])]
        assert (answer.kind, answer.reason) == ("leave", "left")
        await here.bus.ask(RtcLeave(call_id), ada)
        assert (await here.heard())[-1] == RtcCallEvent(room_id, call_id, "ended")
        assert (await here.listed(room_id, ada)).call_id is None
        with pytest.raises(NotFound):
            await here.join(call_id, ada)
        assert (await here.bus.ask(RtcCallCreate(room_id), ada)).call_id != call_id


async def test_a_socket_that_is_gone_makes_its_place_away_and_the_same_session_takes_it_back() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (_, second) = await here.call(ada, bob)
        await here.close(bob)
        assert (await here.peers())[-1] == ("away", "u_bob", None)
        assert [peer.away for peer in (await here.join(call_id, ada)).peers] == [False, True]
        back = replace(bob, sid="c_new")
        assert (await here.join(call_id, back, resume=second)).self_peer_id == second
        told = await here.heard()
        assert told[0] == PeerSeated("c_new", call_id, second)
        assert (told[1].kind, told[1].peer.peer_id) == ("back", second)


async def test_a_place_is_taken_back_from_a_socket_that_is_still_there() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (_, second) = await here.call(ada, bob)
        await here.heard()
        await here.join(call_id, replace(bob, sid="c_new"), resume=second)
        told = await here.heard()
        assert told[:2] == [PeerUnseated("c_bob", call_id, second), PeerSeated("c_new", call_id, second)]
        await here.close(bob)
        assert await here.heard() == [], "the end of the old socket is nothing any more"
        with pytest.raises(NotFound):
            await here.bus.ask(RtcIceServers(call_id), bob)


async def test_nobody_takes_the_place_of_another_session() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        _, call_id, (first, second) = await here.call(ada, bob)
        await here.close(ada)
        for thief in (replace(bob, sid="c_more"), replace(ada, session_id="s_bob", sid="c_more")):
            try:
                got = (await here.join(call_id, thief, resume=first)).self_peer_id
            except Exception as refused:
                assert type(refused).__name__ == "AuthRequired"
            else:
                assert got not in {first, second}


async def test_a_kick_ends_the_place_at_once_for_all_and_for_the_one() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, (_, second) = await here.call(ada, bob)
        await here.heard()
        await here.member(room_id, "kick", bob)
        told = await here.heard()
        assert (told[0].kind, told[0].reason, told[0].peer.peer_id) == ("leave", "removed", second)
        assert told[1] == PeerUnseated("c_bob", call_id, second), "so the one who is put out hears it, and nothing after"
        with pytest.raises(NotFound):
            await here.join(call_id, bob, resume=second)
        with pytest.raises(Forbidden):
            await here.bus.ask(RtcCallCreate(room_id), bob)


@pytest.mark.parametrize("how", ["leave", "ban", "session", "user"])
async def test_whatever_puts_somebody_out_ends_their_place(how: str) -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, _, _ = await here.call(ada, bob)
        await here.heard()
        match how:
            case "session":
                await here.happen(SessionRevoked("u_bob", "s_bob"))
            case "user":
                await here.happen(UserUpdated("u_bob", [], True))
            case _:
                await here.member(room_id, how, bob)
        assert (await here.peers()) == [("leave", "u_bob", "removed")]
        assert (await here.listed(room_id, ada)).call_user_ids == ["u_ada"]


async def test_other_changes_of_membership_move_nobody() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, _, _ = await here.call(ada, bob)
        other_room = await here.room(ada, bob)
        await here.heard()
        await here.member(other_room, "kick", bob)
        await here.member(room_id, "role", bob, "mod")
        await here.happen(UserUpdated("u_bob", ["admin"], False))
        assert await here.heard() == []


async def test_a_deleted_room_takes_its_call_along() -> None:
    async with scene() as here:
        ada, bob = await here.users("ada", "bob")
        room_id, call_id, _ = await here.call(ada, bob)
        await here.heard()
        await here.happen(RoomDeleted(room_id))
        told = await here.heard()
        assert told[0] == RtcCallEnd(call_id, room_id)
        assert {fact.sid for fact in told if isinstance(fact, PeerUnseated)} == {"c_ada", "c_bob"}
        with pytest.raises(NotFound):
            await here.join(call_id, ada)


async def test_a_moderator_ends_the_call_for_all() -> None:
    async with scene() as here:
        ada, bob, eve = await here.users("ada", "bob", "eve")
        room_id, call_id, _ = await here.call(ada, bob)
        await here.heard()
        with pytest.raises(Forbidden):
            await here.bus.ask(RtcEndCall(call_id), bob)
        with pytest.raises(NotFound):
            await here.bus.ask(RtcEndCall(call_id), eve)
        assert await here.heard() == []
        assert await here.bus.ask(RtcEndCall(call_id), ada) == RtcCallEnd(call_id, room_id)
        told = await here.heard()
        assert RtcCallEvent(room_id, call_id, "ended") in told
        assert [fact for fact in told if isinstance(fact, RtcCallEnd)] == [RtcCallEnd(call_id, room_id)]


async def test_who_is_not_in_the_room_knows_nothing_of_its_call() -> None:
    async with scene() as here:
        ada, eve = await here.users("ada", "eve")
        room_id, call_id, (first,) = await here.call(ada)
        assert (await here.listed(room_id, eve)).call_id is None
        assert (await here.listed(room_id, eve)).call_user_ids == []
        answers: set[str] = set()
        for name in (call_id, "call_0123456789abcdef"):
            words: list[Request[Any]] = [RtcJoin(name), RtcLeave(name, first), RtcEndCall(name), RtcIceServers(name)]
            for word in words:
                with pytest.raises(NotFound) as refused:
                    await here.bus.ask(word, eve)
                answers.add(f"{refused.value} {refused.value.details}")
        assert len(answers) == 1


async def test_a_full_call_takes_nobody_but_in_place_of_their_own_lost_ones() -> None:
    async with scene() as here:
        people = await here.users(*(f"p{number}" for number in range(MAX_PEERS)))
        late = await here.user("late")
        room_id, call_id, _ = await here.call(*people)
        await here.member(room_id, "join", late, "member")
        with pytest.raises(Conflict):
            await here.join(call_id, late)
        await here.close(people[3])
        with pytest.raises(Conflict):
            await here.join(call_id, late)
        await here.heard()
        fresh = await here.join(call_id, replace(people[3], sid="c_new"))
        assert len(fresh.peers) == MAX_PEERS
        assert await here.peers() == [("leave", "u_p3", "lost"), ("join", "u_p3", None)]
