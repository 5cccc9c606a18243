"""Where this house keeps its things, and the lock that keeps a second one out."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from devchitchat.config import Config
from devchitchat.errors import Stop
from services.store.database import Place

DATABASE: Final = "devchitchat.db"
LOCK: Final = "server.lock"


def place(config: Config) -> Place:
    """The database of this house, with ballast for a full disk."""
    return Place(str(config.data / DATABASE), ballast=True)


def scripts(config: Config) -> Path:
    """The directory of the bot's scripts, there or not."""
    return config.scripts or config.data / "scripts"


@contextmanager
def alone(config: Config) -> Generator[None]:
    """Be the only one on this data directory; raises Stop when a server is there already.

    The operating system lets the lock go when the process ends, however it ends.
    """
    prepare(config.data)
    lock = FileLock(config.data / LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Stop(f"a devchitchat is already running on {config.data}; stop it, or choose another --data DIR") from None
    try:
        yield
    finally:
        lock.release()


def prepare(data: Path) -> None:
    """Make the data directory, and see to it that all that is made in it is its owner's alone."""
    os.umask(0o077)
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Stop(f"the data directory {data} cannot be made: {error.strerror}") from None
