"""Links name an address that the one who gets them can reach."""

from __future__ import annotations

from ipaddress import ip_address

import ifaddr
import pytest

from devchitchat import addresses
from devchitchat.config import Config


def adapters(*ips: str) -> list[ifaddr.Adapter]:
    return [ifaddr.Adapter("eth0", "eth0", [ifaddr.IP(ip, 24, "eth0")]) for ip in ips]


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"), ("10.1.1.1", "http://10.1.1.1:80")],
)
def test_a_link_names_the_address_that_is_listened_on(host: str, url: str) -> None:
    assert addresses.url(Config(host=host), 80) == url


def test_listening_everywhere_a_link_names_the_address_on_the_home_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters("127.0.0.1", "169.254.1.1", "172.17.0.1", "8.8.8.8", "192.168.1.7"))
    assert addresses.on_the_network() == [ip_address("192.168.1.7"), ip_address("172.17.0.1")]
    assert addresses.url(Config(host="0.0.0.0"), 80) == "http://192.168.1.7:80"


def test_without_a_network_it_names_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: adapters("127.0.0.1"))
    assert addresses.for_links(Config(host="0.0.0.0")) == "127.0.0.1"
