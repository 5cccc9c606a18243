"""A new name reaches whoever watches, and every list of people after it."""

from __future__ import annotations

import pytest

from bus.message import Context
from bus.protocol.auth import AuthProfileSet
from bus.protocol.presence import PresenceEvent, PresenceMeta, PresenceSet, PresenceSubscribe
from bus.protocol.rooms import RoomMembers
from tests.services.presence.scene import Scene, scene

pytestmark = pytest.mark.anyio


async def names(here: Scene, who: Context, room_id: str) -> tuple[list[str], list[str]]:
    """As the snapshot says, and as the list of members says."""
    snapshot = await here.bus.ask(PresenceSubscribe("server"), who)
    members = await here.bus.ask(RoomMembers(room_id), who)
    return [user.display_name for user in snapshot.users], [member.display_name for member in members.members]


async def test_a_new_name_is_told_and_listed_at_once() -> None:
    async with scene() as here:
        ada, bob = await here.user("ada"), await here.user("bob")
        room_id = await here.room(bob, ada)
        await here.open(ada)
        await here.heard()
        await here.bus.ask(AuthProfileSet("Countess"), ada)
        assert await here.heard() == [PresenceEvent("status", "u_ada", meta=PresenceMeta("ada", "Countess"))]
        assert await names(here, bob, room_id) == (["Countess", "Bob"], ["Bob", "Countess"])


async def test_the_new_name_is_said_of_who_comes_later_and_by_a_later_life() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        await here.bus.ask(AuthProfileSet("Countess"), ada)
        await here.heard()
        await here.open(ada)
        assert [fact.meta.display_name for fact in await here.heard()] == ["Countess"]
        await here.close(ada)
        await here.revive()
        await here.open(ada)
        await here.bus.ask(AuthProfileSet("Ada"), ada)
        assert [fact.meta.display_name for fact in await here.heard() if isinstance(fact, PresenceEvent)] == ["Ada"]


async def test_a_new_name_changes_nothing_of_how_one_is() -> None:
    async with scene() as here:
        ada = await here.user("ada")
        await here.open(ada)
        await here.bus.ask(PresenceSet("busy", "writing"), ada)
        await here.bus.ask(AuthProfileSet("Countess"), ada)
        (user,) = (await here.bus.ask(PresenceSubscribe("server"), ada)).users
        assert (user.display_name, user.online, user.status, user.text) == ("Countess", True, "busy", "writing")
