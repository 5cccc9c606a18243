"""A database with many messages in it, made once and kept: a second run begins at once.

Made by the house's own writer in this process, thousands of facts a transaction: each is appended to the log and projected, so rows
changed in no other way. Words are drawn from a vocabulary as uneven as a language's, with a fixed seed; some are planted at known seqs,
so that what a search must find is known. What was made is kept in the user's cache directory under a key of schema, code and size.
"""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable, Iterator
from itertools import accumulate, islice
from pathlib import Path
from threading import Event
from time import monotonic

import anyio
import anyio.to_thread
import platformdirs
from msgspec import Struct

import services
from bench import progress
from bench.wire import Lacking
from bus.inbox import Letter
from bus.message import Context, Fact
from bus.protocol.inside import UserJoined
from bus.protocol.messages import Msg, MsgEvent
from bus.protocol.rooms import RoomCreated, RoomInfo, RoomMemberEvent
from devchitchat.place import DATABASE
from devchitchat.projections import PROJECTIONS
from services.store import log, projection, schema
from services.store.database import PRAGMAS, Place, checkpoint, open_writer
from services.store.finishing import catching_up
from services.store.store import everybody
from services.store.transaction import Sources, Transaction
from services.store.writer import Counts, Deed, Writer

CACHE = platformdirs.user_cache_path("devchitchat", appauthor=False) / "bench"
GENERATOR = 1
"""One more whenever the story becomes another."""

A_TRANSACTION = 20_000
AUTHORS = 10
BEGAN_MS = 1_700_000_000_000
VOCABULARY = 20_000
POOL = 16_384
PLANTED: dict[str, int] = {"lantern": 2, "harbour": 7, "banner": 11, "marauder": 53, "rope and tar": 97, "zyzzyva": 10_007}
"""Each is in every so-manieth message of a room, and no other word is like it."""

Happened = tuple[str, Fact]
"""By whom, and what."""


class Fill(Struct, frozen=True):
    """So many messages in each of these rooms, the first room filled first. Anybody may join them."""

    rooms: tuple[int, ...]

    @property
    def messages(self) -> int:
        return sum(self.rooms)

    @property
    def name(self) -> str:
        return "-".join(map(str, self.rooms))


def room_id(at: int) -> str:
    return f"r_filled{at}"


def newest(every: int, last: int, limit: int) -> list[int]:
    """The newest seqs of a room at which something is planted."""
    return list(range(last - last % every, 0, -every)[:limit])


def put(fill: Fill, data: Path) -> None:
    """Lay it into a data directory that holds no database yet."""
    shutil.copyfile(kept(fill), data / DATABASE)
    (data / DATABASE).chmod(0o600)


async def ready(fill: Fill) -> Path:
    """Where it lies, made now if it does not yet; who is cancelled meanwhile waits for no more than a transaction."""
    ended = Event()
    try:
        return await anyio.to_thread.run_sync(kept, fill, ended.is_set, abandon_on_cancel=True)
    finally:
        ended.set()


def kept(fill: Fill, ended: Callable[[], bool] = lambda: False) -> Path:
    """The same; those of other versions go. Raises Lacking when it has `ended` meanwhile; a making that was cut short goes on."""
    CACHE.mkdir(parents=True, exist_ok=True, mode=0o700)
    CACHE.chmod(0o700)
    path = CACHE / f"{fill.name}.{_key()}.db"
    if not path.exists():
        for old in CACHE.glob(f"{fill.name}.*"):
            if not old.name.startswith(path.stem):
                old.unlink()
        _make(fill, path, ended)
    return path


def took_s(fill: Fill) -> float:
    """How long it took to make, all attempts together."""
    return float(kept(fill).with_suffix(".seconds").read_text())


def _make(fill: Fill, path: Path, ended: Callable[[], bool]) -> None:
    half, clock = path.with_suffix(".half"), path.with_suffix(".seconds")
    began = monotonic() - (float(clock.read_text()) if clock.exists() else 0.0)
    place = Place(str(half), pragmas={**PRAGMAS, "synchronous": 0})
    db = open_writer(place)
    try:
        db.pragma("cache_size", -256 * 1024)
        schema.prepare(db, place, PROJECTIONS, "filled")
        writer = Writer(db, PROJECTIONS, Sources(lambda: BEGAN_MS), everybody, Counts())
        progress.tell(f"making a database of {fill.messages:,} messages, to be kept")
        facts = islice(story(fill), log.last_event_id(db), None)
        while some := list(islice(facts, A_TRANSACTION)):
            _record(writer, some)
            clock.write_text(f"{monotonic() - began:.1f}")
            progress.at(log.last_event_id(db) / fill.messages)
            if ended():
                raise Lacking("the making of a database was cut short, and goes on the next time")
        writer.commit([catching_up()])
        checkpoint(db)
    finally:
        progress.tell("")
        db.close()
    half.rename(path)
    for rest in path.parent.glob(f"{half.name}-*"):
        rest.unlink()


def _record(writer: Writer, facts: list[Happened]) -> None:
    """All in one deed. Raises what it raised."""

    def deed(tx: Transaction, _message: object, _context: Context) -> None:
        for user_id, fact in facts:
            tx.record(fact, Context(user_id, trace="filled"))

    (outcome,) = writer.commit([Deed(Letter(None, Context()), deed)]).outcomes
    if isinstance(outcome, Exception):
        raise outcome


def story(fill: Fill) -> Iterator[Happened]:
    """All that has happened, in order."""
    for number in range(AUTHORS):
        yield _author(number), UserJoined(_author(number), f"filler{number}", f"Filler {number}", [], False)
    now, event_id, texts = BEGAN_MS, AUTHORS, _texts()
    for at, messages in enumerate(fill.rooms):
        yield _author(0), RoomCreated(RoomInfo(room_id(at), "public", f"filled {at}", "", "hidden", _author(0), now))
        yield _author(0), RoomMemberEvent(room_id(at), "join", _author(0), _author(0), "owner")
        event_id += 2
        for seq in range(1, messages + 1):
            now, event_id, user = now + 1000, event_id + 1, seq * 7 % AUTHORS
            written = text(seq, next(texts))
            msg = Msg(f"m_{event_id:x}", seq, event_id, _author(user), f"filler{user}", now, written, client_msg_id=f"f{event_id}")
            yield _author(user), MsgEvent(room_id(at), msg)


def text(seq: int, words: str) -> str:
    return " ".join([words, *(planted for planted, every in PLANTED.items() if seq % every == 0)])


def _author(number: int) -> str:
    return f"u_filler{number}"


def _texts() -> Iterator[str]:
    """Two to twenty words, the most frequent one as frequent as "the": each two pieces of a pool, for drawing takes time."""
    chance = random.Random(1)
    letters = "bcdfghjklmnpqrstvwxyz"
    words = ["".join(chance.choice(letters) + chance.choice("aeiou") for _ in range(1 + chance.randrange(4))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / rank for rank in range(2, VOCABULARY + 2)))
    pool = [" ".join(chance.choices(words, cum_weights=weights, k=chance.randrange(1, 11))) for _ in range(POOL)]
    while True:
        yield f"{chance.choice(pool)} {chance.choice(pool)}"


def _key() -> str:
    """What the rows hang on: schema, projectors, log and story."""
    seen = hashlib.sha256(f"{GENERATOR} {schema.VERSION} {log.SCHEMA}".encode())
    for path in [*sorted(Path(services.__path__[0]).glob("*/rows.py")), Path(projection.__file__)]:
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]
