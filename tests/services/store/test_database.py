"""The database is as it must be, or nobody runs on it; and nobody, we least of all, rewrites what has happened."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Generator
from pathlib import Path

import apsw
import pytest

from bus.message import Context
from bus.protocol.inside import InviteUsed, UserJoined
from bus.protocol.rooms import RoomMemberEvent
from devchitchat.projections import PROJECTIONS
from services.store import Entry, Refusal, log, schema
from services.store.database import (
    APPLICATION_ID,
    CONFIG,
    PRAGMAS,
    Place,
    check_pages,
    open_reader,
    open_writer,
    transaction,
)
from services.store.upkeep import close

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "data" / "chat.db"))


@pytest.fixture
def db(place: Place) -> Generator[apsw.Connection]:
    """A database with two facts in its log."""
    db = open_writer(place)
    schema.prepare(db, place, PROJECTIONS, "epoch")
    for event_id in (1, 2):
        log.append(db, InviteUsed(f"inv_{event_id}"), Entry(event_id, 0, None), Context())
    yield db
    db.close(force=True)


def append(db: apsw.Connection, how: str, event_id: int) -> None:
    """Somebody else's insert into the log."""
    db.execute(
        f"{how} into events (event_id, ts, scope_kind, scope_id, type, body_json, trace) values (?, 0, 'server', '', 'x', '{{}}', '')",
        (event_id,),
    )


def test_every_setting_is_as_it_was_asked_for(db: apsw.Connection) -> None:
    assert {name: db.pragma(name) for name in PRAGMAS} == PRAGMAS
    assert {option: db.config(option, -1) for option in CONFIG} == CONFIG
    assert db.pragma("application_id") == APPLICATION_ID


@pytest.mark.parametrize(("name", "value"), [("journal_mode", "delete?"), ("synchronous", 7), ("locking_mode", "loose")])
def test_a_setting_that_does_not_hold_is_refused(place: Place, name: str, value: int | str) -> None:
    with pytest.raises(Refusal, match=f"pragma {name} is .*, not "):
        open_writer(Place(place.path, pragmas={**PRAGMAS, name: value}))


def test_an_old_sqlite_is_refused(place: Place) -> None:
    for old in ("3.51.2", "3.9.99", "2.100.100"):
        with pytest.raises(Refusal, match=f"SQLite {old} is too old; 3.51.3 is needed") as refused:
            open_writer(place, old)
        assert refused.value.code == 78
    open_writer(place, "3.51.3").close()
    open_writer(place, "4.0").close()


