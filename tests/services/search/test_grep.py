"""Property: search equals grep over what the user may see, after any story of posting, editing, deleting and leaving."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from bus.message import Context
from bus.protocol.messages import MsgDelete, MsgEdit
from bus.protocol.rooms import RoomLeave
from bus.protocol.search import SearchQuery, SearchScope
from services.messages import deeds
from services.rooms import deeds as rooms
from services.search import reads
from tests.services.house import House
from tests.services.search.grep import Ask

pytestmark = pytest.mark.usefixtures("time_enough")
SPOKEN = "fox foxes Fo f hen Hén ÜBER uber o'brien o brien re-do redo 42 🦊 x_y «den»".split()
TERMS = ['"fox hen"', '"hen fox foxes"', *"fox FOX fo* hen über o'brien brien o'br* re* redo re-do 42 x_y den none".split()]
text = st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=5).map(" ".join)
word = st.sampled_from(TERMS)
asks = st.builds(
    Ask,
    wanted=st.lists(word, max_size=2).map(tuple),
    unwanted=st.lists(word, max_size=2).map(tuple),
    author=st.none() | st.sampled_from(["ann", "bob", "nobody"]),
)


class Said(Struct):
    """A message as the model knows it."""

    room: str
    handle: str
    text: str
    msg_id: str


class Step(Struct, frozen=True):
    verb: str
    who: int
    where: int
    text: str
    """For edits and deletions `where` counts messages."""


steps = st.builds(
    Step,
    verb=st.sampled_from(["say", "say", "say", "edit", "delete"]),
    who=st.integers(0, 1),
    where=st.integers(0, 40),
    text=text,
)


def play(house: House, people: list[Context], places: list[list[str]], story: list[Step]) -> list[Said]:
    """Two people talk; returns what is still there. `places`: the rooms of each."""
    said: list[Said] = []
    for step in story:
        house.now += 1
        who = people[step.who]
        own = [message for message in said if f"u_{message.handle}" == who.user]
        if step.verb == "say":
            room = places[step.who][step.where % len(places[step.who])]
            said.append(Said(room, who.user.removeprefix("u_"), step.text, house.say(who, room, step.text)))
        elif own:
            message = own[step.where % len(own)]
            if step.verb == "edit":
                message.text = house.do(deeds.edit, MsgEdit(message.msg_id, step.text), who).msg.text
            else:
                house.do(deeds.delete, MsgDelete(message.msg_id), who)
                said.remove(message)
    return said


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=30), st.lists(asks, min_size=1, max_size=6), st.booleans())
def test_search_equals_grep_over_what_the_user_may_see(story: list[Step], questions: list[Ask], leaves: bool) -> None:
    house = House()
    ann, bob = house.user("ann"), house.user("bob")
    shared, anns, bobs = house.room(ann, bob), house.room(ann, kind="group"), house.room(bob, kind="group")
    places = [[shared, anns], [shared, bobs]]
    said = play(house, [ann, bob], places, story)
    if leaves:
        house.do(rooms.leave, RoomLeave(shared), bob)
        places[1].remove(shared)
    for who, rooms_of_theirs in zip((ann, bob), places, strict=True):
        for ask in questions:
            found = house.look(reads.search, SearchQuery(SearchScope("all"), str(ask), limit=50), who)
            right = [it.msg_id for it in reversed(said) if it.room in rooms_of_theirs and ask.finds(it.text, it.handle)]
            assert [hit.msg_id for hit in found.hits] == right, str(ask)
    assert house.differences() == []
