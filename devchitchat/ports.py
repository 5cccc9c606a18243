"""Where the house listens: at the ports that were asked for, or at the next where nobody asked for one and the usual is taken.

The server of a data directory writes down where it really is, so that other commands on that directory know it too. What a
server left that was killed holds until the next one starts.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from devchitchat.config import Config, Loaded
from gateway.server import PortInUse, PortTaken, check

log = logging.getLogger(__name__)
FILE: Final = "ports.json"
NEARBY: Final = 9
LAST: Final = 65535


class Ports(Struct, frozen=True):
    """Where a house really listens."""

    host: str
    http: int
    https: int | None = None


def is_taken(host: str, port: int) -> bool:
    """Whether somebody else has it. Whatever else is in the way is for the gateway to say, when it begins."""
    try:
        check(host, port)
    except PortInUse:
        return True
    except PortTaken:
        return False
    return False


def note(data: Path, ports: Ports) -> None:
    """Write it down. A disk that is full costs no more than that."""
    fresh = data / f"{FILE}.new"
    try:
        fresh.write_bytes(msgspec.json.encode(ports))
        fresh.replace(data / FILE)
    except OSError as error:
        log.warning("other commands cannot learn the ports: %s", error.strerror)


def forget(data: Path) -> None:
    try:
        (data / FILE).unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s stays: %s", FILE, error.strerror)


def noted(data: Path) -> Ports | None:
    try:
        return msgspec.json.decode((data / FILE).read_bytes(), type=Ports)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def as_running(loaded: Loaded) -> Config:
    """The configuration with where the server of its data directory really listens, unless somebody named another port."""
    config, there = loaded.config, noted(loaded.config.data)
    if there is None or (loaded.is_named("http_port") and config.http_port not in {0, there.http}):
        return config
    return replace(config, host=there.host, http_port=there.http, https_port=there.https or config.https_port)
