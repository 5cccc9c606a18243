"""Where this machine can be reached by others: the addresses to print for people, to put into links and to vouch for."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOOPBACK: Final[tuple[Network, ...]] = tuple(map(ip_network, ("127.0.0.0/8", "::1/128")))
ON_ONE_WIRE: Final[tuple[Network, ...]] = tuple(map(ip_network, ("169.254.0.0/16", "fe80::/10")))
OF_HOMES: Final[tuple[Network, ...]] = tuple(
    map(ip_network, ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10", "fc00::/7"))
)
"""RFC 1918, 6598 and 4193: what an authority of a house may vouch for, the likeliest first."""


def on_the_network() -> list[Address]:
    """Addresses of home networks, IPv4 first and the likeliest before others; then all others of IPv6 that a link can name."""
    import ifaddr  # Here, for it brings ctypes along, and a house that listens on one address need not ask.

    texts = [ip.ip if isinstance(ip.ip, str) else ip.ip[0] for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    found = dict.fromkeys(ip_address(text.partition("%")[0]) for text in texts)
    return sorted(filter(_can_be_named, found), key=_order)


def is_of_homes(address: Address) -> bool:
    return any(address in network for network in OF_HOMES)


def _can_be_named(address: Address) -> bool:
    """An address of one wire needs that wire's name, which no browser takes; a public one of IPv4 is none of a home."""
    return is_of_homes(address) or (address.version == 6 and address.is_global)


def _order(address: Address) -> tuple[int, int, Address]:
    rank = next((rank for rank, network in enumerate(OF_HOMES) if address in network), len(OF_HOMES))
    return address.version, rank, address
