"""What the hub learns when it begins to live."""

from __future__ import annotations

from bus.message import Context
from bus.protocol.admin import AdminUserUpdate
from bus.protocol.inside import MembershipList, Memberships
from bus.protocol.rooms import RoomDelete
from services.auth import admin, reads
from services.rooms import deeds as rooms
from tests.services.house import House


def memberships(house: House) -> MembershipList:
    return house.look(reads.memberships, Memberships(), Context())


def test_rooms_of_every_user_and_who_is_an_admin(house: House) -> None:
    root, ada, bob = house.user("root", admin=True), house.user("ada", admin=True), house.user("bob")
    first, second = house.room(ada), house.room(ada, bob, kind="group")
    assert memberships(house) == MembershipList({"u_ada": [first, second], "u_bob": [second]}, ["u_root", "u_ada"])
    house.do(rooms.delete, RoomDelete(second), ada)
    house.do(admin.update_user, AdminUserUpdate("u_ada", banned=True), root)
    assert memberships(house) == MembershipList({"u_ada": [first]}, ["u_root"])
