"""`devchitchat rebuild`: what it mends, what it keeps, and when it does not begin."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import apsw
import pytest

from bus.inbox import Letter
from bus.message import Context, Message
from bus.protocol.inside import UserJoined
from bus.protocol.messages import MsgSend
from bus.protocol.rooms import RoomCreate
from devchitchat import cli
from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.place import alone, place
from devchitchat.projections import PROJECTIONS
from devchitchat.upkeep import rebuild
from services.messages import deeds as messages
from services.rooms import deeds as rooms
from services.store import Transaction, log, replay, schema
from services.store.database import Place, open_writer
from services.store.finishing import catching_up
from services.store.store import everybody
from services.store.transaction import Sources
from services.store.upkeep import unsound_indexes
from services.store.writer import Counts, Deed, Writer

ANNA = Context("u_anna")


def join(tx: Transaction, _: object, context: Context) -> None:
    tx.record(UserJoined("u_anna", "anna", "Anna", [], False), context)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A house in which Anna has said ten things."""
    config = Config(data=tmp_path / "data")
    db = open_writer(place(config))
    schema.prepare(db, place(config), PROJECTIONS, "epoch")
    writer = Writer(db, PROJECTIONS, Sources(), everybody, Counts())
    created = Deed(Letter(RoomCreate("public", "room"), ANNA), rooms.create)
    _, event = writer.commit([Deed(Letter(Message(), ANNA), join), created]).outcomes
    said = [Deed(Letter(MsgSend(event.room.room_id, f"number {number}", f"c{number}"), ANNA), messages.send) for number in range(10)]
    writer.commit([*said, catching_up()])
    db.close()
    return config


def tamper(config: Config, *statements: str) -> None:
    """Another tool at work on the file."""
    db = apsw.Connection(place(config).path)
    for statement in statements:
        db.execute(statement)
    db.close()


def differing(config: Config) -> list[str]:
    where = Place(place(config).path)
    db = open_writer(where)
    try:
        schema.prepare(db, where, PROJECTIONS, "never")
        return replay.compare(db, PROJECTIONS).differing + unsound_indexes(db, PROJECTIONS)
    finally:
        db.close()


def copies(config: Config) -> list[Path]:
    return sorted(config.data.glob("*before-rebuild*"))


def test_a_sound_database_comes_out_as_it_was(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild(config) == 0
    said = capsys.readouterr().out
    assert "13 events folded into" in said
    assert "differed" not in said
    assert differing(config) == []


def test_tables_that_differ_are_made_anew_and_named(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(config, "update users set is_admin = 1", "delete from members")
    assert differing(config) == ["users", "members"]
    rebuild(config)
    said = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.endswith("differed")]
    assert said == ["users", "members"]
    assert differing(config) == []


def test_a_search_index_that_differs_is_made_anew_and_named(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(config, "insert into fts (fts) values ('delete-all')")
    assert differing(config) == ["fts"]
    rebuild(config)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.endswith("differed")] == ["fts"]
    assert differing(config) == []


def test_a_search_index_that_was_only_behind_does_not_differ(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    room_id = said_and_killed(config)
    assert differing(config) == ["fts"], "the scene: by itself it looks like a difference"
    rebuild(config)
    assert "differed" not in capsys.readouterr().out
    assert differing(config) == []
    assert said_and_killed(config) == room_id
    assert differing(config) == ["fts"], "and what is said in the rebuilt house is behind again"


def said_and_killed(config: Config) -> str:
    """Anna says one thing more, and the house is gone before the index knows."""
    db = open_writer(place(config))
    room_id = str(db.execute("select room_id from rooms").get)
    writer = Writer(db, PROJECTIONS, Sources(), everybody, Counts())
    writer.commit([Deed(Letter(MsgSend(room_id, "the last words"), ANNA), messages.send)])
    db.close()
    return room_id


def test_what_does_not_belong_there_is_dropped_and_what_is_missing_is_made(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(
        config,
        "create trigger sly after insert on messages begin update users set is_admin = 1; end",
        "create view peek as select * from messages",
        "create table photos (name text references users (user_id))",
        "create virtual table notes using fts5 (body)",
        "create index slow on events (trace)",
        "drop trigger events_are_not_updated",
        "drop table reactions",
    )
    rebuild(config)
    said = capsys.readouterr().out
    for name in ("sly", "peek", "photos", "notes", "slow", "events_are_not_updated", "reactions"):
        assert name in said.splitlines()[-1]
    assert differing(config) == []
    theirs = sqlite3.connect(place(config).path)
    with pytest.raises(sqlite3.IntegrityError):
        theirs.execute("update events set trace = 'x'")
    theirs.close()


def test_the_file_as_it_was_is_kept_for_its_owner_alone(config: Config) -> None:
    tamper(config, "update users set is_admin = 1")
    rebuild(config)
    (copy,) = copies(config)
    if os.name == "posix":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    assert kept.execute("select is_admin from users").get == 1
    assert log.last_event_id(kept) == 13
    kept.close()


def test_beside_a_running_server_it_does_not_begin(config: Config) -> None:
    with alone(config), pytest.raises(Stop, match="already running"):
        rebuild(config)
    assert copies(config) == []


def test_a_log_that_cannot_be_read_is_said_in_one_line_and_nothing_is_changed(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(
        config,
        "update users set is_admin = 1",
        "insert into events (event_id, ts, scope_kind, scope_id, type, body_json, trace) values (14, 0, 'server', '', 'x.y', '{}', '')",
    )
    assert cli.main(["rebuild", "--data", str(config.data)]) == 74
    assert (
        capsys.readouterr().err == "devchitchat: event 14 of type x.y cannot be read, so nothing was changed; put back the last good copy\n"
    )
    db = apsw.Connection(place(config).path)
    assert db.execute("select is_admin from users").get == 1
    db.close()


def test_without_a_database_there_is_nothing_to_rebuild_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(Stop, match="there is no database") as stop:
        rebuild(Config(data=tmp_path / "data"))
    assert stop.value.code == 74
    assert not (tmp_path / "data").exists()


def test_an_empty_database_has_nothing_to_rebuild(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "data")
    open_writer(place(config)).close()
    with pytest.raises(Stop, match="nothing to rebuild"):
        rebuild(config)
