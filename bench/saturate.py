"""How many deliveries a second, and does a delivery cost more where there are more receivers, rooms, members, or messages stored?

Ten messages are under way at any time. One house holds a room of each size, and the settings of a question take turns; members who are
not connected are in a house of their own, and each number of stored messages is a house of its own, all of them running at once.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from msgspec import Struct

from bench import figures, filled, progress, search
from bench.burst import WINDOW, Burst, Cost, Place
from bench.figures import Named, slope
from bench.filled import Fill
from bench.friends import Friend, each, gather, join_all, room_of
from bench.life import Life, fresh
from bench.machine import open_files
from bench.result import Line, Result
from bench.rounds import Middle, turns
from bench.table import Table

RECEIVERS = (10, 100, 1_000)
ROOMS = (1, 10, 100)
MEMBERS = (10, 100, 1_000)
STORED = (Fill((1_000,)), Fill((10_000,)), Fill((100_000,)), search.FILL)
A_ROOM = 10
ROUNDS = 4
WARM_UP_S = 0.3
QUESTIONS = ("receivers", "rooms", "members", "stored")
ABOUT = (
    f"{WINDOW} messages are under way at any time, each durable and acknowledged before the next, and everybody who is there hears every "
    "message. What costs is the server's processor time, all of its threads, over deliveries or messages. "
    f"The median of {ROUNDS} rounds that take turns, ± half of what lies between their quartiles."
)
COLUMNS = ("setting", "messages/s", "deliveries/s", "CPU µs/delivery", "CPU µs/message", "server busy", "load busy", "server MiB")


class Setting(Struct, frozen=True):
    """One number of one question, and where to send."""

    question: str
    number: int
    house: Life
    places: list[Place]


class Measured(Struct):
    """One number of one question: its rounds, and the MiB of the server after the last of them."""

    question: str
    number: int
    rounds: list[Cost] = []
    mib: float | None = None

    @property
    def total(self) -> Cost:
        return sum(self.rounds, Cost())

    @property
    def rate(self) -> Middle:
        """Deliveries a second."""
        return Middle.of(each.rate for each in self.rounds)

    def us(self, per: str) -> Middle:
        """`per` is delivery or message."""
        return Middle.of(getattr(each, f"us_per_{per}") for each in self.rounds)


async def run(seconds: float, beside: Path | None = None) -> Result:
    """`seconds` for each setting, in rounds that take turns."""
    open_files(max(*RECEIVERS, A_ROOM * max(ROOMS)))
    found: list[Measured] = []
    progress.keep(lambda: result([each for each in found if each.rounds]))
    async with fresh(beside, roomy=True) as house:
        people = await gather(house, max(*RECEIVERS, A_ROOM * max(ROOMS)))
        await in_turns(seconds, [await receivers(house, people, number) for number in RECEIVERS], found)
        small = await small_rooms(people)
        await in_turns(seconds, [Setting("rooms", number, house, small[:number]) for number in ROOMS], found)
    async with fresh(beside, roomy=True) as house:
        await in_turns(seconds, await members(house), found)
    async with AsyncExitStack() as houses:
        await in_turns(seconds, [await stored(houses, beside, fill) for fill in STORED], found)
    return result(found)


async def receivers(house: Life, people: list[Friend], number: int) -> Setting:
    there = people[:number]
    return Setting("receivers", number, house, [Place(await room_of(there), there)])


async def small_rooms(people: list[Friend]) -> list[Place]:
    """As many rooms of ten as are asked for, with nobody in two of them."""
    groups = [people[number * A_ROOM : (number + 1) * A_ROOM] for number in range(max(ROOMS))]
    return [Place(await room_of(group), group) for group in groups]


async def members(house: Life) -> list[Setting]:
    """Ten are there, the others are members of the room only."""
    people = await gather(house, max(MEMBERS))
    places = [Place(await room_of(people[:number]), people[:A_ROOM]) for number in MEMBERS]
    await each(Friend.go, people[A_ROOM:])
    return [Setting("members", number, house, [place]) for number, place in zip(MEMBERS, places, strict=True)]


async def stored(houses: AsyncExitStack, beside: Path | None, fill: Fill) -> Setting:
    await filled.ready(fill)
    house = await houses.enter_async_context(fresh(beside, fill=fill, roomy=True))
    people = await gather(house, A_ROOM)
    await join_all(people, filled.room_id(0))
    return Setting("stored", fill.rooms[0], house, [Place(filled.room_id(0), people)])


async def in_turns(seconds: float, settings: list[Setting], found: list[Measured]) -> None:
    """One question: its settings are added to what was found."""
    pairs = [(setting, Measured(setting.question, setting.number)) for setting in settings]
    found += [measured for _, measured in pairs]
    for setting in settings:
        await Burst(setting.house, setting.places).last(WARM_UP_S)
    at = QUESTIONS.index(settings[0].question)
    for setting, measured in turns(pairs, ROUNDS, (at / len(QUESTIONS), (at + 1) / len(QUESTIONS))):
        measured.rounds.append(await Burst(setting.house, setting.places).last(seconds / ROUNDS))
        measured.mib = setting.house.memory_mib()


def result(found: list[Measured]) -> Result:
    notes = [flatness(question, group) for question in QUESTIONS if len(group := of(found, question)) > 1]
    if any(each.total.load_s > 0.9 * each.total.seconds for each in found):
        notes.append("Where the load was busy above 90 %, it was the slower side: there the server could have done more a second.")
    named: Named = {}
    if crowds := of(found, "receivers"):
        further = further_receiver(crowds)
        notes.append(f"One further receiver adds {further:.1f} µs to what a message costs (the line through the rooms of all sizes).")
        named["saturate/further_receiver_us"] = further
    for measured in found:
        named |= costs(measured)
    return Result(
        scenario="saturate",
        table=Table("Saturate", ABOUT, COLUMNS, [_row(each) for each in found], notes),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        lines=[line(question, of(found, question)) for question in QUESTIONS],
    )


def of(found: list[Measured], question: str) -> list[Measured]:
    return [each for each in found if each.question == question]


def further_receiver(crowds: list[Measured]) -> Middle:
    """Of the lines through rounds that ran side by side, in µs."""
    sides = zip(*(each.rounds for each in crowds), strict=False)
    return Middle.of(slope([(each.number, cost.us_per_message) for each, cost in zip(crowds, side, strict=True)]) for side in sides)


def costs(each: Measured) -> Named:
    if each.question == "receivers":
        return {f"saturate/{each.number}/deliveries_per_s": each.rate, f"saturate/cost_us/{each.number}": each.us("delivery")}
    return {f"saturate/{each.question}/{each.number}/us": each.us(unit(each.question))}


def unit(question: str) -> str:
    """Over what the cost is told: with the same receivers everywhere, of a message."""
    return "message" if question == "stored" else "delivery"


def flatness(question: str, group: list[Measured]) -> str:
    first, last = group[0], group[-1]
    before, after = (each.us(unit(question)).figure for each in (first, last))
    change = f"goes by {after / before - 1:+.0%}" if before else "was too little to be measured"
    return f"From {first.number:,} to {last.number:,} {question}, the cost of a {unit(question)} {change}."


def line(question: str, group: list[Measured]) -> Line:
    return Line(f"by {question}", question, f"CPU µs/{unit(question)}", [(each.number, each.us(unit(question)).figure) for each in group])


def _row(each: Measured) -> tuple[str, ...]:
    total, messages = each.total, Middle.of(one.message_rate for one in each.rounds)
    return (
        f"{each.number:,} {each.question}",
        f"{messages.figure:,.0f}",
        f"{each.rate:,.0f}",
        f"{each.us('delivery'):.1f}",
        f"{each.us('message'):,.0f}",
        f"{total.cpu_s / total.seconds:.0%}",
        f"{total.load_s / total.seconds:.0%}",
        figures.mib(each.mib),
    )
