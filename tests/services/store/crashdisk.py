"""A disk in memory whose power can be cut, as a VFS for SQLite.

What was written since a file's last fsync is pending. When the power comes back, each pending write is there or not,
and of one that is, some sectors are missing. A failed fsync forgets what was pending, as the kernel's page cache does.
Opened in exclusive locking mode a WAL database needs no shared memory, so nothing here is left to the real disk.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import apsw
from msgspec import Struct, field

SECTOR = 512
Fault = Callable[[int, str], None]
"""Called at every call that changes the disk, with its number and kind; may raise an apsw.Error."""

names = itertools.count()


class PowerLoss(apsw.IOError):
    """From here on every call fails."""


class Change(Struct, frozen=True):
    """A write at an offset, or with data None a cut to that length."""

    offset: int
    data: bytes | None

    def apply(self, image: bytearray) -> None:
        if self.data is None:
            del image[self.offset :]
            return
        put(image, self.offset, self.data)

    def sectors(self) -> Iterator[Change]:
        """The parts that can each be lost alone."""
        if self.data is None:
            yield self
            return
        for start in range(0, len(self.data), SECTOR):
            yield Change(self.offset + start, self.data[start : start + SECTOR])


class Image(Struct):
    """A file: as programs read it, as it is on the platter, and what lies between."""

    live: bytearray
    durable: bytearray
    pending: list[Change] = field(default_factory=list[Change])


class CrashDisk:
    def __init__(self, seed: int = 0, files: Mapping[str, bytes] | None = None) -> None:
        self.chance = random.Random(seed)
        self.files = {name: Image(bytearray(data), bytearray(data)) for name, data in (files or {}).items()}
        self.calls = 0
        self.syncs = 0
        self.dies_at: int | None = None
        self.fault: Fault | None = None

    @property
    def dead(self) -> bool:
        return self.dies_at is not None and self.calls >= self.dies_at

    def tick(self, kind: str) -> None:
        self.calls += 1
        if self.dead:
            raise PowerLoss("the power is gone")
        if self.fault is not None:
            self.fault(self.calls, kind)

    def change(self, image: Image, change: Change, kind: str) -> None:
        self.tick(kind)
        change.apply(image.live)
        image.pending.append(change)

    def sync(self, image: Image) -> None:
        pending, image.pending = image.pending, []
        try:
            self.tick("sync")
        except PowerLoss:
            image.pending = pending
            raise
        for change in pending:
            change.apply(image.durable)
        self.syncs += 1

    def live(self) -> dict[str, bytes]:
        return {name: bytes(image.live) for name, image in self.files.items()}

    def after_power_loss(self) -> dict[str, bytes]:
        """What the machine finds when the power is back: half of the pending writes, and nine in ten of their sectors."""
        for image in self.files.values():
            for change in image.pending:
                if self.chance.random() < 0.5:
                    for part in change.sectors():
                        if self.chance.random() < 0.9:
                            part.apply(image.durable)
        return {name: bytes(image.durable) for name, image in self.files.items()}


class CrashFile(apsw.VFSFile):
    def __init__(self, disk: CrashDisk, image: Image) -> None:  # pyright: ignore[reportMissingSuperCall]
        self._disk = disk
        self._image = image

    def excepthook(self, etype: type[BaseException] | None, evalue: BaseException | None, etraceback: Any) -> bool:
        """SQLite was told; nobody else needs to be."""
        return True

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._image.live[offset : offset + amount])

    def xWrite(self, data: Any, offset: int) -> None:
        self._disk.change(self._image, Change(offset, bytes(data)), "write")

    def xTruncate(self, newsize: int) -> None:
        self._disk.change(self._image, Change(newsize, None), "truncate")

    def xSync(self, flags: int) -> None:
        self._disk.sync(self._image)

    def xFileSize(self) -> int:
        return len(self._image.live)

    def xClose(self) -> None: ...

    def xLock(self, level: int) -> None: ...

    def xUnlock(self, level: int) -> None: ...

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE


class CrashVFS(apsw.VFS):
    def __init__(self, name: str, disk: CrashDisk) -> None:
        super().__init__(name, "")
        self._disk = disk

    def excepthook(self, etype: type[BaseException] | None, evalue: BaseException | None, etraceback: Any) -> bool:
        """SQLite was told; nobody else needs to be."""
        return True

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or f"temporary-{next(names)}"
        flags[1] = flags[0]
        return CrashFile(self._disk, self._disk.files.setdefault(path, Image(bytearray(), bytearray())))

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self._disk.files

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self._disk.tick("delete")
        self._disk.files.pop(filename, None)

    def xFullPathname(self, name: str) -> str:
        return name


@contextmanager
def mounted(disk: CrashDisk) -> Generator[str]:
    """The name of a VFS that is this disk."""
    name = f"crash-{next(names)}"
    vfs = CrashVFS(name, disk)
    try:
        yield name
    finally:
        vfs.unregister()


def put(image: bytearray, offset: int, data: bytes) -> None:
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data
