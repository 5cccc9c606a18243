"""Property: whatever people do, each room counts without a gap, retries change nothing, and the log tells all of it."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from bus.errors import Refused
from bus.message import Context
from bus.protocol.inside import RetentionSweep
from bus.protocol.messages import MsgAck, MsgDelete, MsgEdit, MsgList, MsgReact, MsgRead, MsgSend
from bus.protocol.order import RoomKick, RoomMute
from bus.protocol.rooms import RoomDelete, RoomJoin, RoomLeave, RoomUpdate
from bus.protocol.terms import HOUR_MS
from services.delivery import deeds as delivery
from services.messages import deeds, reads
from services.rooms import deeds as rooms
from services.rooms import order
from services.store import replay
from tests.services.house import PROJECTIONS, House

TEXTS = st.sampled_from(["hi", "hi there", "Grüße 🦊", "\x02odd\x03", "x" * 3000])


class Step(Struct, frozen=True):
    """`where` counts rooms, `which` counts messages and client_msg_ids."""

    verb: str
    who: int
    where: int
    which: int
    text: str


VERBS = ["send"] * 4 + ["edit", "delete", "react", "unreact", "read", "join", "leave", "kick", "mute", "keep", "sweep", "end"]
steps = st.builds(
    Step,
    verb=st.sampled_from(VERBS),
    who=st.integers(0, 2),
    where=st.integers(0, 2),
    which=st.integers(0, 6),
    text=TEXTS,
)


class Story:
    """Three people, three rooms. What was acked is written down by (room, user, client_msg_id)."""

    def __init__(self) -> None:
        self.house = House()
        self.people = [self.house.user(handle) for handle in ("ann", "bob", "cem")]
        ann, bob, _ = self.people
        self.rooms = [self.house.room(*self.people), self.house.room(ann, bob), self.house.room(bob, ann, kind="group")]
        self.acks: dict[tuple[str, str, str], MsgAck] = {}
        self.messages: list[str] = ["m_nowhere"]

    def play(self, step: Step) -> None:
        self.house.now += HOUR_MS
        try:
            self._do(step, self.people[step.who], self.rooms[step.where], self.messages[step.which % len(self.messages)])
        except Refused:
            return

    def _do(self, step: Step, who: Context, room: str, msg_id: str) -> None:
        do = self.house.do
        match step.verb:
            case "send":
                self._send(who, MsgSend(room, step.text, f"c{step.which}", mentions=["u_ann", "u_cem"]))
            case "edit":
                do(deeds.edit, MsgEdit(msg_id, step.text), who)
            case "delete":
                do(deeds.delete, MsgDelete(msg_id), who)
            case "react" | "unreact":
                do(deeds.react, MsgReact(msg_id, "👍" * (1 + step.where), step.verb == "react"), who)
            case "read":
                do(delivery.read, MsgRead(room, step.which), who)
            case "join":
                do(rooms.join, RoomJoin(room), who)
            case "leave":
                do(rooms.leave, RoomLeave(room), who)
            case "kick":
                do(order.kick, RoomKick(room, self.people[step.which % 3].user), who)
            case "mute":
                do(order.mute, RoomMute(room, self.people[step.which % 3].user, 2 * HOUR_MS), who)
            case "keep":
                do(rooms.update, RoomUpdate(room, retention_days=step.which % 2), who)
            case "sweep":
                self.house.now += 12 * HOUR_MS
                do(deeds.sweep, RetentionSweep(), Context())
            case _:
                if step.which == 0:
                    do(rooms.delete, RoomDelete(room), who)

    def _send(self, who: Context, request: MsgSend) -> None:
        assert request.client_msg_id
        ack = self.house.do(deeds.send, request, who)
        assert self.acks.setdefault((request.room_id, who.user, request.client_msg_id), ack) == ack
        if ack.msg_id not in self.messages:
            self.messages.append(ack.msg_id)

    def check_seqs(self) -> None:
        seqs: dict[str, list[int]] = defaultdict(list)
        for (room, _, _), ack in self.acks.items():
            seqs[room].append(ack.seq)
        assert all(sorted(found) == list(range(1, len(found) + 1)) for found in seqs.values())

    def check_pages(self) -> None:
        """Every room that somebody is in shows all its places, in order, to each of them alike."""
        for room in self.rooms:
            for who in self.people:
                try:
                    page = self.house.look(reads.page, MsgList(room, limit=200), who)
                except Refused:
                    continue
                acked = sorted((ack.seq, ack.msg_id, ack.ts) for (where, _, _), ack in self.acks.items() if where == room)
                assert [(msg.seq, msg.msg_id, msg.ts) for msg in page.messages] == acked

    def rebuild(self) -> None:
        db = self.house.db
        guard, db.authorizer = db.authorizer, None
        with db:
            replay.rebuild(db, PROJECTIONS)
        db.authorizer = guard

    def retry_all(self) -> None:
        for (room, user_id, client_msg_id), ack in self.acks.items():
            who = next(person for person in self.people if person.user == user_id)
            try:
                assert self.house.do(deeds.send, MsgSend(room, "again", client_msg_id), who) == ack
            except Refused:
                continue


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=40))
def test_any_story_keeps_every_promise(told: list[Step]) -> None:
    story = Story()
    for step in told:
        story.play(step)
    story.check_seqs()
    story.check_pages()
    assert story.house.differences() == []
    story.rebuild()
    facts: int = story.house.db.execute("select max(event_id) from events").get
    story.retry_all()
    assert story.house.db.execute("select max(event_id) from events").get == facts
    story.check_pages()
    assert story.house.differences() == []
