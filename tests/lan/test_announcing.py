"""A guest of the network finds the server with a resolver that knows nothing of our library."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack

import pytest

from tests.lan.conftest import Guest, Serve
from tests.lan.network import Machine, Network, eventually, ip
from tests.lan.states import until

SERVICE = "_devchitchat._tcp"
KEEPER = """
import signal, socket
kept = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
kept.bind(("", 5353))
print("kept", flush=True)
signal.pause()
"""


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_a_guest_finds_the_server_by_its_service_and_by_its_name(
    ends: ExitStack, home: Network, guest: Guest, serve: Serve, loop: str
) -> None:
    house, visitor = Machine(ends), Machine(ends)
    address = home.plug(house, 10)
    home.plug(visitor, 11)
    resolver = guest(visitor)
    server = serve(house, 8443, "ab12", loop)
    state = until(server, lambda state: state["name"])
    assert (state["name"], state["port"], state["trouble"]) == ("devchitchat.local", 8443, None)
    for fields in resolver.sees(SERVICE, ["devchitchat.local"]):
        assert fields[2].startswith("devchitchat\\032on\\032")
        assert fields[6:8] == [address, "8443"]
        assert sorted(fields[8].split('" "')) == ['"http=8080', "fp=ab12", "path=/", 'v=1.2.3"']
    assert resolver.resolve("devchitchat.local") == address
    assert eventually(lambda: resolver.resolve("devchitchat.local", kind="-6"), bool).startswith("fe80:")
    resolver.sees("_https._tcp", ["devchitchat.local"])


def test_without_tls_there_is_neither_a_fingerprint_nor_a_web_site(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    house, visitor = Machine(ends), Machine(ends)
    home.plug(house, 10)
    home.plug(visitor, 11)
    resolver = guest(visitor)
    until(serve(house, 8080, "-"), lambda state: state["name"])
    assert {fields[8] for fields in resolver.sees(SERVICE, ["devchitchat.local"])} == {'"path=/" "v=1.2.3"'}
    assert resolver.services("_https._tcp") == []


def test_a_stopped_server_is_gone_within_a_second(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    house, visitor = Machine(ends), Machine(ends)
    home.plug(house, 10)
    home.plug(visitor, 11)
    resolver = guest(visitor)
    watch = resolver.watch(SERVICE)
    server = serve(house)
    watch.expect(lambda line: line.startswith("+"))
    assert eventually(lambda: resolver.resolve("devchitchat.local"), bool) == "192.168.7.10"
    told = time.monotonic()
    assert server.stop(2.0) == 0
    assert time.monotonic() - told < 1.5
    ended = time.monotonic()
    gone, _ = watch.expect(lambda line: line.startswith("-"))
    assert gone - ended < 1.0
    eventually(lambda: resolver.resolve("devchitchat.local"), "".__eq__)  # which would else be known for two minutes


def test_a_network_that_comes_later_goes_and_comes_back_is_followed(ends: ExitStack, home: Network, guest: Guest, serve: Serve) -> None:
    house, visitor = Machine(ends), Machine(ends)
    home.plug(visitor, 11)
    resolver = guest(visitor)
    server = serve(house)
    assert "no network" in until(server, lambda state: state["trouble"])["trouble"]
    home.plug(house, 10)
    assert until(server, lambda state: state["name"])["trouble"] is None
    resolver.sees(SERVICE, ["devchitchat.local"])
    house.unplug()
    until(server, lambda state: state["trouble"] and state["name"] is None)
    address = home.plug(house, 12)
    until(server, lambda state: state["name"])
    eventually(lambda: resolver.resolve("devchitchat.local"), address.__eq__)


def test_a_guest_hears_the_addresses_of_its_own_network_only(ends: ExitStack, home: Network, serve: Serve) -> None:
    house, neighbour, stranger, other = Machine(ends), Machine(ends), Machine(ends), Network("10.9.8", ends)
    home.plug(neighbour, 11)
    other.plug(stranger, 11)
    server = serve(house)
    here = home.plug(house, 10)
    until(server, lambda state: len(state["interfaces"]) == 1)
    there = other.plug(house, 10, "eth1")
    until(server, lambda state: len(state["interfaces"]) == 2)
    assert (asked(neighbour), asked(stranger)) == ([here], [there])
    house.unplug("eth1")
    until(server, lambda state: len(state["interfaces"]) == 1)
    assert asked(neighbour) == [here]


def test_a_port_that_another_program_keeps_is_trouble_until_it_is_free(ends: ExitStack, home: Network, serve: Serve) -> None:
    house = Machine(ends)
    home.plug(house, 10)
    keeper = house.start(sys.executable, "-c", KEEPER)
    keeper.expect("kept".__eq__)
    server = serve(house)
    assert "5353" in until(server, lambda state: state["trouble"])["trouble"]
    keeper.kill()
    until(server, lambda state: state["name"] and state["trouble"] is None)
    assert len([line for line in server.lines if line.startswith("WARNING")]) == 1


def test_what_is_of_this_machine_alone_is_not_announced(ends: ExitStack, home: Network, serve: Serve) -> None:
    house = Machine(ends)
    ip("-n", house.namespace, "link", "add", "docker0", "type", "bridge")
    ip("-n", house.namespace, "address", "add", "172.17.0.1/16", "dev", "docker0")
    ip("-n", house.namespace, "link", "set", "docker0", "up")
    server = serve(house)
    until(server, lambda state: state["trouble"])
    home.plug(house, 10)
    assert [seen["name"] for seen in until(server, lambda state: state["name"])["interfaces"]] == ["eth0"]


def asked(machine: Machine) -> list[str]:
    """Every address that anybody answers for the name, to a question of a simple resolver."""
    done = machine.run(sys.executable, "-m", "tests.lan.wire", "ask", "1.5", "devchitchat.local")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
