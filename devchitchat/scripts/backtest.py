"""`devchitchat bot backtest SCRIPT`: a script hears what the bot has heard, at the time it was said, and what it wants is printed.

The database is only read: without a server as a file that nobody changes, beside one through its write-ahead log. Nothing is done.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

import apsw
import msgspec
from filelock import FileLock, Timeout

from devchitchat.config import Config
from devchitchat.errors import USAGE, Stop
from devchitchat.place import LOCK, place
from devchitchat.scripts.test import scripts
from services.hubot.kit.recorded import Heard, Reading, Recorded
from services.hubot.kit.rehearsal import Broken, Rehearsal, Wish
from services.hubot.settings import Allowed
from services.store import log
from services.store.database import APPLICATION_ID, Place, let_go, open_reader
from services.store.log import Unreadable

DATA_ERROR: Final = 74


def run(config: Config, script: str, directory: Path, since_ms: int, room: str | None) -> int:
    """Returns 0. Raises Stop for what cannot be tried or read."""
    path, allowed, alias = found(script, directory)
    now = time.time()
    since = now - since_ms / 1000
    recorded = read(config, since)
    heard = only(recorded, room)
    try:
        for line in Trial(path, allowed, alias, recorded, since).lines(heard, now):
            print(line)
    except Broken as broken:
        raise Stop(str(broken)) from None
    return 0


def found(script: str, directory: Path) -> tuple[Path, Allowed, str | None]:
    """A file, or a script by its name. A file that is not listed may post. Raises Stop."""
    known = scripts(directory)
    path = Path(script).absolute() if script.endswith(".py") else known.path(script)
    if not path.is_file():
        raise Stop(f"there is no {path}", USAGE)
    return path, known.listing.scripts.get(path.stem, Allowed()), known.listing.alias


def read(config: Config, since: float) -> Recorded:
    """What the log holds. Raises Stop."""
    where = place(config)
    if not Path(where.path).exists():
        raise Stop(f"there is no database in {config.data}", DATA_ERROR)
    try:
        with opened(config, where) as db:
            db.execute("begin")
            if db.pragma("application_id") != APPLICATION_ID:
                raise Stop(f"{where.path} is not a devchitchat database", DATA_ERROR)
            return Reading(since).read(log.entries(db))
    except Unreadable as error:
        raise Stop(f"{error} by this version of devchitchat", DATA_ERROR) from None
    except (apsw.Error, OSError) as error:
        raise Stop(f"the database in {config.data} cannot be read ({type(error).__name__})", DATA_ERROR) from None


@contextmanager
def opened(config: Config, where: Place) -> Generator[apsw.Connection]:
    """To read, leaving every byte as it is. While no server runs the log beside the file is nobody's to open: that would mend it."""
    lock = FileLock(config.data / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        db = open_reader(where)
        try:
            yield db
        finally:
            let_go(db)
        return
    try:
        with untouched(Path(where.path)) as db:
            yield db
    finally:
        lock.release()


@contextmanager
def untouched(file: Path) -> Generator[apsw.Connection]:
    """A file that nobody has open; where commits still wait in its log, a copy of both."""
    wal = Path(f"{file}-wal")
    with TemporaryDirectory(prefix="devchitchat-") as folder:
        copied = wal.exists() and wal.stat().st_size > 0
        if copied:
            for each in (file, wal):
                copyfile(each, Path(folder) / each.name)
        name = f"file:{quote(str(Path(folder) / file.name))}" if copied else f"file:{quote(str(file))}?immutable=1"
        flags = apsw.SQLITE_OPEN_URI | (apsw.SQLITE_OPEN_READWRITE if copied else apsw.SQLITE_OPEN_READONLY)
        db = apsw.Connection(name, flags=flags)
        try:
            yield db
        finally:
            let_go(db)


def only(recorded: Recorded, room: str | None) -> list[Heard]:
    """Raises Stop for a room that the bot has not heard in."""
    if room is None:
        return recorded.heard
    wanted = {room_id for room_id, name in recorded.names.items() if room in (room_id, name)}
    heard = [each for each in recorded.heard if each.happened.room in wanted]
    if not heard:
        raise Stop(f"the bot has heard nothing in a room {room!r} in this time")
    return heard


class Trial:
    """One script, beginning at `since`, with the brain and the people of that time."""

    def __init__(self, path: Path, allowed: Allowed, alias: str | None, recorded: Recorded, since: float) -> None:
        self._path = path
        self._allowed = allowed
        self._names = recorded.names
        self._where: dict[str, str] = {}
        self._rehearsal = Rehearsal(
            {path.stem: allowed},
            start=since,
            name=recorded.handle,
            alias=alias,
            people=recorded.people,
            brain=recorded.brain,
            limited=True,
        )
        self._printed = self._failed = 0

    def lines(self, heard: list[Heard], now: float) -> Iterator[str]:
        """All it wants, each with its time and room; raises Broken."""
        rehearsal = self._rehearsal
        try:
            rehearsal.load(self._path.stem, self._path, self._allowed.config)
            for each in heard:
                self._where[each.happened.key] = each.happened.room
                rehearsal.loop.run_until(each.at)
                rehearsal.happened(each.happened)
                yield from self._new()
            rehearsal.loop.run_until(now)
            yield from self._new()
        finally:
            rehearsal.close()
        said = sum(wish.do == "send" and not wish.refused for wish in rehearsal.wishes)
        refused = sum(bool(wish.refused) for wish in rehearsal.wishes)
        rooms = len({each.happened.room for each in heard})
        others = len(rehearsal.wishes) - said - refused
        yield (
            f"It heard {len(heard)} things in {rooms} rooms; it would have said {said} and done {others}, "
            f"{refused} were refused, {len(rehearsal.errors)} errors. Nothing was done."
        )

    def _new(self) -> Iterator[str]:
        rehearsal = self._rehearsal
        for wish in rehearsal.wishes[self._printed :]:
            yield f"{moment(wish.at)}  {self._told(wish)}"
        for error in rehearsal.errors[self._failed :]:
            yield f"{moment(rehearsal.loop.time())}  {self._path.stem} raised {plain(error)}"
        self._printed, self._failed = len(rehearsal.wishes), len(rehearsal.errors)

    def _told(self, wish: Wish) -> str:
        fields = dict(wish.what)
        room_id = str(fields.pop("room_id", self._where.get(wish.key, "")))
        said = wish.do == "send"
        what = f"says: {fields['text']}" if said else f"{wish.do} {msgspec.json.encode(fields).decode()}"
        refused = f"  (refused: {wish.refused})" if wish.refused else ""
        return plain("  ".join(filter(None, [self._names.get(room_id, room_id), what]))) + refused


def moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at):%Y-%m-%d %H:%M:%S}"


def plain(text: str) -> str:
    """On one line, and without what a terminal would obey."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
