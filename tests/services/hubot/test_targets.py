"""Where a webhook may go."""

from __future__ import annotations

import pytest

from services.hubot.targets import Target, may_go, parse, read

PUBLIC = ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:82a::200e"]
OWN = ["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "fc00:1::2"]
NEVER = [
    *(
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "239.255.255.250",
        "ff02::1",
        "255.255.255.255",
    ),
    *("fd00:ec2::254", "fd20:ce::254", "168.63.129.16", "192.0.0.192"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:1.1.1.1", "::ffff:0:127.0.0.1"),
    *(
        "64:ff9b::127.0.0.1",
        "64:ff9b::1.1.1.1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ),
]
NOT_PUBLIC = [
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "240.0.0.1",
    "2001:db8::1",
    "3fff::1",
    "::7f00:1",
    "fec0::1",
    "4000::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to(address: str) -> None:
    assert may_go(read(address), private=False)
    assert may_go(read(address), private=True)


@pytest.mark.parametrize("address", OWN)
def test_ones_own_network_is_connected_to_when_the_operator_says_so(address: str) -> None:
    assert not may_go(read(address), private=False)
    assert may_go(read(address), private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_connected_to(address: str) -> None:
    assert not may_go(read(address), private=False)
    assert not may_go(read(address), private=True)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_only_looks_public_is_not(address: str) -> None:
    assert not may_go(read(address), private=False)


def test_a_url_is_read_into_its_parts() -> None:
    assert parse("https://Hooks.example/a/b?key=1", private=False) == Target(True, "hooks.example", 443, "/a/b?key=1")
    assert parse("https://hooks.example:8443", private=False).name == "hooks.example:8443"
    assert parse("http://[::1]:80/", private=True).name == "[::1]"
    assert parse("http://localhost:8080/x", private=True) == Target(False, "localhost", 8080, "/x")


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks.example", "http://canary.example/", "ftp://canary.example/", "file:///canary", "https://", "https:///canary"),
        *(
            "https://user:canary@hooks.example/",
            "https://canary@hooks.example/",
            "https://hooks.example:0/canary",
            "https://hooks.example:99999/canary",
        ),
        *("https://hooks.example/canary path", "https://hooks.example/canary\r\nX: y", "https://hööks.example/canary", "https://[canary/"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse(url, private=False)
    assert "canary" not in str(caught.value)
