"""The state of the house in few numbers, for those who may know how it is and not who is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from bus.protocol.errands import HouseState

Probe = Callable[[], Any]
QUEUE = ("depth", "capacity", "peak", "dropped", "failed")


def state(
    house: dict[str, float], tree: Sequence[Mapping[str, Any]], services: Sequence[Mapping[str, Any]], probes: Mapping[str, Probe]
) -> HouseState:
    """From the rows that /diag shows; of connections, calls and places only how many there are, of errors only who logged them."""
    store: dict[str, Any] = msgspec.to_builtins(probes["store"]()) if "store" in probes else {}
    return HouseState(
        house,
        {str(row["name"]): {name: int(row[name]) for name in QUEUE} for row in services},
        {name: value for name, value in store.items() if name != "epoch"},
        connections=_count(probes, "connections"),
        calls=_count(probes, "calls"),
        in_calls=_count(probes, "places"),
        restarts=sum(int(row["restarts"]) for row in tree),
        errors=dict(Counter(str(error.get("logger", "")) for error in (probes["errors"]() if "errors" in probes else ()))),
    )


def _count(probes: Mapping[str, Probe], name: str) -> int:
    return len(probes[name]()) if name in probes else 0