@posix
def test_all_its_files_are_its_owners_alone(place: Place, db: apsw.Connection) -> None:
    files = list(Path(place.path).parent.iterdir())
    assert {file.name for file in files} == {"chat.db", "chat.db-wal", "chat.db-shm"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(Path(place.path).parent.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize(("which", "mode", "hint"), [("chat.db", 0o644, "chmod 600 "), (".", 0o755, "chmod 700 ")])
def test_what_others_can_read_is_refused_with_the_remedy(place: Place, which: str, mode: int, hint: str) -> None:
    open_writer(place).close()
    path = Path(place.path).parent / which
    path.chmod(mode)
    with pytest.raises(Refusal, match=f"can be read by others .*{hint}") as refused:
        open_writer(place)
    assert refused.value.code == 78
    assert "\n" not in str(refused.value)


def test_a_database_of_another_program_is_refused_and_left_as_it_is(place: Place) -> None:
    Path(place.path).parent.mkdir(mode=0o700)
    for pragma in ("user_version = 0", "application_id = 4711"):
        theirs = sqlite3.connect(place.path)
        theirs.execute("create table if not exists photos (name text)")
        theirs.execute(f"pragma {pragma}")
        theirs.commit()
        theirs.close()
        Path(place.path).chmod(0o600)
        before = Path(place.path).read_bytes()
        with pytest.raises(Refusal, match="is not a devchitchat database"):
            open_writer(place)
        assert Path(place.path).read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(place: Place) -> None:
    Path(place.path).parent.mkdir(mode=0o700)
    Path(place.path).write_bytes(b"Dear diary, " * 100)
    Path(place.path).chmod(0o600)
    with pytest.raises(Refusal, match="is not a devchitchat database"):
        open_writer(place)
    assert Path(place.path).read_bytes().startswith(b"Dear diary")


def test_damaged_pages_are_refused(place: Place, db: apsw.Connection) -> None:
    with transaction(db):
        for event_id in range(3, 300):
            log.append(db, UserJoined(f"u_{event_id}", "x" * 100, "", [], False), Entry(event_id, 0, None), Context())
    close(db, sound=True)
    page = next(row for row in _pages(place, "events"))
    with Path(place.path).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 64)
    damaged = open_writer(place)
    with pytest.raises(Refusal, match="the database is damaged"):
        check_pages(damaged)
    damaged.close(force=True)


def _pages(place: Place, table: str) -> list[int]:
    db = apsw.Connection(place.path, flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [int(row[0]) for row in db.execute("select rootpage from sqlite_schema where name = ?", (table,))]  # type: ignore[arg-type]
    finally:
        db.close()


def test_a_reader_cannot_write(place: Place, db: apsw.Connection) -> None:
    reader = open_reader(place)
    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("insert into house (name, value) values ('a', 'b')")
    reader.close()


@pytest.mark.parametrize(
    "statement",
    [
        "update events set trace = 'x'",
        "delete from events",
        "drop table events",
        "alter table events rename to old",
        "alter table events add column more text",
        "drop trigger events_are_not_updated",
        "create trigger sly after insert on events begin select 1; end",
        "create temp trigger sly after insert on events begin select 1; end",
    ],
)
def test_our_own_connection_may_not_touch_the_log(db: apsw.Connection, statement: str) -> None:
    with pytest.raises(apsw.AuthError):
        db.execute(statement)
    assert log.last_event_id(db) == 2


@pytest.mark.parametrize("how", ["insert", "insert or replace", "replace"])
@pytest.mark.parametrize("event_id", [1, 3])
def test_nothing_is_put_into_the_log_but_by_the_log(db: apsw.Connection, how: str, event_id: int) -> None:
    with pytest.raises(apsw.AuthError):
        append(db, how, event_id)
    assert [fact for fact, _ in log.entries(db)] == [InviteUsed("inv_1"), InviteUsed("inv_2")]


def test_the_log_does_not_take_the_same_place_twice(db: apsw.Connection) -> None:
    with pytest.raises(apsw.ConstraintError):
        log.append(db, InviteUsed("inv_other"), Entry(2, 0, None), Context())
    with pytest.raises(apsw.AuthError):
        append(db, "insert or replace", 2)


@pytest.mark.parametrize(
    "statement",
    [
        "update events set trace = 'x'",
        "delete from events where event_id = 2",
        "insert or replace into events (event_id, ts, scope_kind, scope_id, type, body_json, trace)"
        " values (1, 0, 'server', '', 'x', '{}', '')",
        "replace into events (event_id, ts, scope_kind, scope_id, type, body_json, trace) values (2, 0, 'server', '', 'x', '{}', '')",
    ],
)
def test_another_tool_may_not_touch_the_log(place: Place, db: apsw.Connection, statement: str) -> None:
    theirs = sqlite3.connect(place.path)
    with pytest.raises(sqlite3.IntegrityError, match="the event log is append-only"):
        theirs.execute(statement)
    theirs.close()
    assert log.last_event_id(db) == 2


def test_a_fact_that_no_replay_could_read_is_not_recorded(db: apsw.Connection) -> None:
    with pytest.raises(ValueError, match="room_id"):
        log.append(db, RoomMemberEvent("no room", "join", "u_anna", "u_anna"), Entry(3, 0, None), Context())
    assert log.last_event_id(db) == 2


def test_a_row_that_is_no_word_is_named_without_its_text(place: Place, db: apsw.Connection) -> None:
    theirs = sqlite3.connect(place.path)
    theirs.execute(
        "insert into events (event_id, ts, scope_kind, scope_id, type, body_json, trace)"
        " values (3, 0, '', '', 'x.y', '{\"a\": \"s3cret\"}', '')"
    )
    theirs.commit()
    theirs.close()
    with pytest.raises(log.Unreadable, match=r"event 3 of type x\.y") as unreadable:
        list(log.entries(db))
    assert "s3cret" not in str(unreadable.value)


def test_a_transaction_that_sqlite_itself_rolled_back_says_why(place: Place) -> None:
    db = open_writer(place)
    schema.prepare(db, place, PROJECTIONS, "epoch")
    db.pragma("max_page_count", int(str(db.pragma("page_count"))))
    with pytest.raises(apsw.FullError), transaction(db):
        for number in range(100):
            db.execute("insert into house (name, value) values (?, ?)", (str(number), "x" * 4000))
    assert not db.in_transaction
    db.close()
