"""Writing a certificate and its key so that a crash at any moment leaves the old ones, the new ones, or what `finish` can complete."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from msgspec import Struct

from devchitchat.errors import Stop
from devchitchat.tls import reading
from devchitchat.tls.authority import Pair

PATIENCE_S: Final = 10.0
OWN: Final = 0o700


class Files(Struct, frozen=True):
    """Where a pair lies."""

    certificate: Path
    key: Path

    @classmethod
    def named(cls, folder: Path, name: str) -> Files:
        return cls(folder / f"{name}.crt", folder / f"{name}.key")

    def save(self, pair: Pair) -> None:
        """The key first, so that a certificate that is there always has one. Raises Stop."""
        try:
            _stage(self.key, pair.key)
            _stage(self.certificate, pair.certificate)
            for path in (self.key, self.certificate):
                _fresh(path).replace(path)
            _sync(self.key.parent)
        except OSError as error:
            raise Stop(f"{self.key.parent} cannot be written to: {error.strerror}") from None

    def finish(self) -> None:
        """Complete a first `save` that a crash cut short between its two files."""
        fresh = _fresh(self.certificate)
        if self.key.exists() and not self.certificate.exists() and fresh.exists():
            if reading.fits(reading.certificate(fresh), reading.private_key(self.key)):
                fresh.replace(self.certificate)


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """Be the only one at work in the folder, which is made, and its owner's alone. Raises Stop, also after ten seconds of waiting."""
    lock = FileLock(folder / "lock", mode=0o600)
    try:
        _make(folder)
        lock.acquire(timeout=PATIENCE_S)
    except Timeout:
        raise Stop(f"another devchitchat is at work in {folder}: try again when it has ended") from None
    except OSError as error:
        raise Stop(f"{folder} cannot be used: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=OWN)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(OWN)


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _stage(path: Path, data: bytes) -> None:
    """Write beside `path` what shall take its place, all the way to the disk; it is never open to others."""
    fresh = _fresh(path)
    fresh.unlink(missing_ok=True)
    with open(fresh, "xb", opener=_private) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    """The renaming itself survives a loss of power only when the folder is written too; Windows has no way to ask for it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
