"""How much processor time other programs took during a span, in cores: 1.0 is one core all the time. Only Linux tells; elsewhere None.

Ours are this process and all that descend from it. A process's line in /proc has what its ended children took too, so that the sum over
a family keeps what its ended members took: nothing is lost, and nothing counted twice. The kernel's own threads are nobody's: they write
our files and pass on our frames as they do others'.
"""

from __future__ import annotations

import os
from time import monotonic, sleep

from msgspec import Struct

from bench import family

DISTURBS_PER_CORE = 0.1
"""More of each core than this is too much: 0.2 on two cores. A scenario that nobody disturbs sees 0.03 of a core at most.

That was measured in a process namespace of its own, where all that is seen is the bench's: 0.001 of each scenario, those with Chromium and
other servers too; and 0.026 of what is left of the processors' time. Programs that only wait on a desktop take some hundredths.
"""

GLANCE_S = 1.0
SHORTEST_S = 1.0
"""What was taken in less time counts as if it had been so long: the kernel tells hundredths of a second."""


class Moment(Struct, frozen=True, kw_only=True):
    """Seconds of processor time until `at_s`. `busy_s` is all processors' without interrupts; of it, `stolen_s` went to other machines."""

    at_s: float
    busy_s: float
    stolen_s: float
    ours_s: float
    theirs_s: float
    kernel_s: dict[tuple[int, int], float]


class Span:
    """From now on."""

    def __init__(self) -> None:
        self._began = look()

    def cores(self) -> float | None:
        """Until now."""
        now = look() if self._began else None
        return share(self._began, now) if self._began and now else None


def glance() -> float | None:
    """What others take in the second that comes."""
    if look() is None:
        return None
    span = Span()
    sleep(GLANCE_S)
    return span.cores()


def too_much(taken: float | None, cores: int) -> bool:
    """For figures of a machine with so many cores to be judged."""
    return taken is not None and taken > DISTURBS_PER_CORE * cores


def said(taken: float) -> str:
    return f"{taken * 100:.0f} % of a core"


def share(before: Moment, after: Moment) -> float:
    """The greater of two figures, for neither finds too much: what processes took that we see, and what is left of the processors' time.

    The first is fine, since a process is timed to the nanosecond. The second knows those that we do not see (in other containers), but is
    sampled at the clock's ticks, and knows no interrupts: most kernels count them as time of whom they interrupt, too.
    """
    kernel_s = sum(took - before.kernel_s.get(which, 0.0) for which, took in after.kernel_s.items())
    seen_s = after.theirs_s - before.theirs_s + after.stolen_s - before.stolen_s
    left_s = after.busy_s - before.busy_s - (after.ours_s - before.ours_s) - kernel_s
    return max(seen_s, left_s, 0.0) / max(after.at_s - before.at_s, SHORTEST_S)


def look() -> Moment | None:
    try:
        me, (busy_s, stolen_s) = int((family.PROC / "self").readlink().name), _processors()
    except (OSError, ValueError):
        return None
    found = family.everybody()
    ours = family.descent(me, found)
    kernel = {number for number, each in found.items() if each.kernel}
    return Moment(
        at_s=monotonic(),
        busy_s=busy_s,
        stolen_s=stolen_s,
        ours_s=_seconds(sum(found[number].took for number in ours)),
        theirs_s=_seconds(sum(each.took for number, each in found.items() if number not in ours | kernel)),
        kernel_s={(number, found[number].began): _seconds(found[number].took) for number in kernel},
    )


def _processors() -> tuple[float, float]:
    """Busy, and stolen. The first line of /proc/stat: user (guests in it), nice, system, idle, iowait, irq, softirq, steal, in ticks."""
    with (family.PROC / "stat").open() as lines:
        user, nice, system, _, _, _, _, steal = map(int, lines.readline().split()[1:9])
    return _seconds(user + nice + system + steal), _seconds(steal)


def _seconds(ticks: int) -> float:
    return ticks / os.sysconf("SC_CLK_TCK")
