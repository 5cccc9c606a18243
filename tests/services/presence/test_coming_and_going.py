"""People come with their first socket and go some time after their last."""

from __future__ import annotations

import pytest

from bus.protocol.inside import ConnectionClosed, HearersSought
from bus.protocol.presence import PresenceEvent, PresenceMeta, PresenceSet, PresenceSubscribe, Present
from bus.protocol.rooms import RoomMemberEvent
from services.presence.attendance import Counts
from tests.services.presence.scene import scene

pytestmark = pytest.mark.anyio


async def test_the_first_socket_of_somebody_is_told_with_their_names_and_the_second_is_not() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        await here.open(ada, "c1")
        assert await here.heard() == [PresenceEvent("online", "u_ada", meta=PresenceMeta("ada", "Ada", "online", ""))]
        await here.open(ada, "c2")
        await here.open(ada, "c2")
        assert await here.heard() == []
        assert here.presence.counts() == Counts(online=1, leaving=0, sockets=2)


async def test_only_the_last_socket_takes_somebody_along() -> None:
    async with scene(grace=0.0) as here:
        ada = await here.user("ada")
        await here.open(ada, "c1")
        await here.open(ada, "c2")
        await here.close(ada, "c1")
        await here.close(ada, "c1")
        assert await here.said() == [("online", "u_ada")]
        await here.close(ada, "c2")
        assert await here.said() == [("offline", "u_ada")]
        assert here.presence.counts() == Counts(0, 0, 0)


async def test_who_is_back_within_the_grace_was_never_away() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        await here.open(ada, "c1")
        await here.bus.ask(PresenceSet("busy", "writing"), ada)
        await here.heard()
        await here.close(ada, "c1")
        assert here.presence.counts() == Counts(online=1, leaving=1, sockets=0)
        await here.open(ada, "c2")
        assert await here.said() == []
        (user,) = (await here.bus.ask(PresenceSubscribe("server"), ada)).users
        assert (user.online, user.status, user.text) == (True, "busy", "writing")


async def test_who_went_comes_back_without_what_they_said() -> None:
    async with scene(grace=0.0) as here:
        ada = await here.user("ada")
        await here.open(ada)
        await here.bus.ask(PresenceSet("away", "at lunch"), ada)
        await here.close(ada)
        await here.heard()
        await here.open(ada)
        assert await here.heard() == [PresenceEvent("online", "u_ada", meta=PresenceMeta("ada", "Ada", "online", ""))]


async def test_the_end_of_a_socket_that_nobody_knows_is_nothing() -> None:
    async with scene(grace=0.0) as here:
        ada = await here.user("ada")
        here.bus.publish(ConnectionClosed("c9", "u_unknown"))
        await here.close(ada, "c9")
        assert await here.heard() == []


async def test_a_status_is_answered_and_told_with_the_same_words_and_belongs_to_all_devices() -> None:
    async with scene() as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        await here.open(ada, "c1")
        await here.open(ada, "c2")
        await here.heard()
        answer = await here.bus.ask(PresenceSet("away", "at lunch"), ada)
        assert answer == PresenceEvent("status", "u_ada", meta=PresenceMeta(status="away", text="at lunch"))
        assert await here.heard() == [answer]
        assert answer.audience() == "presence"
        users = (await here.bus.ask(PresenceSubscribe("server"), bob)).users
        assert users[0] == Present("u_ada", "ada", "Ada", True, "away", [], "at lunch")


async def test_a_status_may_be_set_before_the_news_of_the_first_socket() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        await here.bus.ask(PresenceSet("busy"), ada)
        await here.heard()
        await here.open(ada)
        assert [fact.meta.status for fact in await here.heard()] == ["busy"]


async def test_moves_between_rooms_are_told_to_that_room_only() -> None:
    async with scene() as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        room_id = await here.room(ada, kind="group")
        assert await here.heard() == [PresenceEvent("join_room", "u_ada", room_id)]
        for kind in ("join", "role", "leave", "ban", "unban", "join", "kick"):
            await here.happen(RoomMemberEvent(room_id, kind, ada.user, bob.user, "member"))
        told = await here.heard()
        assert [event.kind for event in told] == ["join_room", "leave_room", "leave_room", "join_room", "leave_room"]
        assert {(event.user_id, event.audience()) for event in told} == {("u_bob", f"room:{room_id}")}


async def test_a_new_life_finds_who_is_still_there_without_a_word() -> None:
    async with scene() as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        await here.open(ada)
        await here.open(bob)
        await here.bus.ask(PresenceSet("busy"), ada)
        await here.heard()
        await here.revive()
        assert await here.heard() == [HearersSought()]
        assert here.presence.counts() == Counts(online=2, leaving=2, sockets=0)
        await here.open(ada)
        assert await here.heard() == []
        assert here.presence.counts() == Counts(online=2, leaving=1, sockets=1)
        users = (await here.bus.ask(PresenceSubscribe("server"), ada)).users
        assert [(user.handle, user.online, user.status) for user in users] == [("ada", True, "busy"), ("bob", True, "online")]


async def test_a_new_life_says_goodbye_for_those_who_went_meanwhile() -> None:
    async with scene(grace=0.0) as here:
        ada = await here.user("ada")
        await here.open(ada)
        await here.heard()
        await here.revive()
        assert await here.said() == [("offline", "u_ada")]
