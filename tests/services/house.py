"""A house for tests of deeds and reads: every noun's tables in memory, a clock that is set, chance that repeats.

Deeds go through the real writer, one a burst, so what they record is in the log and in the tables.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeVar

from bus.inbox import Letter
from bus.message import Context, Fact, Message
from bus.protocol.inside import SessionOpened, UserJoined
from bus.protocol.messages import MsgSend
from bus.protocol.rooms import RoomCreate, RoomJoin
from services import access
from services.auth.rows import projection as auth_tables
from services.delivery.rows import projection as delivery_tables
from services.hubot.rows import projection as brain_tables
from services.messages import deeds as messages
from services.messages.rows import projection as message_tables
from services.rooms import deeds as rooms
from services.rooms.direct import projection as direct_tables
from services.rooms.mutes import projection as mute_tables
from services.rooms.rows import projection as room_tables
from services.signaling.rows import projection as call_tables
from services.store import replay, schema
from services.store.database import Place, open_writer
from services.store.finishing import catch_up
from services.store.transaction import Sources, Transaction
from services.store.writer import Counts, Deed, Writer, look

PROJECTIONS = (auth_tables, room_tables, mute_tables, direct_tables, message_tables, delivery_tables, call_tables, brain_tables)
R = TypeVar("R", bound=Message)
Q = TypeVar("Q", bound=Message)


class House:
    def __init__(self, seed: int = 0) -> None:
        self.now = 1_700_000_000_000
        self.told: list[Fact] = []
        self._chance = random.Random(seed)
        sources = Sources(lambda: self.now, lambda size: self._chance.randbytes(size))
        place = Place(":memory:")
        self.db = open_writer(place)
        schema.prepare(self.db, place, PROJECTIONS, "epoch")
        self._sources = sources
        self._writer = Writer(self.db, PROJECTIONS, sources, access.living_session, Counts())

    def do(self, deed: Callable[[Transaction, Q, Context], R], request: Q, who: Context) -> R:
        """Run a deed and commit it; raises what it raised. What it recorded is in `told`."""
        (outcome,) = self.burst((deed, Letter(request, who)))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def burst(self, *deeds: tuple[Callable[..., Any], Letter]) -> list[Any]:
        """Run deeds and commit them together; returns what each came to."""
        settled = self._writer.commit([Deed(letter, deed) for deed, letter in deeds])
        self.told += [fact for fact, _ in settled.told]
        return settled.outcomes

    def look(self, read: Callable[[Any, Q, Context], R], request: Q, who: Context) -> R:
        """Run a read; what it told is in `told`. One that needs what is finished has it finished first."""
        if getattr(read, "__handles__").how == "read_finished":
            self.catch_up()
        outcome, snapshot = look(self.db, Deed(Letter(request, who), read), access.living_session, self._sources)
        self.told += snapshot.told
        return outcome

    def catch_up(self) -> None:
        """Finish what commits have left behind."""
        self.burst((catch_up, Letter(None, Context())))

    def steps(self, do: Callable[[], object]) -> int:
        """How much SQLite's machine does for it."""
        taken = 0

        def step() -> bool:
            nonlocal taken
            taken += 1
            return False

        self.db.set_progress_handler(step, 1, id=self)
        try:
            do()
        finally:
            self.db.set_progress_handler(None, id=self)
        return taken

    def record(self, *facts: Fact, who: Context | None = None) -> None:
        """Let facts have happened."""

        def deed(tx: Transaction, _request: object, context: Context) -> None:
            for fact in facts:
                tx.record(fact, context)

        self.do(deed, Message(), who or Context())  # type: ignore[arg-type]

    def user(self, handle: str, *, admin: bool = False, bot: bool = False) -> Context:
        """Somebody who is signed in."""
        user_id, session_id = f"u_{handle}", f"s_{handle}"
        self.record(
            UserJoined(user_id, handle, handle.title(), ["admin"] if admin else [], bot),
            SessionOpened(user_id, session_id, f"hash of {handle}", "test"),
        )
        return Context(user_id, session_id, frozenset(["admin"] if admin else []), trace=f"t-{handle}")

    def room(self, owner: Context, *members: Context, kind: Any = "public", visibility: Any = "hidden") -> str:
        """A room with members; a group lets them in without an invite."""
        room_id = self.do(rooms.create, RoomCreate(kind, "room", visibility=visibility), owner).room.room_id
        for member in members:
            if kind == "public":
                self.do(rooms.join, RoomJoin(room_id), member)
            else:
                self.do(let_in, RoomJoin(room_id), member)
        return room_id

    def say(self, who: Context, room_id: str, text: str, client_msg_id: str | None = None) -> str:
        """Post a message; returns its msg_id."""
        return self.do(messages.send, MsgSend(room_id, text, client_msg_id), who).msg_id

    def heard(self, kind: type[Fact]) -> list[Any]:
        """Facts of one kind so far."""
        return [fact for fact in self.told if type(fact) is kind]

    def differences(self) -> list[str]:
        """Tables that are not what the log says, and the index if it is not what the texts say."""
        self.catch_up()
        self.db.execute("insert into fts (fts, rank) values ('integrity-check', 1)")
        return replay.compare(self.db, PROJECTIONS).differing


def let_in(tx: Transaction, request: RoomJoin, context: Context) -> Any:
    room = access.invites.room_behind(tx.db, context, request.room_id)
    assert room is not None
    return rooms.enter(tx, room, context)
