"""Of all that this machine has, the addresses by which others reach it."""

from __future__ import annotations

from ipaddress import ip_address

import ifaddr
import pytest

from devchitchat import addresses


def adapters(*ips: str) -> list[ifaddr.Adapter]:
    found = [ifaddr.IP((ip, 0, 0) if ":" in ip else ip, 24, "eth0") for ip in ips]
    return [ifaddr.Adapter("eth0", "eth0", found)]


@pytest.mark.parametrize(
    ("here", "found"),
    [
        (["127.0.0.1", "::1", "169.254.1.1", "fe80::1"], []),
        (["172.17.0.1", "8.8.8.8", "192.168.1.7", "10.0.0.2"], ["192.168.1.7", "10.0.0.2", "172.17.0.1"]),
        (["2001:4860::8", "fd00::7", "100.64.3.4"], ["100.64.3.4", "fd00::7", "2001:4860::8"]),
        (["192.0.2.2", "198.51.100.3", "192.168.1.7", "192.168.1.7"], ["192.168.1.7"]),
    ],
)
def test_home_networks_come_first_and_what_no_guest_could_open_is_left_out(
    here: list[str], found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters(*here))
    monkeypatch.setattr(addresses, "_outwards", lambda: None)
    assert [str(address) for address in addresses.on_the_network()] == found


def test_the_address_that_leads_outwards_comes_before_likelier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters("192.168.56.1", "10.0.0.2"))
    monkeypatch.setattr(addresses, "_outwards", lambda: ip_address("10.0.0.2"))
    assert [str(address) for address in addresses.on_the_network()] == ["10.0.0.2", "192.168.56.1"]


@pytest.mark.parametrize("name", ["docker0", "br-0123456789ab", "virbr0", "vethd1", "VMware Virtual Ethernet Adapter"])
def test_networks_inside_this_machine_are_left_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = ifaddr.Adapter(name, name, [ifaddr.IP("192.168.122.1", 24, name)])
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [inside, *adapters("192.168.178.20")])
    assert [str(address) for address in addresses.on_the_network()] == ["192.168.178.20"]
