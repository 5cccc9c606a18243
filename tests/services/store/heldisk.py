"""The real disk, with fsyncs that can be held up, counted and made to fail."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import apsw

PATIENCE = 10.0
names = itertools.count()


class HeldDisk:
    """Every fsync passes while the gate is open; `failing` of them raise."""

    def __init__(self) -> None:
        self.vfs = f"held-{next(names)}"
        self.syncs = 0
        self.failing = 0
        self._gate = threading.Event()
        self._gate.set()
        self._reached = threading.Event()

    def hold(self) -> None:
        """From here on fsyncs wait."""
        self._gate.clear()
        self._reached.clear()

    def let_pass(self, failing: int = 0) -> None:
        self.failing = failing
        self._gate.set()

    async def reached(self) -> None:
        """Return when somebody waits at the gate."""
        assert await anyio.to_thread.run_sync(self._reached.wait, PATIENCE)

    def sync(self) -> None:
        self.syncs += 1
        self._reached.set()
        assert self._gate.wait(PATIENCE)
        if self.failing:
            self.failing -= 1
            raise apsw.IOError("the fsync failed")


class HeldFile(apsw.VFSFile):
    def __init__(self, disk: HeldDisk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)  # pyright: ignore[reportArgumentType]
        self._disk = disk

    def xSync(self, flags: int) -> None:
        self._disk.sync()
        super().xSync(flags)

    def excepthook(self, etype: type[BaseException] | None, evalue: BaseException | None, etraceback: Any) -> bool:
        """SQLite was told; nobody else needs to be."""
        return True


class HeldVFS(apsw.VFS):
    def __init__(self, disk: HeldDisk) -> None:
        super().__init__(disk.vfs, "")
        self._disk = disk

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return HeldFile(self._disk, name, flags)


@contextmanager
def held() -> Generator[HeldDisk]:
    disk = HeldDisk()
    vfs = HeldVFS(disk)
    try:
        yield disk
    finally:
        disk.let_pass()
        vfs.unregister()


def wal_size(path: Path) -> int:
    """Bytes in the WAL; 0 when there is none."""
    wal = path.with_name(f"{path.name}-wal")
    return wal.stat().st_size if wal.exists() else 0
