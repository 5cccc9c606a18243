"""Of all that this machine has, the addresses by which others reach it."""

from __future__ import annotations

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
    assert [str(address) for address in addresses.on_the_network()] == found
