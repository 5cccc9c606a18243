"""People who chat through the real writer with the real nouns, and what is left of it when they look again.

They keep what was acked, say again what was not, and count every promise that a database found later does not hold.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import apsw
from msgspec import Struct

from bus.inbox import Letter
from bus.message import Context, Message
from bus.protocol.inside import UserJoined
from bus.protocol.messages import MsgAck, MsgDelete, MsgReact, MsgSend
from bus.protocol.rooms import RoomCreate, RoomJoin
from devchitchat.projections import PROJECTIONS
from services.messages import deeds as messages
from services.rooms import deeds as rooms
from services.store import log, replay, schema, upkeep
from services.store.database import PRAGMAS, Place, let_go, open_writer, transaction
from services.store.finishing import catch_up
from services.store.store import everybody
from services.store.transaction import Sources, Transaction
from services.store.writer import Counts, Deed, Settled, Writer
from tests.services.store.crashdisk import CrashDisk, mounted

PATH = "/chat.db"
USERS = [Context(f"u_{name}", trace=name) for name in ("anna", "ben", "cleo", "dora")]
WORDS = ("gg", "raid", "heal", "tank", "boss", "müller", "😀", "again")
Key = tuple[str, str]
Open = Callable[[Place], apsw.Connection]


class Tally(Struct):
    """Promises broken, and how much was promised."""

    runs: int = 0
    acked: int = 0
    failed: int = 0
    lost: int = 0
    gaps: int = 0
    dups: int = 0
    unsound: int = 0
    bad: int = 0

    def line(self, name: str) -> str:
        return f"{name}: runs={self.runs} acked={self.acked} lost={self.lost} gaps={self.gaps} dups={self.dups} unsound={self.unsound}"

    def unreadable(self, chatter: Chatter) -> None:
        self.runs += 1
        self.bad += 1
        self.unsound += 1
        self.acked += len(chatter.acked)
        self.lost += len(chatter.acked)


class Chatter:
    """The clients' side: who says what next, and what they were promised."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.acked: dict[Key, MsgAck] = {}
        self.deleted: set[str] = set()
        self.failures = 0
        self.said_bursts = 0
        self._said = 0
        self._rooms = template()[1]
        self.next()

    def next(self) -> None:
        self.said_bursts += 1
        self._burst = [self._something() for _ in range(self.chance.randint(1, 8))]

    def burst(self) -> list[Deed]:
        """What is to be said now; the same again until it is acked."""
        return self._burst

    def heard(self, settled: Settled) -> None:
        """The burst was acked."""
        for deed, outcome in zip(self._burst, settled.outcomes, strict=True):
            message = deed.letter.message
            if isinstance(outcome, MsgAck):
                self.acked[deed.letter.context.user, str(outcome.client_msg_id)] = outcome
            elif isinstance(message, MsgDelete) and not isinstance(outcome, Exception):
                self.deleted.add(message.msg_id)
        self.next()

    def _something(self) -> Deed:
        who, kind = self.chance.choice(USERS), self.chance.random()
        if self.acked and kind < 0.1:
            return Deed(Letter(MsgReact(self._some_message(), "👍", kind < 0.06), who), messages.react)
        if self.acked and kind < 0.15:
            return Deed(Letter(MsgDelete(self._some_message()), who), messages.delete)
        if kind > 0.97:
            return Deed(Letter(Message(), who), catch_up)
        self._said += 1
        text = " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 12)))
        return Deed(Letter(MsgSend(self.chance.choice(self._rooms), text, f"c{self._said}"), who), messages.send)

    def _some_message(self) -> str:
        return self.chance.choice(list(self.acked.values())[-50:]).msg_id


def place(vfs: str, **pragmas: int | str) -> Place:
    """In exclusive mode, and without mmap, which such a disk does not know."""
    kept = {name: value for name, value in PRAGMAS.items() if name != "mmap_size"}
    return Place(PATH, vfs, pragmas={**kept, "locking_mode": "exclusive", **pragmas})


