"""Friends in one room as their clients see them: what each can do, what came of it, and that nobody misses a message.

Hearing is checked where it happens: a message heard twice on one socket, or out of order, is remembered and is an error at the end.
"""

from __future__ import annotations

import random
from array import array
from collections import defaultdict
from itertools import count
from math import inf
from time import perf_counter_ns

import anyio

from bench.client import Fault
from bench.figures import Rounds
from bench.friends import Ear, Friend, Told, each
from bench.life import Life
from bench.result import Latencies
from bench.rounds import Moment
from bus.protocol.messages import MsgList, MsgReact, MsgRead, MsgSend, MsgTyping
from bus.protocol.rtc import RtcCallCreate, RtcJoin
from bus.protocol.search import SearchQuery, SearchScope
from bus.protocol.signals import IceCandidate, RtcIce

WORDS = "raid tonight nine light rope owes bring whoever still last dragon harbour lantern tower gate".split()
CANDIDATE = IceCandidate("candidate:1 1 udp 2122260223 ".ljust(106, "0"), "0", 0)
PAGE = 200
QUARTERS = 4
BIN_S = 1.0


class Crew:
    """All of them, and what is known of everybody's messages."""

    def __init__(self, house: Life, friends: list[Friend], room_id: str) -> None:
        self.house = house
        self.room_id = room_id
        self.errors: list[str] = []
        self.returns = 0
        self.due_by_id: dict[str, int] = {}
        self.posted = 0
        self.newest: tuple[str, int] | None = None
        self.peers: dict[int, str] = {}
        self.call_id = ""
        self.acts = [Acts(self, number, friend) for number, friend in enumerate(friends)]
        self._ids = count(1)
        self._began, self._seconds = perf_counter_ns(), inf
        self._quarters: dict[str, list[Latencies]] = defaultdict(lambda: [Latencies() for _ in range(QUARTERS)])
        self._bins: dict[str, dict[int, array[int]]] = defaultdict(lambda: defaultdict(lambda: array("q")))

    def begin(self, seconds: float) -> int:
        """What they do is due within so many seconds from now; now, by the clock of `perf_counter_ns`."""
        self._began, self._seconds = perf_counter_ns(), seconds
        return self._began

    async def call(self, callers: int) -> None:
        """The first so many are in a call from now on."""
        self.call_id = (await self.acts[0].friend.client.ask(RtcCallCreate(self.room_id))).call_id
        for acts in self.acts[:callers]:
            self.peers[acts.number] = (await acts.friend.client.ask(RtcJoin(self.call_id))).self_peer_id

    def count(self, what: str, due_ns: int) -> None:
        """It is done."""
        now = perf_counter_ns()
        quarter = int((due_ns - self._began) / 1e9 / self._seconds * QUARTERS)
        self._quarters[what][min(max(quarter, 0), QUARTERS - 1)].add(now - due_ns)
        self._bins[what][int((now - self._began) / 1e9 / BIN_S)].append(now - due_ns)

    @property
    def rounds(self) -> dict[str, Rounds]:
        """What took how long: a round is a quarter of the time, by when each thing was due."""
        return {what: Rounds(quarters) for what, quarters in self._quarters.items()}

    def over_time(self, what: str) -> list[Moment]:
        bins = ((number, Latencies(found)) for number, found in sorted(self._bins[what].items()))  # one at a time: each is 150 KiB
        return [(number * BIN_S, found.ms(50), found.ms(99)) for number, found in bins]

    def next_id(self) -> str:
        return f"crew-{next(self._ids)}"

    async def all_have_all(self) -> None:
        """Waits until everybody has every message that was acknowledged. Raises Fault for one that was heard wrongly."""
        await each(lambda acts: acts.has_all(), self.acts)
        for acts in self.acts:
            acts.friend.ear.check()


class Acts:
    """What one friend does. Each act's latency is counted under its name, from when it was due."""

    def __init__(self, crew: Crew, number: int, friend: Friend) -> None:
        self.crew = crew
        self.number = number
        self.friend = friend
        self.seqs: set[int] = set()
        self._chance = random.Random(number)
        self._news = anyio.Event()
        friend.hear(Ear(self._told))

    async def do(self, act: str, due_ns: int) -> None:
        if await getattr(self, act)(due_ns) is not False:
            self.crew.count(act, due_ns)

    async def chat(self, due_ns: int) -> None:
        crew, client_msg_id = self.crew, self.crew.next_id()
        crew.due_by_id[client_msg_id] = due_ns
        ack = await self.friend.client.ask(MsgSend(crew.room_id, " ".join(self._chance.choices(WORDS, k=14)), client_msg_id))
        crew.posted = max(crew.posted, ack.seq)
        crew.newest = ack.msg_id, ack.seq

    async def type(self, due_ns: int) -> None:
        await self.friend.client.ask(MsgTyping(self.crew.room_id))

    async def read(self, due_ns: int) -> None:
        await self.friend.client.ask(MsgRead(self.crew.room_id, self.crew.posted))

    async def react(self, due_ns: int) -> bool:
        """Nothing while there is no message."""
        if self.crew.newest is None:
            return False
        await self.friend.client.ask(MsgReact(self.crew.newest[0], "👍", self._chance.random() < 0.7))
        return True

    async def search(self, due_ns: int) -> None:
        await self.friend.client.ask(SearchQuery(SearchScope("room", self.crew.room_id), self._chance.choice(WORDS)))

    async def page(self, due_ns: int) -> None:
        await self.friend.client.ask(MsgList(self.crew.room_id))

    async def signal(self, due_ns: int) -> None:
        other = self._chance.choice([peer for number, peer in self.crew.peers.items() if number != self.number])
        await self.friend.client.ask(RtcIce(self.crew.call_id, other, CANDIDATE))

    async def come_back(self, due_ns: int) -> None:
        """Close the socket, open a new one, and read what was said meanwhile."""
        await self.friend.go()
        self.friend.ear.check()
        self.friend.hear(Ear(self._told))
        await self.friend.come_back(self.crew.house)
        await self._catch_up()
        self.crew.returns += 1

    async def has_all(self) -> None:
        while len(self.seqs) < self.crew.posted:
            self._news = anyio.Event()
            await self._news.wait()
        if self.seqs != set(range(1, self.crew.posted + 1)):
            raise Fault("a friend has other messages than were posted")

    async def _catch_up(self) -> None:
        more = True
        seq = next(number for number in count(0) if number + 1 not in self.seqs)
        while more:
            page = await self.friend.client.ask(MsgList(self.crew.room_id, after_seq=seq, limit=PAGE))
            self.seqs.update(message.seq for message in page.messages)
            seq, more = page.next_after_seq, page.more

    def _told(self, told: Told) -> None:
        self.seqs.add(told.msg.seq)
        due_ns = self.crew.due_by_id.get(told.msg.client_msg_id or "")
        if due_ns is not None:
            self.crew.count("delivery", due_ns)
        self._news.set()
