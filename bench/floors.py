"""Does a change make the house slower? Figures of ours against bare servers in the same rounds, each with the floor that is committed here.

`./run test` holds them, and `python -m bench.floors` prints them. A floor is a ratio to who was measured in the same second, the median
of it over the rounds. Two machines, one three times as fast as the other, differed by a third in most of these ratios, so the floors leave
that much room, and the planted slownesses fall well below. What could not be measured is not reached.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec

import anyio
from msgspec import Struct
from msgspec.structs import replace

from bench import machine
from bench.abreast import LOOP_US, PER_COMMIT, Entrant, Ours, race
from bench.client import Fault
from bench.peers import granian_echo, ws
from bench.peers.flow import WIDE
from bench.peers.workload import CPU, WORKLOADS, Figure, Round
from bench.rounds import Middle
from bench.table import Table
from bench.verdicts import Goal, Verdict, shown
from bench.wire import Lacking

SECONDS = 1.5
"""For each workload of each server, all rounds together."""

P25 = Figure("p25_ms", "p25 ms", 3, lambda each: each.ms(25))
"""The quarter that went best: neighbours on the machine move it half as much as the median, and a slower house moves both."""

LONG = replace(next(each for each in WORKLOADS if each.name == "saturate/100"), name="saturate/7500", each=1, size=7_500, words=WIDE)
"""These take far longer to encode than 100 bytes of ASCII, and little longer to send: so a second encode shows."""

WS, ECHO = ws.PEER.name, granian_echo.PEER.name
HOUSE = "devchitchat"
LOOP = {"use_uvloop": find_spec("uvloop") is not None}


class Floor(Struct, frozen=True, kw_only=True):
    """`most` or `least` bounds what `figure` comes to at `workload`, as a ratio to that of `against` where somebody is named."""

    name: str
    workload: str
    figure: Figure
    against: str = ""
    most: float | None = None
    least: float | None = None
    why: str

    @property
    def words(self) -> str:
        bound = f"at most {self.most:g}" if self.most is not None else f"at least {self.least:g}"
        return f"{bound} times {self.against}" if self.against else bound


FLOORS = (
    Floor(
        name="relay",
        workload="relay/300",
        figure=P25,
        against=ECHO,
        most=4.5,
        why="every frame of a call waits for whatever a handler does on the loop",
    ),
    Floor(
        name="fan-out",
        workload="fan-out/10",
        figure=P25,
        against=WS,
        most=16.0,
        why="from send to heard with nobody else about: gateway, deed, commit, hub",
    ),
    Floor(
        name="delivery",
        workload=LONG.name,
        figure=LOOP_US,
        against=WS,
        most=1.1,
        why="what is done once a receiver: an event is encoded once for all of them",
    ),
    Floor(
        name="group",
        workload="group/10x8",
        figure=CPU,
        against=WS,
        most=9,
        why="what is done once a message, from its frame to its place in the log",
    ),
    Floor(
        name="commit",
        workload="group/10x8",
        figure=PER_COMMIT,
        least=3.0,
        why="what gathers while the store is busy shares a commit, as the store counts",
    ),
)


class Planted(Struct, frozen=True):
    """A house of another `program`, that is held to some of the floors in the same rounds."""

    name: str
    program: tuple[str, ...]
    floors: tuple[str, ...]


async def measure(planted: Sequence[Planted] = (), seconds: float = SECONDS) -> dict[str, list[Verdict]]:
    """Verdicts on the house, and on each planted one, by name. Raises Fault when one of these fails, Lacking where none can be measured;
    a reference that cannot be had leaves its floors not measured."""
    held = {HOUSE: FLOORS, **{each.name: tuple(floor for floor in FLOORS if floor.name in each.floors) for each in planted}}
    ours = [Ours(HOUSE, at(FLOORS)), *(Ours(each.name, at(held[each.name]), each.program) for each in planted)]
    others = {each.name: Entrant(each, at(against(each.name))) for each in (ws.PEER, granian_echo.PEER)}
    await race([*ours, *others.values()], [each for each in (*WORKLOADS, LONG) if each.name in at(FLOORS)], seconds)
    if out := "; ".join(f"{each.name}: {each.out}" for each in ours if each.out):
        raise Fault(out)
    return {each.name: [judge(floor, each, others.get(floor.against)) for floor in held[each.name]] for each in ours}


def at(floors: Iterable[Floor]) -> set[str]:
    return {each.workload for each in floors}


def against(name: str) -> list[Floor]:
    return [each for each in FLOORS if each.against == name]


def judge(floor: Floor, ours: Entrant, other: Entrant | None) -> Verdict:
    if other and other.out:
        return Verdict(floor.name, floor.words, "", "not measured", f"{other.name} was left out: {other.out}")
    found, theirs = ours.rounds.get(floor.workload, {}), other.rounds.get(floor.workload, {}) if other else {}
    ratios = [ratio for turn, each in found.items() if (ratio := compared(floor, each, theirs.get(turn))) is not None]
    if not ratios:
        return Verdict(floor.name, floor.words, "", "not measured", f"this machine does not tell {floor.figure.title}")
    middle = Middle.of(ratios)
    verdict = Goal(name=floor.name, words=floor.words, figure="it", most=floor.most, least=floor.least).judge({"it": middle.figure})
    return replace(verdict, measured=f"{shown(middle.figure)} ±{shown(middle.spread)}")


def compared(floor: Floor, ours: Round, theirs: Round | None) -> float | None:
    """One round's ratio, or our figure where nobody is named; None where it cannot be told."""
    figure = floor.figure.read(ours)
    if not floor.against or figure is None:
        return figure
    per = floor.figure.read(theirs) if theirs else None
    return figure / per if per else None


def table(verdicts: Sequence[Verdict]) -> Table:
    whys = {each.name: (f"{each.workload} {each.figure.title}", each.why) for each in FLOORS}
    rows = [(each.name, whys[each.name][0], each.measured, each.words, each.says, whys[each.name][1]) for each in verdicts]
    columns = ("floor", "figure", "measured", "must be", "verdict", "because")
    return Table("Floors", f"The median of the rounds, ± half of what lies between their quartiles. {machine.look().about}.", columns, rows)


def main() -> int:
    try:
        verdicts = anyio.run(measure, backend_options=LOOP)
    except (Lacking, Fault) as error:
        print(f"bench.floors: {error}", file=sys.stderr)
        return 1
    print(table(verdicts[HOUSE]))
    return int(any(each.state != "reached" for each in verdicts[HOUSE]))


if __name__ == "__main__":
    sys.exit(main())
