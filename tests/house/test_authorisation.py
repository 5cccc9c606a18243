"""Who may do what, where: every word, said by everybody there can be, in every kind of room, against a table made by hand.

Whoever is refused has changed nothing and told nobody, and a hidden room answers like one that does not exist.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import apsw
import pytest
from msgspec.structs import replace

from bus import protocol
from bus.errors import Refused
from bus.message import Request
from services import access
from services.hubot.words import Loaded, Offered
from tests.house.cast import COMMON, Cast
from tests.house.world import CONFIG, World, world
from tests.services.hubot.scene import furnish

TABLE = Path(__file__).with_name("authz.csv")
ROOM_CASES = {"public", "hidden", "open", "deleted", "unknown", "served"}
GATEWAYS_OWN = {"hello", "ping"}
Cell = tuple[str, str, str]


def wanted() -> dict[Cell, str]:
    """By type, case and actor, the code that is to come."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["type"], row["case"], actor): row[actor] for row in csv.DictReader(file) for actor in list(row)[2:]}


def cases(t: str) -> set[str]:
    """What has to stand in the table for a word, as its fields show it."""
    fields = protocol.requests()[t].__struct_fields__
    return ROOM_CASES if {"room_id", "msg_id", "call_id"} & set(fields) or t in {"search.query", "room.invite_redeem"} else set()


def test_the_table_has_a_row_for_every_word_and_room_and_none_for_words_that_are_gone() -> None:
    rows = {(t, case) for t, case, _ in wanted()}
    assert {t for t, _ in rows} == set(protocol.requests())
    missing = {(t, case) for t in protocol.requests() for case in cases(t)} - rows
    assert missing == set()


class Stage:
    """A world that is put back as it was after every scene that changed it."""

    def __init__(self, world: World, cast: Cast) -> None:
        self.world = world
        self.cast = cast
        self._saved = apsw.Connection(":memory:")
        copy(world.db, self._saved)
        self._calls = deepcopy(world.house.signaling.calls)
        self._events = self.events()

    def events(self) -> int:
        return self.world.db.execute("select count(*) from events").get

    async def play(self, cell: Cell) -> tuple[str, str]:
        """The code that comes, and what is said with it; a refusal that left a trace is not ok in any way."""
        t, case, actor = cell
        word = self.cast.word(t, case, actor)
        heard = self.world.fate.heard()
        try:
            await self._ask(word, actor)
            code, text = "ok", ""
        except Refused as refusal:
            code, text = refusal.code, f"{refusal} {refusal.details}"
        if code != "ok" and (self.events() != self._events or self.world.fate.heard() != heard):
            code = f"{code} but it was done"
        await self._put_back()
        return code, text

    async def _ask(self, word: Request[Any], actor: str) -> None:
        if word.t in GATEWAYS_OWN:
            assert word.access == "anyone"
            return
        await self.world.ask(word, self.cast.standing(word.t, actor))

    async def _put_back(self) -> None:
        await self.world.settled()
        if self.events() != self._events:
            copy(self._saved, self.world.db)
        self.world.house.signaling.calls = deepcopy(self._calls)

    def close(self) -> None:
        self._saved.close()


def copy(source: apsw.Connection, target: apsw.Connection) -> None:
    with target.backup("main", source, "main") as backup:
        backup.step()


@asynccontextmanager
async def staged(directory: Path) -> AsyncGenerator[Stage]:
    """All of them, and the built-in bot, whose one script takes a command."""
    config = replace(CONFIG, scripts=furnish(directory / "bot", {"obeys": ""}), bot=True)
    async with world(config=config) as here:
        assert here.house.hubot
        here.house.hubot.records["obeys"].loaded(Loaded("obeys", commands=[Offered(COMMON["command"])]))
        cast = Cast(here)
        await cast.enter()
        stage = Stage(here, cast)
        yield stage
        stage.close()


async def test_everybody_may_do_what_the_table_says_and_nothing_else(tmp_path: Path) -> None:
    table = wanted()
    async with staged(tmp_path) as stage:
        found = {cell: await stage.play(cell) for cell in table}
    unexpected = {cell: (code, table[cell]) for cell, (code, _) in found.items() if code != table[cell]}
    assert unexpected == {}
    assert [cell for cell, texts in oracles({cell: text for cell, (_, text) in found.items()}) if len(texts) > 1] == []
    types, actors = {t for t, _, _ in table}, {actor for _, _, actor in table}
    print(f"authz: types={len(types)} actors={len(actors)} rooms={len(ROOM_CASES)} cells={len(table)} unexpected=0 missing=0")


def oracles(texts: dict[Cell, str]) -> Iterator[tuple[Cell, set[str]]]:
    """For somebody who may not know of a room: what is said of a hidden, a deleted and an unknown one."""
    table = wanted()
    for (t, case, actor), text in texts.items():
        member = table["room.members", "hidden", actor] == "ok"
        if not member and case == "unknown" and table[t, case, actor] == "NOT_FOUND" == table.get((t, "hidden", actor)):
            yield (t, case, actor), {text, texts[t, "hidden", actor], texts[t, "deleted", actor]}


def anybody(*_: object) -> None:
    """In place of a check."""


async def test_the_matrix_sees_a_door_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The teeth: without the checks of who moderates, somebody from outside puts a member out."""
    cell = ("room.kick", "public", "outsider")
    async with staged(tmp_path) as stage:
        monkeypatch.setattr(access, "moderated", access.visible)
        monkeypatch.setattr("services.rooms.order._below", anybody)
        code, _ = await stage.play(cell)
    assert (code, wanted()[cell]) == ("ok", "FORBIDDEN")
