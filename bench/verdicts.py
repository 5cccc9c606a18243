"""The figures to reach, each a row: what it looks at, how far it may go, in words; and whether a run has reached it.

A row looks at a figure, or at its ratio to another one of the same run. What was not measured is said to be so; on a machine that
others keep busy nothing is judged, and no row that looks at a figure during which they took too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct

from bench.others import said

State = Literal["reached", "missed", "not measured", "not judged"]
OURS, WS = "peers/devchitchat", "peers/ws"
HUBS = ("ws", "granian-echo", "peerjs", "mosquitto", "nats")
"""They pass on what comes, and know nobody."""


class Goal(Struct, frozen=True, kw_only=True):
    """`most` or `least` is the bound: of the figure, or of its ratio to `per`. `plus` is added to what `per` allows.

    `figure` and `per` may be patterns; the worst figure counts, against the best of the others. `but` leaves names out of `per`.
    """

    name: str
    words: str
    figure: str
    per: str = ""
    but: tuple[str, ...] = ()
    most: float | None = None
    least: float | None = None
    plus: float = 0.0
    unit: str = ""

    def judge(self, figures: Mapping[str, float]) -> Verdict:
        upper = self.most is not None
        found = [value for name, value in figures.items() if self._is_judged(name)]
        others = [value for name, value in figures.items() if self._is_held_against(name)]
        if not found or (self.per and not any(others)):
            return Verdict(self.name, self.words, "", "not measured", "not measured in this run")
        value, base = (max(found), min(others or [1.0])) if upper else (min(found), max(others or [1.0]))
        bound = (self.most if upper else self.least) or 0.0
        reached = value <= bound * base + self.plus if upper else value >= bound * base + self.plus
        off = value / (bound * base + self.plus) - 1
        word = "reached" if reached else f"missed by {abs(off):.0%}"
        return Verdict(self.name, self.words, self._measured(value, base), "reached" if reached else "missed", word)

    def looks_at(self, name: str) -> bool:
        """Whether it is one of its figures, or of those that these are held against."""
        return self._is_judged(name) or self._is_held_against(name)

    def _is_judged(self, name: str) -> bool:
        return fnmatchcase(name, self.figure)

    def _is_held_against(self, name: str) -> bool:
        return fnmatchcase(name, self.per) and name not in self.but

    def _measured(self, value: float, base: float) -> str:
        if not self.per:
            return shown(value, self.unit)
        both = f"{shown(value, self.unit)} to {shown(base, self.unit)}"
        return both if self.plus else f"{value / base:.2f} ({both})"


class Verdict(Struct, frozen=True):
    """One row as it came out."""

    name: str
    words: str
    measured: str
    state: State
    says: str


GOALS = (
    Goal(
        name="fan-out to 10, p50",
        words="at most 1.2 times a bare Node ws hub",
        figure=f"{OURS}/fan-out/10/p50_ms",
        per=f"{WS}/fan-out/10/p50_ms",
        most=1.2,
        unit="ms",
    ),
    Goal(
        name="fan-out to 10, p50, against servers that do more than pass on",
        words="ahead of socket.io and of every full chat server",
        figure=f"{OURS}/fan-out/10/p50_ms",
        per="peers/*/fan-out/10/p50_ms",
        but=tuple(f"peers/{name}/fan-out/10/p50_ms" for name in (*HUBS, "devchitchat", "devchitchat-batch")),
        most=1.0,
        unit="ms",
    ),
    Goal(
        name="last of 200 receivers, p50",
        words="at most the bare Node ws hub",
        figure=f"{OURS}/fan-out/200/last_p50_ms",
        per=f"{WS}/fan-out/200/last_p50_ms",
        most=1.0,
        unit="ms",
    ),
    Goal(
        name="deliveries/s, 100 receivers",
        words="at least 0.85 of the bare Node ws hub",
        figure=f"{OURS}/saturate/100/deliveries_per_s",
        per=f"{WS}/saturate/100/deliveries_per_s",
        least=0.85,
    ),
    Goal(
        name="deliveries/s, 100 batching receivers",
        words="at least 3 times the bare Node ws hub",
        figure=f"{OURS}-batch/saturate/100/deliveries_per_s",
        per=f"{WS}/saturate/100/deliveries_per_s",
        least=3.0,
    ),
    Goal(
        name="relay of a 3 KB offer, p50",
        words="at most 1.5 times Node ws",
        figure=f"{OURS}/relay/3000/p50_ms",
        per=f"{WS}/relay/3000/p50_ms",
        most=1.5,
        unit="ms",
    ),
    Goal(
        name="durable acked messages/s, 10 senders, heard by all ten",
        words="at least 0.25 of the rate at which the bare Node ws hub, which stores nothing, fans out to ten",
        figure=f"{OURS}/group/10/messages_per_s",
        per=f"{WS}/group/10/messages_per_s",
        least=0.25,
    ),
    Goal(
        name="the same against prosody",
        words="at least 2.5 times prosody",
        figure=f"{OURS}/group/10/messages_per_s",
        per="peers/prosody/group/10/messages_per_s",
        least=2.5,
    ),
    Goal(
        name="ack p50, 1 sender",
        words="at most 2.5 times the disk's own fsync, plus 0.4 ms",
        figure="store/1/p50_ms",
        per="store/fsync_ms",
        most=2.5,
        plus=0.4,
        unit="ms",
    ),
    Goal(
        name="ack p50, 10 senders",
        words="at most 6 times the disk's own fsync, plus 0.4 ms",
        figure="store/10/p50_ms",
        per="store/fsync_ms",
        most=6.0,
        plus=0.4,
        unit="ms",
    ),
    Goal(
        name="ack p99 while a backup runs",
        words="at most 2 times without",
        figure="store/backup/p99_ms",
        per="store/quiet/p99_ms",
        most=2.0,
        unit="ms",
    ),
    Goal(
        name="search, newest 50 of a common word, a million messages",
        words="p99 below 5 ms",
        figure="search/common/p99_ms",
        most=5.0,
        unit="ms",
    ),
    Goal(name="catch-up of 10,000 messages by 100 clients", words="all within 5 s", figure="catch-up/all_s", most=5.0, unit="s"),
    Goal(name="cold start to first socket", words="below 500 ms", figure="start/first_socket_ms", most=500.0, unit="ms"),
    Goal(name="memory, idle", words="below 100 MiB", figure="idle/mib", most=100.0, unit="MiB"),
    Goal(name="memory, a connection", words="below 170 KiB", figure="idle/kib_per_connection", most=170.0, unit="KiB"),
    Goal(
        name="cost per delivery, 10 to 1,000 receivers",
        words="grows by 20 % at most",
        figure="saturate/cost_us/100*",
        per="saturate/cost_us/10",
        most=1.2,
        unit="µs",
    ),
    Goal(
        name="cost per message, 1,000 to 1,000,000 stored",
        words="grows by 20 % at most",
        figure="saturate/stored/1*0000/us",
        per="saturate/stored/1000/us",
        most=1.2,
        unit="µs",
    ),
)


def judge(figures: Mapping[str, float], *, busy: bool, disturbed: Mapping[str, float] | None = None) -> list[Verdict]:
    """Every row with its verdict; what was measured while others kept the machine busy is shown and not judged.

    `disturbed` are figures during which other programs took too much, and how much, in cores.
    """
    return [_judged(goal, figures, busy, disturbed or {}) for goal in GOALS]


def _judged(goal: Goal, figures: Mapping[str, float], busy: bool, disturbed: Mapping[str, float]) -> Verdict:
    verdict = goal.judge(figures)
    taken = [cores for name, cores in disturbed.items() if goal.looks_at(name)]
    if verdict.state == "not measured" or not (busy or taken):
        return verdict
    why = "this machine is busy" if busy else f"others took {said(max(taken))}"
    return Verdict(verdict.name, verdict.words, verdict.measured, "not judged", f"not judged: {why}")


def shown(value: float, unit: str = "") -> str:
    size = abs(value)
    figure = f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 0.995 else f"{value:.3g}"
    return f"{figure} {unit}".rstrip()
