"""Who may see whom, and in which rooms: never more than the rows allow at that moment."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bus.errors import AuthRequired, Forbidden, NotFound
from bus.message import Context, Request
from bus.protocol.inside import PresenceWatched, SessionRevoked, UserUpdated
from bus.protocol.messages import MsgReadEvent
from bus.protocol.presence import PresenceSet, PresenceSnapshot, PresenceSubscribe
from bus.protocol.rooms import Member, RoomMemberEvent, RoomMembers
from tests.services.presence.scene import Scene, scene

pytestmark = pytest.mark.anyio


async def look(here: Scene, who: Context, room_id: str | None = None) -> PresenceSnapshot:
    return await here.bus.ask(PresenceSubscribe("room" if room_id else "server", room_id), who)


async def test_a_subscriber_is_watching_before_the_snapshot_is_taken() -> None:
    async with scene() as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        await here.open(bob)
        await here.heard()
        snapshot = await look(here, ada)
        assert await here.heard() == [PresenceWatched("c_ada")]
        assert [(user.handle, user.online) for user in snapshot.users] == [("ada", False), ("bob", True)]
        await look(here, Context("u_ada", "s_ada"))
        assert await here.heard() == [], "the house itself has no socket to watch from"


async def test_who_joins_the_house_later_is_known_at_once() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        bob = await here.user("bob")
        await here.open(bob)
        assert [fact.meta.handle for fact in await here.heard()] == ["bob"]
        assert [user.handle for user in (await look(here, ada)).users] == ["ada", "bob"]


async def test_a_snapshot_names_only_rooms_that_the_asker_is_in() -> None:
    async with scene() as here:
        ada, bob, eve = [await here.user(handle) for handle in ("ada", "bob", "eve")]
        group, hall, lobby = await here.room(ada, bob, kind="group"), await here.room(ada, bob), await here.room(ada, bob, eve)
        assert [user.rooms for user in (await look(here, bob)).users] == [[group, hall, lobby], [group, hall, lobby], [lobby]]
        seen_by_eve = await look(here, eve)
        assert [user.rooms for user in seen_by_eve.users] == [[lobby], [lobby], [lobby]]
        assert group.encode() not in msgspec.json.encode(seen_by_eve)


async def test_who_is_banned_from_the_house_is_not_shown() -> None:
    async with scene() as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        room_id = await here.room(ada, bob)
        await here.happen(UserUpdated("u_bob", [], banned=True))
        for scope in (None, room_id):
            assert [user.handle for user in (await look(here, ada, scope)).users] == ["ada"]


async def test_a_room_shows_its_members_only_and_to_its_members_only() -> None:
    async with scene() as here:
        ada, bob, eve = [await here.user(handle) for handle in ("ada", "bob", "eve")]
        hall, group = await here.room(bob, ada), await here.room(ada, bob, kind="group")
        assert [user.handle for user in (await look(here, ada, hall)).users] == ["bob", "ada"]
        await here.heard()
        await here.refusal(Forbidden, PresenceSubscribe("room", hall), eve)
        hidden = await here.refusal(NotFound, PresenceSubscribe("room", group), eve)
        assert hidden == await here.refusal(NotFound, PresenceSubscribe("room", "g_unknown"), eve)
        assert await here.heard() == [], "who is refused does not watch"


async def test_members_are_listed_in_order_of_joining_with_role_and_presence() -> None:
    async with scene() as here:
        bob, ada = await here.user("bob"), await here.user("ada")
        room_id = await here.room(bob, ada)
        await here.open(ada)
        assert (await here.bus.ask(RoomMembers(room_id), ada)).members == [
            Member("u_bob", "bob", "Bob", "owner", False),
            Member("u_ada", "ada", "Ada", "member", True),
        ]


async def test_members_see_how_far_each_of_them_has_read() -> None:
    async with scene() as here:
        ada, bob, eve = [await here.user(handle) for handle in ("ada", "bob", "eve")]
        hall, lobby = await here.room(ada, bob), await here.room(eve, bob)
        await here.happen(MsgReadEvent(hall, "u_bob", 3), MsgReadEvent(lobby, "u_bob", 9))
        listed = await here.bus.ask(RoomMembers(hall), ada)
        assert [(member.handle, member.read_seq) for member in listed.members] == [("ada", 0), ("bob", 3)]
        await here.refusal(Forbidden, RoomMembers(lobby), ada)


async def test_members_of_a_hidden_group_are_refused_like_those_of_no_room() -> None:
    async with scene() as here:
        ada, eve = await here.user("ada"), await here.user("eve")
        hall, group = await here.room(ada), await here.room(ada, eve, kind="group")
        await here.refusal(Forbidden, RoomMembers(hall), eve)
        await here.happen(RoomMemberEvent(group, "kick", "u_ada", "u_eve"))
        hidden = await here.refusal(NotFound, RoomMembers(group), eve)
        assert hidden == await here.refusal(NotFound, RoomMembers("g_unknown"), eve)


async def test_a_session_that_is_over_sees_and_says_nothing_more() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        room_id = await here.room(ada)
        await here.happen(SessionRevoked("u_ada", "s_ada"))
        await here.heard()
        asked: list[Request[Any]] = [PresenceSubscribe("server"), PresenceSet("busy", "psst"), RoomMembers(room_id)]
        assert len({await here.refusal(AuthRequired, request, ada) for request in asked}) == 1
        assert await here.heard() == []
