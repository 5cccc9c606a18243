"""The disk below a bench: where data directories are made, what kind of place that is, and what one fsync takes there."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile, gettempdir
from time import perf_counter_ns

import platformdirs

MEMORY = Path("/dev/shm")  # noqa: S108
IN_MEMORY = {"tmpfs", "ramfs"}
WRITES = 50
CACHE = platformdirs.user_cache_path("devchitchat", appauthor=False) / "bench"


def on_disk(beside: Path | None) -> Path | None:
    """Where a bench that is about a disk makes its data: as it was told, or not where the system keeps files in memory only."""
    if beside is None and kind(Path(gettempdir())) in IN_MEMORY:
        CACHE.mkdir(parents=True, exist_ok=True)
        return CACHE
    return beside


def memory_place() -> Path | None:
    return MEMORY if MEMORY.is_dir() and kind(MEMORY) in IN_MEMORY and os.access(MEMORY, os.W_OK) else None


def kind(place: Path) -> str:
    """The name of the file system, such as ext4; empty where the system does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    here = place.resolve()
    above = [(mount[1], mount[2]) for mount in mounts if here.is_relative_to(mount[1])]
    return max(above, key=lambda mount: len(mount[0]))[1] if above else ""


def fsync_ms(beside: Path | None = None) -> float:
    """What the disk itself takes, so that figures of two machines can be told apart."""
    with TemporaryFile(dir=beside) as file:
        return median(_one_fsync_ns(file.fileno()) for _ in range(WRITES)) / 1e6


def _one_fsync_ns(file: int) -> int:
    started = perf_counter_ns()
    os.write(file, bytes(4096))
    os.fsync(file)
    return perf_counter_ns() - started
