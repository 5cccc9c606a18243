"""Versions: an older file is brought up with a copy kept, a newer one refused, and one that was meddled with is named."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from bus.message import Context
from bus.protocol.inside import SessionOpened, UserJoined
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomMemberEvent
from bus.protocol.terms import YEAR_MS
from devchitchat.projections import PROJECTIONS
from services.rooms.direct import projection as directs
from services.rooms.mutes import projection as mutes
from services.store import Entry, Projection, Refusal, log, replay, schema
from services.store.database import Place, let_go, open_writer
from services.store.upkeep import open_even_when_full
from tests.services.store.chatter import PATH, template
from tests.services.store.chatter import place as on_crash_disk
from tests.services.store.crashdisk import CrashDisk, PowerLoss, mounted

NEXT = schema.VERSION + 1


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "data" / "chat.db"))


@pytest.fixture
def db(place: Place) -> Generator[apsw.Connection]:
    """A database of version 1, in which Anna joined."""
    db = open_writer(place)
    schema.prepare(db, place, PROJECTIONS, "epoch", version=1)
    anna, entry = UserJoined("u_anna", "anna", "Anna", [], False), Entry(1, 5, "u_anna")
    log.append(db, anna, entry, Context())
    for projection in PROJECTIONS:
        projection.project(db, anna, entry)
    yield db
    db.close(force=True)


def to_version_2(db: apsw.Connection) -> None:
    """Mend the log, which nothing else may."""
    db.execute("drop trigger events_are_not_updated")
    db.execute("update events set body_json = replace(body_json, 'Anna', 'Annabel')")


def name_of_anna(db: apsw.Connection) -> object:
    return db.execute("select display_name from users where user_id = 'u_anna'").get


def test_a_new_database_has_an_epoch_and_is_prepared_only_once(place: Place, db: apsw.Connection) -> None:
    schema.prepare(db, place, PROJECTIONS, "another", version=1)
    assert log.epoch(db) == "epoch"
    assert db.pragma("user_version") == 1
    assert schema.strangers(db, PROJECTIONS) == []


def test_a_newer_database_is_refused(place: Place, db: apsw.Connection) -> None:
    db.pragma("user_version", schema.VERSION + 1)
    with pytest.raises(Refusal, match=f"this devchitchat knows {schema.VERSION}: use a newer one") as refused:
        schema.prepare(db, place, PROJECTIONS, "")
    assert refused.value.code == 78


def test_an_older_one_is_mended_rebuilt_and_kept(place: Place, db: apsw.Connection) -> None:
    db.execute("update users set display_name = 'what no log says'")
    schema.prepare(db, place, PROJECTIONS, "", version=2, migrations={2: to_version_2})
    assert name_of_anna(db) == "Annabel"
    assert db.pragma("user_version") == 2
    assert replay.compare(db, PROJECTIONS).differing == []
    with pytest.raises(apsw.AuthError):
        db.execute("delete from events")
    kept = Path(place.path).with_name("chat.before-v2.db")
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    old = open_writer(Place(str(kept)))
    schema.prepare(old, Place(str(kept)), PROJECTIONS, "", version=1)
    assert name_of_anna(old) == "what no log says"
    old.close()


def test_a_new_table_needs_no_migration_of_its_own(place: Place, db: apsw.Connection) -> None:
    more = Projection("create table joined (user_id text primary key) strict;", "joined")

    @more.on(UserJoined)
    def note(db: apsw.Connection, fact: UserJoined, entry: Entry) -> None:
        db.execute("insert into joined (user_id) values (?)", (fact.user_id,))

    schema.prepare(db, place, (*PROJECTIONS, more), "", version=2)
    assert db.execute("select user_id from joined").get == "u_anna"
    schema.prepare(db, place, PROJECTIONS, "", version=3)
    assert schema.strangers(db, PROJECTIONS) == []


def test_a_house_from_before_there_were_mutes_has_them_now_and_nobody_is_muted(place: Place) -> None:
    before = tuple(projection for projection in PROJECTIONS if projection not in (mutes, directs))
    db = open_writer(place)
    schema.prepare(db, place, before, "epoch", version=3)
    made = RoomCreated(RoomInfo("r_1", "public", "room", "", "hidden", "u_anna", 0))
    for number, fact in enumerate((made, RoomMemberEvent("r_1", "join", "u_anna", "u_anna", "owner")), 1):
        log.append(db, fact, Entry(number, 5, "u_anna"), Context())
        for projection in before:
            projection.project(db, fact, Entry(number, 5, "u_anna"))
    schema.prepare(db, place, PROJECTIONS, "")
    assert (db.pragma("user_version"), schema.strangers(db, PROJECTIONS)) == (schema.VERSION, [])
    assert db.execute("select count(*), (select count(*) from mutes) from members").fetchone() == (1, 0)
    assert replay.compare(db, PROJECTIONS).differing == []
    db.close()


def test_a_bots_token_of_version_3_ends_a_year_after_it_was_made_and_a_persons_session_does_not(place: Place, db: apsw.Connection) -> None:
    for number, platform in ((2, "bot"), (3, "linux")):
        opened, entry = SessionOpened("u_anna", f"s_{platform}", f"hash of {platform}", platform), Entry(number, 5, "u_anna")
        log.append(db, opened, entry, Context())
        for projection in PROJECTIONS:
            projection.project(db, opened, entry)
    db.close()
    old = apsw.Connection(place.path)
    old.execute("drop index sessions_by_end; alter table sessions drop column expires_at; pragma user_version = 3")
    old.close()
    db = open_writer(place)
    schema.prepare(db, place, PROJECTIONS, "")
    assert schema.strangers(db, PROJECTIONS) == []
    ends = db.execute("select session_id, expires_at from sessions order by session_id").fetchall()
    assert ends == [("s_bot", 5 + YEAR_MS), ("s_linux", None)]
    db.close()


def test_a_migration_that_fails_leaves_everything_as_it_was(place: Place, db: apsw.Connection) -> None:
    def half(db: apsw.Connection) -> None:
        to_version_2(db)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        schema.prepare(db, place, PROJECTIONS, "", version=2, migrations={2: half})
    assert db.pragma("user_version") == 1
    assert name_of_anna(db) == "Anna"
    schema.prepare(db, place, PROJECTIONS, "", version=1)


def test_a_migration_that_ruins_the_log_is_undone(place: Place, db: apsw.Connection) -> None:
    def widen(db: apsw.Connection) -> None:
        db.execute("alter table events add column more text")

    def garble(db: apsw.Connection) -> None:
        db.execute("drop trigger events_are_not_updated")
        db.execute("update events set type = 'x.y'")

    with pytest.raises(Refusal, match="the event log"):
        schema.prepare(db, place, PROJECTIONS, "", version=2, migrations={2: widen})
    with pytest.raises(log.Unreadable, match="event 1"):
        schema.prepare(db, place, PROJECTIONS, "", version=2, migrations={2: garble})
    assert [fact.t for fact, _ in log.entries(db)] == ["auth.user_joined"]


def test_without_room_for_the_copy_nothing_is_changed(place: Place, db: apsw.Connection) -> None:
    Path(place.path).with_name("chat.before-v2.half").mkdir()
    with pytest.raises(Refusal, match="no copy could be kept"):
        schema.prepare(db, place, PROJECTIONS, "", version=2, migrations={2: to_version_2})
    assert name_of_anna(db) == "Anna"
    assert not Path(place.path).with_name("chat.before-v2.db").exists()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("create trigger sly after insert on users begin select 1; end", "sly"),
        ("create view peek as select * from users", "peek"),
        ("create table photos (name text)", "photos"),
        ("create unique index handles on users (display_name)", "handles"),
        ("drop trigger events_are_not_deleted", "events_are_not_deleted"),
        ("drop table reactions", "reactions"),
        ("alter table users add column is_god integer", "users"),
    ],
)
def test_what_was_planted_or_taken_away_is_found_and_named(place: Place, db: apsw.Connection, statement: str, name: str) -> None:
    db.close()
    theirs = apsw.Connection(place.path)
    theirs.execute(statement)
    theirs.close()
    again = open_writer(place)
    with pytest.raises(Refusal, match=f"not as devchitchat made it \\({name}\\); `devchitchat rebuild`"):
        schema.prepare(again, place, PROJECTIONS, "", version=1)
    again.close()


def test_power_lost_at_any_moment_of_a_migration_leaves_the_old_or_the_new_whole() -> None:
    found: set[tuple[object, object]] = set()
    for calls in (*range(1, 120, 3), 100_000):
        disk = CrashDisk(calls, template()[0])
        migrate(disk, calls)
        found.add(what_is_there(disk.after_power_loss() if disk.dead else disk.live()))
    assert found == {(schema.VERSION, "anna"), (schema.VERSION + 1, "annabel")}


def migrate(disk: CrashDisk, calls: int) -> None:
    def rename(db: apsw.Connection) -> None:
        db.execute("drop trigger events_are_not_updated")
        db.execute("update events set body_json = replace(body_json, '\"anna\"', '\"annabel\"')")

    with mounted(disk) as vfs:
        db = open_even_when_full(on_crash_disk(vfs))
        disk.dies_at = disk.calls + calls
        with suppress(PowerLoss):
            schema.prepare(db, on_crash_disk(vfs), PROJECTIONS, "", version=NEXT, migrations={NEXT: rename})
        let_go(db)


def what_is_there(files: dict[str, bytes]) -> tuple[object, object]:
    disk = CrashDisk(0, files)
    assert PATH in files
    with mounted(disk) as vfs:
        db = open_even_when_full(on_crash_disk(vfs))
        assert replay.compare(db, PROJECTIONS).differing == []
        assert schema.strangers(db, PROJECTIONS) == []
        seen = db.pragma("user_version"), db.execute("select handle from users where user_id = 'u_anna'").get
        db.close()
    return seen
