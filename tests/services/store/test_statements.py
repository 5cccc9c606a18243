"""A statement is prepared once, however its values change: SQLite must not plan anew for each message."""

from __future__ import annotations

import apsw

from tests.services.house import House


def test_a_message_like_the_ones_before_prepares_no_statement() -> None:
    house = House()
    anna, ben = house.user("anna"), house.user("ben")
    rooms = [house.room(anna, ben), house.room(anna, ben)]
    prepared: list[str] = []

    def gate(action: int, table: str | None, *_: str | None) -> int:
        if action == apsw.SQLITE_READ and table and not table.startswith("fts_"):  # the index prepares its own as it first needs them
            prepared.append(table)
        return apsw.SQLITE_OK

    house.db.authorizer = gate
    house.say(anna, rooms[0], "the first one")
    assert prepared
    prepared.clear()
    for number in range(20):
        house.say((anna, ben)[number % 2], rooms[number % 3 % 2], f"one of many, {number}")
    assert prepared == []
