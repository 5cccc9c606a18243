"""Where people are sent: links that open for the one who gets them."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from bus.protocol.admin import AdminInvite
from bus.secret import Secret
from devchitchat import addresses
from devchitchat.config import Config
from devchitchat.links import Links, links, without_certificate
from devchitchat.options import OFF, Tls

OWN = Tls("own", (Path("/c"), Path("/k")))
INVITE = AdminInvite(Secret("t" * 43), "i_1", 0, 1)
HOME = ["192.168.1.7", "fd00::7"]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """This machine's addresses for others."""
    here = list(HOME)
    monkeypatch.setattr(addresses, "on_the_network", lambda: [ip_address(text) for text in here])
    return here


def made(found_as: str | None = "devchitchat.local", **said: Any) -> Links:
    said.setdefault("host", "0.0.0.0")
    config = Config(**said)
    return links(config, 8080, None if config.tls == OFF else 8443, found_as if config.mdns else None)


@pytest.mark.usefixtures("network")
def test_guests_begin_on_plain_http_by_address_and_their_invite_stays_in_the_fragment() -> None:
    found = made()
    assert found.join == "http://192.168.1.7:8080/join"
    assert found.for_guest(INVITE) == f"http://192.168.1.7:8080/join#invite={'t' * 43}"


@pytest.mark.usefixtures("network")
def test_who_is_to_be_an_admin_never_comes_by_plain_http() -> None:
    assert made().for_admin(INVITE) == f"https://192.168.1.7:8443/#invite={'t' * 43}"


@pytest.mark.usefixtures("network")
def test_the_host_opens_it_where_browsers_need_no_certificate() -> None:
    assert made().here == "http://localhost:8080"
    assert made().for_me(INVITE) == f"http://localhost:8080/#invite={'t' * 43}"


@pytest.mark.usefixtures("network")
def test_it_is_reached_over_https_by_name_and_by_every_address() -> None:
    found = made(hosts=("chat.home.arpa",))
    assert found.by_name == ["https://chat.home.arpa:8443", "https://devchitchat.local:8443"]
    assert found.by_address == ["https://192.168.1.7:8443", "https://[fd00::7]:8443"]
    assert made(mdns=False).by_name == []


@pytest.mark.usefixtures("network")
def test_a_name_that_no_authority_of_ours_vouches_for_is_no_link() -> None:
    mixed = ("chat.example.org", "chat.home.arpa", "Box.Local")
    assert made(hosts=mixed).by_name == ["https://chat.home.arpa:8443", "https://Box.Local:8443", "https://devchitchat.local:8443"]
    assert without_certificate(Config(hosts=mixed)) == ["chat.example.org"]
    assert [without_certificate(Config(hosts=mixed, tls=tls)) for tls in (OFF, OWN)] == [[], []]
    assert made(hosts=mixed, tls=OWN).by_name[0] == "https://chat.example.org:8443"


@pytest.mark.usefixtures("network")
def test_with_the_operators_own_certificate_nobody_is_led_anywhere() -> None:
    found = made(tls=OWN, hosts=("chat.example.org",))
    assert found.join == "https://chat.example.org:8443/"


@pytest.mark.usefixtures("network")
def test_without_tls_every_link_is_plain() -> None:
    found = made(tls=OFF)
    assert (found.here, found.join, found.by_name) == ("http://localhost:8080", "http://192.168.1.7:8080/", [])
    assert made(tls=OFF, host="10.1.1.1").here == "http://10.1.1.1:8080"
    assert made(tls=OFF, host="::1").here == "http://[::1]:8080"


def test_listening_on_one_address_this_machine_goes_there_like_everybody() -> None:
    found = made(host="10.1.1.1")
    assert found.here == "https://10.1.1.1:8443"
    assert found.join == "http://10.1.1.1:8080/join"


def test_an_address_that_no_certificate_of_ours_may_name_is_reached_by_name(network: list[str]) -> None:
    network[:] = ["2a00::7"]
    assert (made().by_address, made().by_name) == ([], ["https://devchitchat.local:8443"])
    assert made().join == "http://devchitchat.local:8080/join"
    assert made(found_as=None).join == "http://[2a00::7]:8080/join"


def test_without_a_network_only_this_machine_is_named(network: list[str]) -> None:
    network.clear()
    assert made().join == "http://localhost:8080/"
    assert (made().by_name, made().by_address) == ([], [])
    assert [made(host=host).here for host in ("127.0.0.1", "::1")] == ["http://127.0.0.1:8080", "http://[::1]:8080"]


@pytest.mark.usefixtures("network")
def test_behind_a_proxy_everybody_goes_to_its_name() -> None:
    found = made(tls=OFF, host=None, trusted_proxy="127.0.0.1", hosts=("chat.example.org",))
    assert (found.join, found.here) == ("https://chat.example.org/", "http://127.0.0.1:8080")
    assert found.for_guest(INVITE) == f"https://chat.example.org/#invite={'t' * 43}"


@pytest.mark.usefixtures("network")
def test_a_certificate_of_the_operators_says_nothing_of_local_names() -> None:
    assert made(tls=OWN).by_name == []
