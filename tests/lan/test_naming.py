"""Two on one network never share a name, and a name never leads to a stranger."""

from __future__ import annotations

import sys
from contextlib import ExitStack

from tests.lan.avahi import Avahi
from tests.lan.conftest import Guest, Serve
from tests.lan.network import Machine, Network, eventually, ip
from tests.lan.states import named, until

SERVICE = "_devchitchat._tcp"
FIRST, SECOND = "devchitchat.local", "devchitchat-2.local"


def machines(ends: ExitStack, home: Network) -> tuple[Machine, Machine, Machine]:
    """Two for servers, at .10 and .20, and one for a guest."""
    three = Machine(ends), Machine(ends), Machine(ends)
    for machine, number in zip(three, (10, 20, 30), strict=True):
        home.plug(machine, number)
    return three


def leads(resolver: Avahi) -> dict[str, str]:
    """Where each server's name leads, by its service and, which must be the same, by asking for it."""
    seen = {fields[5]: fields[6] for fields in resolver.sees(SERVICE, [FIRST, SECOND]) if fields[1] == "IPv4"}
    assert seen == {name: resolver.resolve(name) for name in seen}
    return seen


def test_the_second_server_takes_another_name(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    low, high, visitor = machines(ends, home)
    first = serve(high)
    assert named(first) == FIRST
    second = serve(low)
    assert named(second) == SECOND
    assert second.lines[-2].startswith("WARNING")
    assert leads(guest(visitor)) == {FIRST: "192.168.7.20", SECOND: "192.168.7.10"}


def test_two_on_one_machine_take_two_names(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    house, _, visitor = machines(ends, home)
    assert named(serve(house, 8443)) == FIRST
    assert named(serve(house, 9443)) == SECOND
    seen = guest(visitor).sees(SERVICE, [FIRST, SECOND])
    assert {(fields[5], fields[7]) for fields in seen} == {(FIRST, "8443"), (SECOND, "9443")}


def test_of_two_that_start_at_once_one_keeps_the_name(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    low, high, visitor = machines(ends, home)
    resolver = guest(visitor)
    serve(low)
    serve(high)
    seen = leads(resolver)
    assert {*seen} == {FIRST, SECOND}
    assert {*seen.values()} == {"192.168.7.10", "192.168.7.20"}


def test_when_two_networks_become_one_the_lower_address_keeps_the_name(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    low, high, visitor = machines(ends, home)
    for port in ("p1", "p2"):  # these two hear the guest, and not each other
        ip("netns", "exec", home.switch, "bridge", "link", "set", "dev", port, "isolated", "on")
    first, second = serve(low), serve(high)
    assert (named(first), named(second)) == (FIRST, FIRST)
    for port in ("p1", "p2"):
        ip("netns", "exec", home.switch, "bridge", "link", "set", "dev", port, "isolated", "off")
    resolver = guest(visitor)
    resolver.sees(SERVICE, [FIRST, SECOND])
    assert until(second, lambda state: state["name"] == SECOND)
    eventually(lambda: leads(resolver), {FIRST: "192.168.7.10", SECOND: "192.168.7.20"}.__eq__)


def test_a_machine_that_is_called_like_us_keeps_its_name(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    house, _, visitor = machines(ends, home)
    resolver = guest(visitor, "devchitchat")
    assert named(serve(house)) == SECOND
    assert (resolver.resolve(FIRST), resolver.resolve(SECOND)) == ("192.168.7.30", "192.168.7.10")


def test_a_lie_about_our_name_takes_it_for_a_moment_only(ends: ExitStack, home: Network, serve: Serve) -> None:
    house, rascal, _ = machines(ends, home)
    server = serve(house)
    assert named(server) == FIRST
    lie = rascal.run(sys.executable, "-m", "tests.lan.wire", "say", FIRST, "10.0.0.1")
    assert lie.returncode == 0, lie.stderr
    until(server, lambda state: state["name"] is None)
    assert named(server) == FIRST
