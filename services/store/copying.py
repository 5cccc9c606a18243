"""Copies the database while others write to it: whole, from one moment, and so gently that hardly anybody waits for it.

All is read in one transaction, so a commit meanwhile does not begin the copy anew, as it would without; what is committed
waits in the WAL until the copy is done. In one go, or with one flush at the end, it made the slowest acks three times as slow.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import apsw

from services.store.database import APPLICATION_ID, Place, Refusal, let_go, open_reader

Rest = Callable[[float], object]
Clock = Callable[[], float]
PAGES: Final = 64
"""A quarter of a MiB at a time."""

PIECES_A_FLUSH: Final = 4
RESTS: Final = 3.0
"""As long as this many times what a piece took: a slow disk is left alone for longer."""

LEAST_REST_S: Final = 0.005


def copy(place: Place, to: Path, *, rest: Rest = sleep, clock: Clock = perf_counter) -> None:
    """Write a copy to a new file, readable by its owner only, that is on disk when this returns; or none at all.

    `rest` is called with seconds after every piece. Raises Refusal, OSError and apsw.Error.
    """
    if to.exists():
        raise Refusal(f"there is a {to} already; choose another name", 1)
    half = to.with_name(f"{to.name}.{os.urandom(4).hex()}.half")
    try:
        _write(place, half, rest, clock)
        _name(half, to)
    finally:
        with suppress(OSError):
            half.unlink()
    if os.name == "posix":
        _flush_names(to.parent)


def _name(half: Path, to: Path) -> None:
    """Never in the place of what somebody else has put there meanwhile."""
    try:
        os.link(half, to)
    except FileExistsError:
        raise Refusal(f"there is a {to} by now; choose another name", 1) from None
    except OSError:  # a file system without links
        half.replace(to)


def _write(place: Place, half: Path, rest: Rest, clock: Clock) -> None:
    file = os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        source = open_reader(place)
        try:
            source.execute("begin")
            if source.pragma("application_id") != APPLICATION_ID:  # The first read, which fixes the moment.
                raise Refusal(f"{place.path} is not a devchitchat database")
            _fill(half, file, source, rest, clock)
        finally:
            let_go(source)
        os.fsync(file)
    finally:
        os.close(file)  # Only now: closing any descriptor of a file ends SQLite's locks on it.


def _fill(half: Path, file: int, source: apsw.Connection, rest: Rest, clock: Clock) -> None:
    target = apsw.Connection(str(half))
    try:
        # Half a copy is thrown away, so it needs no journal and no order; what is flushed, we flush.
        target.pragma("journal_mode", "off")
        target.pragma("synchronous", 0)
        with target.backup("main", source, "main") as backup:
            for piece in count(1):
                began = clock()
                backup.step(PAGES)
                if piece % PIECES_A_FLUSH == 0:
                    os.fsync(file)
                if backup.done:
                    return
                rest(max(LEAST_REST_S, RESTS * (clock() - began)))
    finally:
        let_go(target)


def _flush_names(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
