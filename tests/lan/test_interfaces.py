"""A reading of the network holds what friends can reach, and differs when that does."""

from __future__ import annotations

from ipaddress import ip_address

import ifaddr
import pytest

from devchitchat.lan import interfaces
from devchitchat.lan.interfaces import Interface


def adapter(name: str, *ips: str, index: int = 2) -> ifaddr.Adapter:
    """`ifaddr` gives IPv6 addresses as address, flow and zone."""
    return ifaddr.Adapter(name, name, [ifaddr.IP((ip, 0, 0) if ":" in ip else ip, 24, name) for ip in ips], index=index)


def on(monkeypatch: pytest.MonkeyPatch, *adapters: ifaddr.Adapter) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [*adapters])


def test_friends_reach_private_addresses_of_both_kinds_and_never_the_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    lo = adapter("lo", "127.0.0.1", "::1", index=1)
    on(monkeypatch, lo, adapter("eth0", "fe80::1", "2001:db8::7", "fd00::7", "192.168.1.7", "169.254.3.3"))
    assert interfaces.read() == (Interface("eth0", 2, ("192.168.1.7", "169.254.3.3", "2001:db8::7", "fd00::7", "fe80::1")),)


@pytest.mark.parametrize("beside", [(), ("fe80::1",), ("fe80::1", "2001:db8::7"), ("10.10.0.5", "fe80::1")], ids=",".join)
def test_where_this_machine_has_a_public_address_of_ipv4_are_no_friends(monkeypatch: pytest.MonkeyPatch, beside: tuple[str, ...]) -> None:
    """As on a rented server, whose own network is its provider's, private addresses and all."""
    on(monkeypatch, adapter("eth0", "8.8.8.8", *beside), adapter("wg0", "10.8.0.1", index=3), adapter("eth1", "fe80::2", index=4))
    assert [seen.name for seen in interfaces.read()] == ["eth1", "wg0"]


@pytest.mark.parametrize("name", ["docker0", "br-0123456789ab", "veth12ab", "virbr0", "vmnet8", "VirtualBox Host-Only Ethernet Adapter"])
def test_networks_inside_this_machine_are_left_out(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    on(monkeypatch, adapter(name, "172.17.0.1"))
    assert interfaces.read() == ()
    assert interfaces.all_addresses() == {"172.17.0.1"}


@pytest.mark.parametrize("name", ["br0", "br-lan", "wlp3s0", "Ethernet"])
def test_a_bridge_that_a_person_made_is_a_network(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    on(monkeypatch, adapter(name, "10.0.0.1"))
    assert [seen.name for seen in interfaces.read()] == [name]


@pytest.mark.parametrize(
    ("listens_on", "addresses"),
    [
        ("::", ("192.168.1.7", "fd00::7")),
        ("0.0.0.0", ("192.168.1.7",)),
        ("192.168.1.7", ("192.168.1.7",)),
        ("fd00::7", ("fd00::7",)),
        ("127.0.0.1", ()),
    ],
)
def test_only_where_the_server_answers_it_is_announced(
    monkeypatch: pytest.MonkeyPatch, listens_on: str, addresses: tuple[str, ...]
) -> None:
    on(monkeypatch, adapter("eth0", "192.168.1.7", "fd00::7"))
    assert [seen.addresses for seen in interfaces.read(ip_address(listens_on))] == ([addresses] if addresses else [])


def test_two_readings_are_equal_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    eth, wifi = adapter("eth0", "192.168.1.7", "fd00::7"), adapter("wlan0", "10.0.0.2", index=3)
    on(monkeypatch, eth, wifi)
    before = interfaces.read()
    on(monkeypatch, wifi, adapter("eth0", "fd00::7", "192.168.1.7"))
    assert interfaces.read() == before
    on(monkeypatch, wifi, adapter("eth0", "192.168.1.8", "fd00::7"))
    assert interfaces.read() != before


def test_this_machine_reads() -> None:
    assert "127.0.0.1" in interfaces.all_addresses()
    assert all(ip_address(text) for seen in interfaces.read() for text in seen.addresses)