def writer(db: apsw.Connection, seed: int) -> Writer:
    return Writer(db, PROJECTIONS, sources(seed), everybody, Counts())


def sources(seed: int) -> Sources:
    chance = random.Random(f"ids {seed}")
    ticks = iter(range(1_700_000_000_000, 2_000_000_000_000, 7))
    return Sources(lambda: next(ticks), chance.randbytes)


@cache
def template() -> tuple[dict[str, bytes], list[str]]:
    """A database in which four people share three rooms, as files, and the rooms."""
    disk = CrashDisk()
    with mounted(disk) as vfs:
        db = open_writer(place(vfs))
        schema.prepare(db, place(vfs), PROJECTIONS, "epoch")
        made = list(_settle_in(writer(db, 0)))
        upkeep.close(db, sound=True)
    return disk.live(), made


def _settle_in(house: Writer) -> Iterator[str]:
    house.commit([Deed(Letter(Message(), user), _join) for user in USERS])
    for number in range(3):
        (created,) = house.commit([Deed(Letter(RoomCreate("public", f"room {number}"), USERS[0]), rooms.create)]).outcomes
        house.commit([Deed(Letter(RoomJoin(created.room.room_id), user), rooms.join) for user in USERS[1:]])
        yield created.room.room_id


def _join(tx: Transaction, _: object, context: Context) -> None:
    tx.record(UserJoined(context.user, context.trace, context.trace.title(), [], False), context)


@contextmanager
def opened(disk: CrashDisk, open_it: Open = upkeep.open_even_when_full, **pragmas: int | str) -> Generator[apsw.Connection]:
    with mounted(disk) as vfs:
        db = open_it(place(vfs, **pragmas))
        try:
            yield db
        finally:
            let_go(db)


def examine(db: apsw.Connection, chatter: Chatter, tally: Tally) -> None:
    """Count what a database that was found does not hold of what was promised, and whether it agrees with itself."""
    before = (tally.lost, tally.gaps, tally.dups, tally.unsound)
    rows = db.execute("select room_id, seq, user_id, client_msg_id, msg_id from messages join rooms using (room_no)").fetchall()
    stored: dict[Key, tuple[Any, ...]] = {(str(user), str(said)): (room, seq, msg_id) for room, seq, user, said, msg_id in rows}
    tally.acked += len(chatter.acked)
    tally.lost += sum(stored.get(key) != (ack.room_id, ack.seq, ack.msg_id) for key, ack in chatter.acked.items())
    gone = {str(row[0]) for row in db.execute("select msg_id from messages where deleted_at is not null")}
    tally.lost += len(chatter.deleted - gone)
    tally.dups += len(rows) - len(stored)
    tally.gaps += sum(last != len(seqs) or set(seqs) != set(range(1, last + 1)) for last, seqs in _seqs(db))
    tally.unsound += not _agrees(db)
    tally.runs += 1
    tally.bad += before != (tally.lost, tally.gaps, tally.dups, tally.unsound)


def _seqs(db: apsw.Connection) -> Iterator[tuple[int, list[int]]]:
    for room_no, last in db.execute("select room_no, last_seq from rooms").fetchall():
        yield int(last), [int(row[0]) for row in db.execute("select seq from messages where room_no = ?", (room_no,))]  # type: ignore[arg-type]


def _agrees(db: apsw.Connection) -> bool:
    """Pages, log, tables and, caught up, the index."""
    events = Counter(int(row[0]) for row in db.execute("select event_id from events"))  # type: ignore[arg-type]
    return (
        db.pragma("integrity_check") == "ok"
        and set(events) == set(range(1, log.last_event_id(db) + 1))
        and not replay.compare(db, PROJECTIONS).differing
        and caught_up(db)
        and upkeep.verify_indexes(db, PROJECTIONS)
    )


def caught_up(db: apsw.Connection) -> bool:
    """As a start does it."""
    with transaction(db):
        replay.finish(db, PROJECTIONS)
    return True
