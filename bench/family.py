"""Processes and who descends from whom, as /proc tells (man 5 proc); and a way to keep those in the family whose parents end."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

PROC = Path("/proc")
SET_CHILD_SUBREAPER = 36
"""Of prctl(2)."""

KERNEL_THREAD = 0x00200000
"""PF_KTHREAD of Linux's include/linux/sched.h."""


class Member(Struct, frozen=True, kw_only=True):
    """What of /proc/PID/stat is needed. `began` tells a process from a later one with its number. `took` is processor time in ticks, its
    own and that of those of its children that have ended and were waited for. `kernel` threads belong to nobody."""

    parent: int
    began: int
    took: int
    ended: bool
    kernel: bool

    @classmethod
    def of(cls, line: str) -> Member:
        """The name, which may hold anything, ends with the last bracket; behind it stand the fields from the third."""
        fields = line.rpartition(")")[2].split()
        return cls(
            parent=int(fields[1]),
            began=int(fields[19]),
            took=sum(map(int, fields[11:15])),
            ended=fields[0] == "Z",
            kernel=bool(int(fields[6]) & KERNEL_THREAD),
        )


def everybody() -> dict[int, Member]:
    """By number, the oldest first as a rule: of one that ends meanwhile the parent was read before, and has not got its time yet."""
    found: dict[int, Member] = {}
    for name in filter(str.isdigit, os.listdir(PROC)):
        with suppress(OSError):  # it has ended
            found[int(name)] = Member.of((PROC / name / "stat").read_text(errors="replace"))
    return found


def descent(number: int, found: Mapping[int, Member]) -> set[int]:
    """It and all that descend from it."""
    children: dict[int, list[int]] = {}
    for each, member in found.items():
        children.setdefault(member.parent, []).append(each)
    ours = [number]
    for each in ours:
        ours += children.get(each, [])
    return set(ours) & found.keys()


@contextmanager
def kept() -> Generator[None]:
    """Inside, a descendant whose parent ends becomes this process's child instead of the system's, and so stays in the family: most of a
    browser's helpers outlive who started them by a moment. Those that have ended when the block does are waited for."""
    if not sys.platform.startswith("linux") or not (PROC / "self").exists():
        yield
        return
    before = children()
    _adopt(wanted=True)
    try:
        yield
    finally:
        _adopt(wanted=False)
        for number in [number for number, each in children().items() if each.ended and number not in before]:
            with suppress(ChildProcessError):  # somebody else has waited for it
                os.waitpid(number, os.WNOHANG)


def children() -> dict[int, Member]:
    return {number: each for number, each in everybody().items() if each.parent == os.getpid()}


def _adopt(*, wanted: bool) -> None:
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, *map(ctypes.c_ulong, (wanted, 0, 0, 0)))
