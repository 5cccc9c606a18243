"""Where this machine can be reached by others: the addresses to print for people, to put into links and to vouch for."""

from __future__ import annotations

import re
import socket
import sys
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

INSIDE: Final = re.compile(
    r"(docker|veth|virbr|vnet|lxcbr|lxdbr|podman|cni|flannel|cali|vmnet|vboxnet)|br-[0-9a-f]{12}\Z"
    r"|VMware |VirtualBox "
)
"""Networks inside this machine, by the names that their makers give them. A bridge named `br0` is a person's, and kept."""

LOOPBACK: Final[tuple[Network, ...]] = tuple(map(ip_network, ("127.0.0.0/8", "::1/128")))
ON_ONE_WIRE: Final[tuple[Network, ...]] = tuple(map(ip_network, ("169.254.0.0/16", "fe80::/10")))
OF_HOMES: Final[tuple[Network, ...]] = tuple(
    map(ip_network, ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10", "fc00::/7"))
)
"""RFC 1918, 6598 and 4193: what an authority of a house may vouch for, the likeliest first."""


def everywhere() -> str:
    """All addresses of this machine, those of IPv6 too where one socket hears both: on Windows `::` would be deaf to IPv4."""
    both = sys.platform != "win32" and socket.has_dualstack_ipv6() and _has_ipv6()
    return "::" if both else "0.0.0.0"  # noqa: S104


def _has_ipv6() -> bool:
    """Where it is switched off for the interfaces, `::` can be bound all the same."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def on_the_network() -> list[Address]:
    """Addresses of home networks, then all others of IPv6 that a link can name: first the one that leads outwards, then by likelihood."""
    import ifaddr  # Here, for it brings ctypes along, and a house that listens on one address need not ask.

    adapters = [adapter for adapter in ifaddr.get_adapters() if not is_inside(adapter.name, adapter.nice_name)]
    texts = [ip.ip if isinstance(ip.ip, str) else ip.ip[0] for adapter in adapters for ip in adapter.ips]
    found = dict.fromkeys(ip_address(text.partition("%")[0]) for text in texts)
    outwards = _outwards()
    return sorted(filter(_can_be_named, found), key=lambda address: (address != outwards, *_order(address)))


def is_inside(*names: str) -> bool:
    """Whether an interface only joins this machine to its own containers; Windows tells by its description only."""
    return any(INSIDE.match(name) for name in names)


def _outwards() -> Address | None:
    """The address from which this machine speaks to the world, if there is a way: nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return ip_address(probe.getsockname()[0])


def is_of_homes(address: Address) -> bool:
    return any(address in network for network in OF_HOMES)


def _can_be_named(address: Address) -> bool:
    """An address of one wire needs that wire's name, which no browser takes; a public one of IPv4 is none of a home."""
    return is_of_homes(address) or (address.version == 6 and address.is_global)


def _order(address: Address) -> tuple[int, int, Address]:
    rank = next((rank for rank, network in enumerate(OF_HOMES) if address in network), len(OF_HOMES))
    return address.version, rank, address
