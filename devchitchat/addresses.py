"""Where this machine can be reached: the addresses to print for people, and to put into links."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address

import ifaddr

from devchitchat.config import Config


def for_links(config: Config) -> str:
    """The host for a link: of all addresses the one that friends on the network reach, else the one listened on."""
    address = config.address
    if address.is_unspecified:
        return str(next(iter(on_the_network()), "127.0.0.1"))
    return f"[{address}]" if address.version == 6 else str(address)


def on_the_network() -> list[IPv4Address]:
    """This machine's private IPv4 addresses, those of home networks first."""
    found = [ip_address(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str)]
    private = [ip for ip in found if isinstance(ip, IPv4Address) and ip.is_private and not ip.is_loopback and not ip.is_link_local]
    return sorted(private, key=lambda ip: (not str(ip).startswith("192.168."), ip))
