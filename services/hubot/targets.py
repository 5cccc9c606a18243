"""Where a webhook may go: what its URL says, and which addresses are never connected to. Pure; nothing here resolves a name.

Python's `is_global` alone lets multicast through, and in some releases addresses that carry another one inside, by which IPv6 would
lead to what IPv4 must not reach.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

Address = IPv4Address | IPv6Address
HOST: Final = re.compile(r"[A-Za-z0-9._:-]+")
PATH: Final = re.compile(r"[!-~]*")
UNICAST: Final = IPv6Network("2000::/3")
"""All that is given out to the public as yet."""
NOT_PUBLIC: Final = [
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),  # Teredo and other protocols of the IETF's own.
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4.
    IPv6Network("3fff::/20"),
]
CARRIERS: Final = [
    IPv6Network(each) for each in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]
"""Addresses with an IPv4 address inside."""
CREDENTIALS: Final = [ip_address(each) for each in ("fd00:ec2::254", "fd20:ce::254", "168.63.129.16", "192.0.0.192")]
"""Where clouds keep them besides the link-local ones: Amazon's and Google's of IPv6, Azure's, which looks public, and Oracle's."""


class Target(Struct, frozen=True):
    """A URL in its parts; its text may hold a secret, so nothing of it is shown."""

    secure: bool
    host: str
    port: int
    path: str
    """With the query, as the request line has it."""

    @property
    def name(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def parse(url: str, *, private: bool) -> Target:
    """Raises ValueError, which says what is wrong and repeats nothing of the URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("the url cannot be read") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise ValueError("the url begins with https://, or with private = true also with http://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the url holds a user or a password, which goes into no url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not parts.hostname or not HOST.fullmatch(parts.hostname) or not PATH.fullmatch(path) or port == 0:
        raise ValueError("the url has no host, or letters that must be encoded")
    secure = parts.scheme == "https"
    return Target(secure, parts.hostname, port or (443 if secure else 80), path)


def read(address: str) -> Address:
    """An address as a resolver gives it, which may name an interface."""
    return ip_address(address.partition("%")[0])


def may_go(address: Address, *, private: bool) -> bool:
    """To public addresses, with `private` also to one's own network. Never to link-local ones and where else clouds keep credentials."""
    if address in CREDENTIALS or address.is_link_local or address.is_multicast or address.is_unspecified or _is_in(address, CARRIERS):
        return False
    if private and (address.is_loopback or address.is_private):
        return address != IPv4Address("255.255.255.255")
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return False
    return address.is_global and not address.is_reserved and not _is_in(address, NOT_PUBLIC)


def _is_in(address: Address, networks: list[IPv4Network | IPv6Network] | list[IPv6Network]) -> bool:
    return any(address in network for network in networks)
