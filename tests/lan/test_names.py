"""What we are called, and that of two who quarrel over a name exactly one gives way."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from devchitchat.lan import names
from devchitchat.lan.names import Heard, Names

FOUR = st.frozensets(st.ip_addresses(v=4).map(str), max_size=2)
SIX = st.frozensets(st.ip_addresses(v=6).map(str), max_size=2)
ADDRESSES = st.tuples(FOUR, SIX).map(lambda both: both[0] | both[1]).filter(bool)
PORTS = st.integers(1, 65535)


def test_names_are_tried_in_order_and_the_instance_takes_the_same_number() -> None:
    tried = list(names.candidates("chat", "tower"))
    assert tried[0] == Names("chat.local", "chat on tower")
    assert tried[1] == Names("chat-2.local", "chat-2 on tower")
    assert (len(tried), tried[-1].host) == (9, "chat-9.local")
    assert next(names.candidates("chat", "")).instance == "chat"


@given(st.text(), st.from_regex(r"[a-z0-9]{1,40}", fullmatch=True))
def test_no_part_of_a_name_is_longer_than_dns_allows(machine: str, name: str) -> None:
    for tried in names.candidates(name, machine.encode(errors="replace").decode()):
        assert 1 <= len(tried.instance.encode()) <= 63
        assert len(tried.host.removesuffix(".local")) <= 63


def test_the_text_record_says_no_more_than_a_client_needs() -> None:
    assert names.properties("1.2", "ab12", 8080) == {"v": "1.2", "path": "/", "fp": "ab12", "http": "8080"}
    assert names.properties("1.2", None, 8080) == {"v": "1.2", "path": "/"}


def test_a_name_is_taken_by_another_machine_or_by_another_port_of_this_one() -> None:
    assert names.is_taken(Heard(frozenset({"10.0.0.9"})), {"10.0.0.1"}, 443)
    assert names.is_taken(Heard(ports=frozenset({444})), {"10.0.0.1"}, 443)
    assert not names.is_taken(Heard(frozenset({"10.0.0.1"}), frozenset({443})), {"10.0.0.1", "10.0.0.2"}, 443)


@given(ADDRESSES, ADDRESSES, PORTS, PORTS)
def test_of_two_machines_with_one_name_exactly_one_gives_way(one: frozenset[str], two: frozenset[str], port: int, other: int) -> None:
    assume(not one & two)
    first = names.gives_way(Heard(two, frozenset({other})), one, one, port)
    second = names.gives_way(Heard(one, frozenset({port})), two, two, other)
    assert first != second


@given(ADDRESSES, PORTS, PORTS)
def test_of_two_ports_of_one_machine_exactly_one_gives_way(mine: frozenset[str], port: int, other: int) -> None:
    assume(port != other)
    first = names.gives_way(Heard(mine, frozenset({other})), mine, mine, port)
    assert first != names.gives_way(Heard(mine, frozenset({port})), mine, mine, other)
    assert first == (other < port)


@given(ADDRESSES, ADDRESSES, st.data())
def test_half_of_what_another_says_makes_nobody_give_way_wrongly(one: frozenset[str], two: frozenset[str], data: st.DataObject) -> None:
    """Answers may hold only a part of the addresses: who keeps the name by all of them keeps it by some."""
    assume(not one & two)
    part = frozenset(data.draw(st.lists(st.sampled_from(sorted(two)), min_size=1)))
    if not names.gives_way(Heard(two), one, one, 443):
        assert not names.gives_way(Heard(part), one, one, 443)


def test_the_lower_ipv4_address_keeps_the_name_as_a_number_and_not_as_a_text() -> None:
    assert names.gives_way(Heard(frozenset({"192.168.1.9"})), ["192.168.1.10"], ["192.168.1.10"], 443)
