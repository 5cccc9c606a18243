"""What we are called on the network, and who gives way when two are called the same.

A host's name leads to addresses, an instance's to a host and a port; the library looks after neither, so we ask before we
speak and keep listening after. Pure: what was heard comes in, a verdict goes out, the same on both sides of a quarrel.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterator
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

SERVICE: Final = "_devchitchat._tcp.local."
WEB: Final = "_https._tcp.local."
TRIES: Final = 9
LABEL: Final = 63  # bytes of one part of a name, RFC 1035


class Names(Struct, frozen=True):
    """A pair that goes together: `host` as a browser writes it (`devchitchat.local`), and `instance` as people read it in lists."""

    host: str
    instance: str


class Heard(Struct, frozen=True):
    """What one packet said of our names: the addresses of our host, and the ports of our instance."""

    addresses: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset()


def candidates(name: str, machine: str) -> Iterator[Names]:
    """The names to try, in order: `name`, then `name-2` up to `name-9`; the instance takes the same number."""
    for number in range(1, TRIES + 1):
        label = name if number == 1 else f"{name}-{number}"
        yield Names(f"{label}.local", fitting(f"{label} on {machine}" if machine else label))


def machine_name() -> str:
    """What this machine calls itself, its first part; empty where it has no name."""
    return fitting("".join(filter(str.isprintable, socket.gethostname().partition(".")[0])))


def fitting(text: str) -> str:
    """As much of it as one label holds, with no character cut in two."""
    return text.encode()[:LABEL].decode(errors="ignore").strip()


def properties(version: str, fingerprint: str | None, http_port: int) -> dict[str, str]:
    """The TXT record: what a client needs before it connects, and nothing of who is there.

    Where there is an authority to trust first, that is its fingerprint and the port of plain HTTP, where guests begin.
    """
    said = {"v": version, "path": "/"}
    return said if fingerprint is None else said | {"fp": fingerprint, "http": str(http_port)}


def is_taken(heard: Heard, mine: Collection[str], port: int) -> bool:
    """Whether somebody else answers to the names we ask for: from another machine, or on this one at another port."""
    return bool(heard.addresses - frozenset(mine) or heard.ports - {port})


def gives_way(heard: Heard, mine: Collection[str], spoken: Collection[str], port: int) -> bool:
    """Whether we must be the one to rename, of two that already hold the name; the other side must say the opposite.

    The lower IPv4 address keeps it, whoever has none gives way to whoever has, and of two without the lower IPv6 keeps it.
    `spoken` are the addresses that we announce there. On one machine, and only there, the lower port keeps it.
    """
    others = heard.addresses - frozenset(mine)
    if others:
        return min(map(_rank, others)) < min(map(_rank, spoken), default=_LAST)
    return bool(heard.addresses) and min(heard.ports, default=port) < port


_LAST: Final = (9, b"")


def _rank(text: str) -> tuple[int, bytes]:
    address = ip_address(text)
    return address.version, address.packed
