"""What can be measured, by name: a scenario is one file with `ABOUT` and `run`, and is loaded only when it is asked for.

A further one is one line in the table. A name whose file is not there is not offered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from bench.result import Result
from bench.wire import Lacking

Run = Callable[[float, Path | None], Awaitable[Result]]
Tell = Callable[[str], None]
RunPeers = Callable[[float, Path | None, Tell], Awaitable[list[Result]]]


class Scenario(Struct, frozen=True):
    """`long` ones are run only by name or with `--full`; one with a browser is not kept to the load's core; `afar` with --url, too."""

    name: str
    module: str
    asks: str
    long: bool = False
    browser: bool = False
    afar: bool = False

    @property
    def there(self) -> bool:
        """Whether its file is; a package may lack, and then it is not there either."""
        try:
            return find_spec(self.module) is not None
        except ModuleNotFoundError:
            return False

    def load(self) -> Run:
        return import_module(self.module).run

    def load_peers(self) -> RunPeers:
        """Theirs gives a result for each workload."""
        return import_module(self.module).run


SCENARIOS = (
    Scenario("store", "bench.store", "messages a second that are on disk and acked", afar=True),
    Scenario("fan-out", "bench.fan_out", "how soon all in a room have a message, from 10 to 1,000 of them", afar=True),
    Scenario("relay", "bench.relay", "how soon one peer of a call hears another", afar=True),
    Scenario("join", "bench.join", "how soon ten who join a call at once are all connected"),
    Scenario("catch-up", "bench.catch_up", "how soon 100 clients have 10,000 messages that they missed"),
    Scenario("storm", "bench.storm", "how soon all are back after a restart"),
    Scenario("idle", "bench.idle", "memory, with nobody there and with 1,000 connections"),
    Scenario("start", "bench.start", "from the process's start to its first socket"),
    Scenario("bus", "bench.bus", "what a hop on the bus takes"),
    Scenario("parts", "bench.parts", "where each microsecond of a message goes"),
    Scenario("page", "bench.page", "how soon the page shows itself, and another room", browser=True),
    Scenario("call", "bench.call", "how soon after a click somebody is in a call", browser=True),
    Scenario("browser", "bench.keypress", "from a key in one window to paint in another", browser=True),
    Scenario("mixed", "bench.mixed", "ten lively friends for a minute", long=True),
    Scenario("search", "bench.search", "the newest 50 of a word in a room of a million messages", long=True),
    Scenario("saturate", "bench.saturate", "the most deliveries a second, and what each costs as things grow", long=True),
    Scenario("soak", "bench.soak", "whether the server stays as it is under a load that goes on", long=True),
)
PEERS = Scenario("peers", "bench.peers", "other servers on the same work, in the same rounds: also `--peers`", long=True)


def offered() -> dict[str, Scenario]:
    return {each.name: each for each in (*SCENARIOS, PEERS) if each.there}


def chosen(names: list[str], *, full: bool, peers: bool, afar: bool = False) -> list[Scenario]:
    """Those that were named, or all; the long ones among all only when everything is wanted. Raises Lacking for what cannot be."""
    there = offered()
    found = [there[name] for name in dict.fromkeys(names)] or [each for each in there.values() if full or not each.long]
    if afar:
        return _afar(found, named=bool(names))
    if peers and PEERS.name not in there:
        raise Lacking("there are no peers in this version of the bench")
    return [*found, PEERS] if peers and PEERS not in found else found


def _afar(found: list[Scenario], *, named: bool) -> list[Scenario]:
    if named and (here := [each.name for each in found if not each.afar]):
        raise Lacking(f"{', '.join(here)} can only be measured on a server of the bench's own, not with --url")
    return [each for each in found if each.afar]
