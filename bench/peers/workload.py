"""What is asked of every peer, and what each round of it came to: figures by name, the same for all."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from bench.peers.flow import WORDS, Said
from bench.result import Latencies


class Round(Struct, frozen=True):
    """One peer at one workload for a moment. `share` is how much of its own core the generator used."""

    said: Said
    cpu_s: float | None
    share: float

    def ms(self, per_cent: float) -> float:
        return Latencies(self.said.heard_ns).ms(per_cent)

    @property
    def last_ms(self) -> float:
        return Latencies(self.said.last_ns).ms(50)

    @property
    def deliveries_per_s(self) -> float:
        return self.said.deliveries / self.said.seconds

    @property
    def messages_per_s(self) -> float:
        return self.said.messages / self.said.seconds

    @property
    def us(self) -> float | None:
        return None if self.cpu_s is None or not self.said.deliveries else self.cpu_s / self.said.deliveries * 1e6


class Figure(Struct, frozen=True):
    """`name` as figures are compared by, `title` of its column, and how it is read from a round."""

    name: str
    title: str
    digits: int
    read: Callable[[Round], float | None]


class Workload(Struct, frozen=True):
    """So many of the people in `room` send, each with `each` messages of `size` bytes under way; in a `pair` to one another, `alone` to
    oneself, and at a `pace`, in messages a second, whether or not those before are done."""

    name: str
    room: str
    people: int
    about: str
    figures: tuple[Figure, ...]
    senders: int = 1
    each: int = 1
    size: int = 100
    pair: bool = False
    alone: bool = False
    pace: int = 0
    words: bytes = WORDS


P50 = Figure("p50_ms", "p50 ms", 3, lambda each: each.ms(50))
P99 = Figure("p99_ms", "p99 ms", 3, lambda each: each.ms(99))
LAST = Figure("last_p50_ms", "last p50 ms", 3, lambda each: each.last_ms)
DELIVERIES = Figure("deliveries_per_s", "deliveries/s", 0, lambda each: each.deliveries_per_s)
MESSAGES = Figure("messages_per_s", "messages/s", 0, lambda each: each.messages_per_s)
CPU = Figure("cpu_us", "CPU µs/delivery", 1, lambda each: each.us)
TIMED, TRIPS = (P50, P99, LAST, CPU), (P50, P99, CPU)

FAN_OUT = "One in a room of {} sends 100 bytes; the next message leaves when the last of them, its sender included, has it."
SATURATE = (
    "As many deliveries as there can be: in a room of 100, 32 people keep four messages of 100 bytes each under way. (With one each, ws "
    "delivers as many, and who gathers what is under way has less to gather.)"
)
RELAY = "{} bytes from one to one other and back, each way through the server; the next when they are back."
PACED = (
    "Ten in a room, who take turns: {} messages a second, at times that were drawn beforehand, whether or not those before are done. "
    "Latencies count from when a message was due."
)
GROUP = "Ten in a room, all of them send, each with {} under way. A message is done when all ten have it (and, with us, it is on disk)."

WORKLOADS = (
    Workload("fan-out/10", "ten", 10, FAN_OUT.format(10), TIMED),
    Workload("fan-out/200", "crowd", 200, FAN_OUT.format(200), TIMED),
    Workload("saturate/100", "hall", 100, SATURATE, (DELIVERIES, CPU), senders=32, each=4),
    Workload("relay/300", "pair", 2, RELAY.format("300"), TRIPS, size=300, pair=True),
    Workload("relay/3000", "pair", 2, RELAY.format("3,000"), TRIPS, size=3_000, pair=True),
    Workload("paced/10", "ten", 10, PACED.format(500), (P50, P99, LAST), senders=10, pace=500),
    Workload("group/10", "ten", 10, GROUP.format("one message"), (MESSAGES, CPU), senders=10),
    Workload("group/10x8", "ten", 10, GROUP.format("eight messages"), (MESSAGES, CPU), senders=10, each=8),
)
