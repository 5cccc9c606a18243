"""As many messages as a house takes: a window of them is under way at any time, the next goes out when one is acknowledged.

Everybody who is in a room and there must hear each of its messages, once and in order; a burst is over when all have all. The server's
processor time over what was delivered is what a delivery costs, whether or not the load could have sent more.
"""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from time import perf_counter_ns, process_time

import anyio
from msgspec import Struct

from bench.client import Fault
from bench.friends import Ear, Friend, Told, each, within
from bench.life import Life
from bus.protocol.messages import MsgSend

WINDOW = 10
PATIENCE_S = 60.0
TEXT = "the raid is tonight at nine; bring a light, some rope, and whoever still owes us from the last one"


class Place(Struct, frozen=True):
    """A room and those of its members who are there."""

    room_id: str
    there: list[Friend]


class Cost(Struct, frozen=True):
    """What a burst, or several, came to. `load_s` is the processor time of the load itself."""

    messages: int = 0
    deliveries: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    load_s: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))

    @property
    def rate(self) -> float:
        """Deliveries a second."""
        return self.deliveries / self.seconds

    @property
    def message_rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def us_per_delivery(self) -> float:
        return self.cpu_s / self.deliveries * 1e6

    @property
    def us_per_message(self) -> float:
        return self.cpu_s / self.messages * 1e6


class Burst:
    """One burst into some rooms in turn."""

    def __init__(self, house: Life, places: list[Place]) -> None:
        self._house = house
        self._places = places
        self._sent: Counter[str] = Counter()
        self._heard = 0
        self._wanted: int | None = None
        self._all_heard = anyio.Event()
        everybody = {id(friend): friend for place in places for friend in place.there}
        self._ears = {key: friend.hear(Ear(self._told)) for key, friend in everybody.items()}

    async def last(self, seconds: float) -> Cost:
        """Send for so long, then wait for the last. Raises Fault when somebody heard too much, too little, or out of order."""
        cpu_s, load_s, before = self._house.used_s(), process_time(), perf_counter_ns()
        turns = cycle(self._places)

        async def send(slot: int) -> None:
            while True:  # once at least, however slow the machine
                place = next(turns)
                await place.there[slot % len(place.there)].client.ask(MsgSend(place.room_id, TEXT))
                self._sent[place.room_id] += 1
                if perf_counter_ns() - before >= seconds * 1e9:
                    return

        with within(seconds + PATIENCE_S, f"a burst into {len(self._places)} rooms"):
            await each(send, range(WINDOW))
            await self._all()
        took = (perf_counter_ns() - before) / 1e9
        found = Cost(self._sent.total(), self._heard, took, self._house.used_s() - cpu_s, process_time() - load_s)
        self._check()
        return found

    async def _all(self) -> None:
        self._wanted = sum(self._sent[place.room_id] * len(place.there) for place in self._places)
        if self._heard < self._wanted:
            await self._all_heard.wait()

    def _told(self, told: Told) -> None:
        self._heard += 1
        if self._heard == self._wanted:
            self._all_heard.set()

    def _check(self) -> None:
        wanted: Counter[int] = Counter()
        for place in self._places:
            for friend in place.there:
                wanted[id(friend)] += self._sent[place.room_id]
        for key, ear in self._ears.items():
            ear.check()
            if ear.count != wanted[key]:
                raise Fault(f"somebody heard {ear.count:,} of {wanted[key]:,} messages")
