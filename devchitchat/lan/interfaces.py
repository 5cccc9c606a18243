"""A reading of this machine's network interfaces, and of those what friends on the network can reach.

Two readings are equal when nothing has changed, so whoever follows the network compares them.
Bridges of containers and virtual machines are left out: no friend sits behind them, and a name that leads there leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

import ifaddr
from msgspec import Struct

from devchitchat.addresses import Address, is_inside


class Interface(Struct, frozen=True, order=True):
    """A network we are on: the system's name and number of it, and our addresses there, as text, IPv4 first."""

    name: str
    index: int
    addresses: tuple[str, ...]

    @property
    def ipv4(self) -> tuple[str, ...]:
        return tuple(text for text in self.addresses if ":" not in text)

    @property
    def ipv6(self) -> tuple[str, ...]:
        return tuple(text for text in self.addresses if ":" in text)


def read(listens_on: Address | None = None) -> tuple[Interface, ...]:
    """The interfaces with an address that friends can reach, in order; only those at which a server on `listens_on` answers.

    None that has a public IPv4 address too: who is next to us there are the customers of a provider, and no friends.
    """
    found = (_interface(adapter, listens_on) for adapter in ifaddr.get_adapters() if not is_inside(adapter.name, adapter.nice_name))
    return tuple(sorted(interface for interface in found if interface.addresses))


def all_addresses() -> frozenset[str]:
    """Every address of this machine, also those that nobody else can reach: what answers with one of them is ourselves."""
    return frozenset(str(address) for adapter in ifaddr.get_adapters() for address in _addresses(adapter))


def is_near(address: Address) -> bool:
    """Whether a friend at home could reach it: private IPv4, any IPv6 of a network, and what a bare cable gives."""
    if address.is_loopback or address.is_multicast or address.is_unspecified:
        return False
    return address.version == 6 or address.is_private


def serves(listens_on: Address | None, address: Address) -> bool:
    """Whether a server that listens there answers at this address of its machine; `::` is IPv4 too."""
    if listens_on is None:
        return True
    if listens_on.is_unspecified:
        return listens_on.version == 6 or address.version == 4
    return address == listens_on


def _interface(adapter: ifaddr.Adapter, listens_on: Address | None) -> Interface:
    here = set(_addresses(adapter))
    is_public = any(address.version == 4 and address.is_global for address in here)
    near = {address for address in here if not is_public and is_near(address) and serves(listens_on, address)}
    ordered = sorted(near, key=lambda address: (address.version, address.is_link_local, address.packed))
    return Interface(adapter.nice_name, adapter.index or 0, tuple(map(str, ordered)))


def _addresses(adapter: ifaddr.Adapter) -> Iterable[Address]:
    """Without the zone of a link-local address, which is the interface's own number."""
    for ip in adapter.ips:
        yield ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0].partition("%")[0])
