"""The machine at hand: what it is, how busy others keep it, and which core is whose.

The load keeps to the last core and the servers to the first, where the system lets a program choose (Linux) and there are two or more;
so neither takes the other's time. Where other programs take too much in the second before the start, figures are shown and not judged;
where the system does not tell, above half a program a core in the minute before, be it ours of the run before.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from importlib import metadata
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process
from msgspec import Struct

from bench import others
from bench.wire import Lacking

BUSY_PER_CORE = 0.5
"""Of the load average, where nothing better is known."""

LIBRARIES = ("granian", "litestar", "msgspec", "anyio", "uvloop", "picows")
SPARE_FILES = 100
TETHER = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()
"""Before a command, where the system has it: a bench that is killed outright takes what it started along."""


class Cores(Struct, frozen=True):
    """Who runs where. `all` is what this process was given."""

    load: int
    servers: int
    all: frozenset[int]


class Machine(Struct, frozen=True, kw_only=True):
    """What figures hang on. `load` is the load average of the minute before; `taken` what others took in the second before, in cores."""

    system: str
    processor: str
    cores: int
    memory_gib: float | None
    versions: dict[str, str]
    load: float | None
    pinned: str
    taken: float | None = None

    @property
    def busy(self) -> bool:
        if self.taken is not None:
            return others.too_much(self.taken, self.cores)
        return self.load is not None and self.load > BUSY_PER_CORE * self.cores

    @property
    def about(self) -> str:
        memory = "" if self.memory_gib is None else f", {self.memory_gib:.1f} GiB"
        return f"{self.cores} cores ({self.processor}{memory}), {self.system}"

    @property
    def others(self) -> str:
        average = "" if self.load is None else f"{self.load:.1f} programs ran on average in the minute before"
        if self.taken is None:
            return average
        return "; ".join(filter(None, (f"other programs took {others.said(self.taken)} in the second before", average)))


_pinned: ContextVar[Cores | None] = ContextVar("pinned", default=None)


def look(*, afar: bool = False) -> Machine:
    """Takes a second where others can be seen; `afar` when the servers are elsewhere, and nothing of ours is kept to a core."""
    return Machine(
        system=f"{platform.system()} {platform.release()}",
        processor=processor(),
        cores=len(allowed()) or os.cpu_count() or 1,
        memory_gib=memory_gib(),
        versions=versions(),
        load=load(),
        pinned="the server is elsewhere" if afar else pinned_as(choose()),
        taken=None if afar else others.glance(),
    )


def load() -> float | None:
    """The load average of the last minute, where the system tells."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def versions() -> dict[str, str]:
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found | sqlite()


def sqlite() -> dict[str, str]:
    try:
        import apsw
    except ImportError:
        return {"SQLite": sqlite3.sqlite_version}
    return {"apsw": apsw.apsw_version(), "SQLite": apsw.sqlite_lib_version()}


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()}, {names[0]}" if names and names[0] != "unknown" else platform.machine()


def memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (AttributeError, ValueError, OSError):
        return None


def allowed() -> frozenset[int]:
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def choose() -> Cores | None:
    """The first core for servers and the last for the load, where there are two to choose from."""
    ours = allowed()
    return Cores(max(ours), min(ours), ours) if len(ours) > 1 else None


def pinned_as(cores: Cores | None) -> str:
    return f"load on core {cores.load}, servers on core {cores.servers}" if cores else "load and servers share all cores"


def apart() -> bool:
    """Whether the load has a core of its own just now."""
    return _pinned.get() is not None


@contextmanager
def pinned(*, wanted: bool = True) -> Generator[Cores | None]:
    """Keep this thread, and those that it starts, to the load's core."""
    cores = choose() if wanted else None
    before = _pinned.set(cores)
    if cores:
        os.sched_setaffinity(0, {cores.load})
    try:
        yield cores
    finally:
        _pinned.reset(before)
        if cores:
            os.sched_setaffinity(0, cores.all)


def as_server() -> AbstractContextManager[None]:
    """A process that is started inside keeps to the servers' core: it takes over what this thread has at that moment."""
    cores = _pinned.get()
    return _for_children({cores.servers}) if cores else nullcontext()


def as_anybody() -> AbstractContextManager[None]:
    """A process that is started inside runs where the system puts it, as if the bench were not there."""
    cores = _pinned.get()
    return _for_children(cores.all) if cores else nullcontext()


@contextmanager
def _for_children(cores: Iterable[int]) -> Generator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def opened(command: Sequence[str], cores: AbstractContextManager[None], **more: Any) -> Process:
    """A process with a session of its own, since Ctrl+C is the bench's to answer. Nobody is cancelled while it starts: they could not
    stop what they have not got yet."""
    with cores, anyio.CancelScope(shield=True):
        return await anyio.open_process(command, start_new_session=True, **more)
    raise AssertionError


def open_files(wanted: int) -> None:
    """Let this process, and the servers that it starts, open so many files. Raises Lacking when the system does not."""
    try:
        import resource
    except ImportError:
        return  # Windows has no such limit
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted + SPARE_FILES:
        return
    if hard != resource.RLIM_INFINITY and hard < wanted + SPARE_FILES:
        raise Lacking(f"this needs {wanted + SPARE_FILES:,} open files and the system allows {hard:,}: raise it (ulimit -Hn, limits.conf)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted + SPARE_FILES if hard == resource.RLIM_INFINITY else hard, hard))
