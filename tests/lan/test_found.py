"""What the network says of a server is checked before anybody sees it: anybody there can say anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from devchitchat.lan.found import ADDRESSES, LONGEST, Said, Server, clean, lines, server
from devchitchat.lan.names import SERVICE

GOOD = Said(f"chat on tower.{SERVICE}", "devchitchat.local.", 8443, ("192.168.1.7",), {"v": "1.2", "path": "/", "fp": "ab" * 32})


def test_a_server_of_ours_is_shown_as_it_is() -> None:
    found = server(GOOD)
    assert found
    assert found == Server("chat on tower", "devchitchat.local", ("192.168.1.7",), 8443, "1.2", "ab" * 32)
    assert list(lines(found, 2)) == [
        "2. chat on tower: devchitchat.local, port 8443",
        "   version 1.2, at 192.168.1.7; does not answer (a firewall?)",
        "   says its authority is abababababababa…",
    ]


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "evil.example.", "a b.local", "a.b.local", "user@x.local", "x.local/.evil", "-.local"]
)
def test_a_host_that_is_not_of_this_network_is_no_server(host: str | None) -> None:
    assert server(structs.replace(GOOD, host=host)) is None


@pytest.mark.parametrize("port", [None, 0, -1, 65536])
def test_a_port_that_is_none_is_no_server(port: int | None) -> None:
    assert server(structs.replace(GOOD, port=port)) is None


@pytest.mark.parametrize(
    ("said", "port"), [("8080", 8080), ("65535", 65535), ("65536", None), ("0", None), ("-1", None), ("٣", None), ("80 ", None), ("", None)]
)
def test_the_port_of_the_page_for_guests_is_one_or_none(said: str, port: int | None) -> None:
    found = server(structs.replace(GOOD, properties={"http": said}))
    assert found and found.http_port == port


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "0.0.0.0", "224.0.0.251", "8.8.8.8", "nowhere", "fe80::1%\x1b[31m"])
def test_an_address_that_no_friend_has_is_no_server(address: str) -> None:
    assert server(structs.replace(GOOD, addresses=(address,))) is None


def test_of_many_addresses_some_are_kept() -> None:
    many = structs.replace(GOOD, addresses=tuple(f"10.0.0.{number}" for number in range(1, 200)))
    found = server(many)
    assert found and len(found.addresses) == ADDRESSES


@given(st.text(), st.text(), st.none() | st.text(), st.lists(st.text(), max_size=3), st.dictionaries(st.text(), st.none() | st.text()))
def test_nothing_that_is_said_moves_the_cursor_or_fills_the_screen(
    name: str, version: str, host: str | None, addresses: list[str], text: dict[str, str | None]
) -> None:
    server(Said(name, host, 1, tuple(addresses), text))
    found = server(structs.replace(GOOD, name=name, properties={**text, "v": version, "fp": name}))
    assert found
    for line in lines(found, 1):
        assert line.isprintable()
        assert len(line) < 200


def test_a_text_is_shorn_of_what_would_turn_it_around_and_cut() -> None:
    assert clean("a\x1b[31mb\u202ec\n") == "a?[31mb?c?"
    assert len(clean("x" * 1000)) == LONGEST
