"""Ten lively friends for a minute: they type, chat, read, search, react, come and go, and four of them hold a call.

What each does and when is drawn beforehand (Poisson, fixed seed), and a latency counts from when a thing was due, not from when its
busy friend got round to it. A friend does one thing at a time. Who was away reads what was missed; at the end everybody must have
every message, and nothing may have been refused.
"""

from __future__ import annotations

import random
from pathlib import Path
from time import perf_counter_ns

from msgspec import Struct

from bench import figures, progress
from bench.client import Fault
from bench.crew import Acts, Crew
from bench.figures import COLUMNS, Named
from bench.friends import each, gather, room_of, within
from bench.life import Life, fresh
from bench.pace import drawn, sleep_until
from bench.result import Result, curve
from bench.table import Table

FRIENDS = 10
CALLERS = 4
A_MINUTE = 60 / 9
"""This scenario runs so much longer than others: a minute where they have nine seconds."""

PATIENCE_S = 30.0
RATES: dict[str, float] = {"type": 0.6, "chat": 0.5, "read": 0.5, "react": 0.1, "search": 0.1, "page": 0.1, "come_back": 0.05}
"""How often a second each friend does it."""

SIGNAL_RATE = 1.0
"""And each of those in the call hands a candidate on to another. They stay: a place in a call belongs to a socket."""


class Due(Struct, frozen=True, order=True):
    at_s: float
    act: str


async def run(seconds: float, beside: Path | None = None) -> Result:
    async with fresh(beside) as house:
        friends = await gather(house, FRIENDS)
        crew = Crew(house, friends, await room_of(friends))
        await crew.call(CALLERS)
        return await measure(house, crew, seconds * A_MINUTE)


class Ended(Struct, frozen=True):
    """What can be said when all have all: the share of a processor, and the memory."""

    cpu: float
    mib: float


async def measure(house: Life, crew: Crew, seconds: float) -> Result:
    cpu_s, began = house.used_s(), crew.begin(seconds)
    plans = [plan(number, seconds) for number in range(FRIENDS)]
    load = sum(len(each) for each in plans) / seconds
    progress.keep(lambda: result(crew, seconds, load))
    progress.takes(seconds)
    with within(seconds + PATIENCE_S, "a lively minute"):
        await each(lambda acts: live(began, plans[acts.number], acts), crew.acts)
        await crew.all_have_all()
    cpu_s = house.used_s() - cpu_s
    return result(crew, seconds, load, Ended(cpu_s / ((perf_counter_ns() - began) / 1e9), house.rss_kib() / 1024))


def plan(number: int, seconds: float) -> list[Due]:
    """What this friend does, in order of time."""
    chance = random.Random(number)
    calls = number < CALLERS
    rates = {act: rate for act, rate in RATES.items() if not (calls and act == "come_back")} | ({"signal": SIGNAL_RATE} if calls else {})
    return sorted(Due(at_s, act) for act, rate in rates.items() for at_s in drawn(rate, seconds, chance))


async def live(began: int, dues: list[Due], acts: Acts) -> None:
    """Does what is due, late when the one before took so long. A word that is refused is counted, and the evening goes on."""
    for due in dues:
        due_ns = began + int(due.at_s * 1e9)
        await sleep_until(due_ns)
        try:
            await acts.do(due.act, due_ns)
        except Fault as fault:
            acts.crew.errors.append(str(fault))


def result(crew: Crew, seconds: float, load: float, ended: Ended | None = None) -> Result:
    if ended and crew.errors:
        raise Fault(f"{len(crew.errors)} things failed among friends, the first: {crew.errors[0]}")
    about = (
        f"{FRIENDS} friends for {seconds:.0f} s, {CALLERS} of them in a call: together {load:.0f} things a second, at times that were "
        "drawn beforehand. `chat` is until a message is acknowledged, `delivery` until each friend who is there has it. "
        "`p50` is the median of the quarters of that time, ± half of what lies between their quartiles."
    )
    there = dict(sorted(crew.rounds.items(), key=lambda item: (item[0] not in {"chat", "delivery"}, item[0])))
    rows = [(what, f"{rounds.all.count:,}", *rounds.cells()) for what, rounds in there.items()]
    named: Named = {}
    if ended:
        named |= {"mixed/errors": 0.0, "mixed/cpu_percent": ended.cpu * 100, "mixed/mib": ended.mib}
    for what, rounds in there.items():
        named |= rounds.named(f"mixed/{what.replace('_', '-')}")
    return Result(
        scenario="mixed",
        table=Table("Mixed", about, ("what", "times", *COLUMNS), rows, [story(crew, ended)] if ended else []),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(what, there[what].all, crew.over_time(what)) for what in ("chat", "delivery") if what in there],
    )


def story(crew: Crew, ended: Ended) -> str:
    return (
        f"{crew.posted:,} messages: each of the {FRIENDS} has every one, live or by reading what was missed in {crew.returns} absences. "
        f"Nothing was refused or lost. The server took {ended.cpu:.1%} of one processor and holds {ended.mib:.0f} MiB."
    )
