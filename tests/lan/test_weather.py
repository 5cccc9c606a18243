"""The whole program on strange networks: in every one of them its own machine chats on, and it says what is wrong in a clear line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.lan.avahi import Avahi
from tests.lan.network import Machine, Network, Program, eventually, ip
from tests.lan.test_announcing import KEEPER

House = Callable[..., tuple[dict[str, Any], Program]]
HELLO = json.dumps({"v": 1, "t": "hello", "id": "1", "ts": 0, "body": {"client": {"name": "t", "ver": "0", "platform": "t"}}})
CHATS = f"""
from websockets.sync.client import connect
with connect("ws://localhost:8080/ws") as socket:
    socket.send({HELLO!r})
    print(socket.recv())
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Starts the whole program on a machine; what it says to a program, and the program."""

    def start(machine: Machine, *options: str) -> tuple[dict[str, Any], Program]:
        data = str(tmp_path / machine.namespace)
        program = machine.start(sys.executable, "-P", "-m", "devchitchat", "serve", "--json", "--data", data, *options)
        return json.loads(program.expect(lambda line: line.startswith('{"version"'), 30)[1]), program

    return start


def chats(machine: Machine) -> bool:
    """Whether somebody on the machine itself is greeted."""
    return '"hello_ack"' in machine.run(sys.executable, "-c", CHATS).stdout


def shown(machine: Machine, host: str, name: str) -> str:
    """The names and addresses of the certificate that is shown there."""
    command = f"openssl s_client -connect '{host}:8443' -servername {name} </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName"
    return machine.run("sh", "-c", command).stdout


def local(machine: Machine) -> str:
    """Its address of IPv6 on the one wire."""
    return machine.run("ip", "-6", "-o", "address", "show", "dev", "eth0", "scope", "link").stdout.split()[3].partition("/")[0]


def test_without_any_network_this_machine_chats(ends: ExitStack, house: House) -> None:
    alone = Machine(ends)
    said, program = house(alone)
    assert (said["by_name"], said["by_address"], said["join"]) == ([], [], "http://localhost:8080/")
    assert chats(alone)
    assert any("this machine is on no network where friends could find it" in line for line in program.said())


def test_where_it_cannot_announce_itself_it_says_so_and_serves_all_the_same(ends: ExitStack, home: Network, house: House) -> None:
    machine, other = Machine(ends), Machine(ends)
    home.plug(machine, 1)
    home.plug(other, 2)
    machine.start(sys.executable, "-c", KEEPER).expect("kept".__eq__)
    said, program = house(machine)
    eventually(program.said, lambda lines: any("mDNS, UDP port 5353, does not work on eth0" in line for line in lines), 30)
    assert (said["by_name"], said["by_address"]) == ([], ["https://192.168.7.1:8443"])
    assert "IP Address:192.168.7.1" in shown(other, "192.168.7.1", "x")
    assert chats(machine)


def test_listening_on_loopback_alone_nothing_is_announced(
    ends: ExitStack, home: Network, guest: Callable[[Machine], Avahi], house: House
) -> None:
    machine, other = Machine(ends), Machine(ends)
    home.plug(machine, 1)
    home.plug(other, 2)
    said, _ = house(machine, "--host", "127.0.0.1")
    assert (said["mdns"], said["by_address"]) == (False, [])
    assert chats(machine)
    assert guest(other).services("_devchitchat._tcp") == []


def test_on_ipv6_alone_it_is_found_by_name_and_serves_by_address(
    ends: ExitStack, home: Network, guest: Callable[[Machine], Avahi], house: House
) -> None:
    machine, other = Machine(ends), Machine(ends)
    for number, each in enumerate((machine, other), 1):
        address = home.plug(each, number)
        ip("-n", each.namespace, "address", "del", f"{address}/24", "dev", "eth0")
        ip("-n", each.namespace, "address", "add", f"fd07::{number}/64", "dev", "eth0", "nodad")
    resolver = guest(other)
    said, _ = house(machine)
    found = eventually(lambda: resolver.resolve("devchitchat.local", kind="-6"), bool, 30)
    assert found in {"fd07::1", local(machine)}
    services = resolver.sees("_https._tcp", ["devchitchat.local"])
    assert {(service[1], service[7]) for service in services} == {("IPv6", "8443")}
    assert said["by_address"] == ["https://[fd07::1]:8443"]
    assert said["join"] == "http://[fd07::1]:8080/join"
    assert "IP Address:FD07:0:0:0:0:0:0:1" in shown(other, "[fd07::1]", "devchitchat.local")
    assert chats(machine)


def test_where_ipv6_is_switched_off_it_serves_all_the_same(ends: ExitStack, home: Network, house: House) -> None:
    machine = Machine(ends)
    home.plug(machine, 1)
    for where in ("all", "lo", "eth0"):
        machine.run("sysctl", "-qw", f"net.ipv6.conf.{where}.disable_ipv6=1")
    said, _ = house(machine)
    assert said["by_address"] == ["https://192.168.7.1:8443"]
    assert chats(machine)


def test_an_address_that_comes_later_is_announced_and_vouched_for(
    ends: ExitStack, home: Network, guest: Callable[[Machine], Avahi], house: House
) -> None:
    machine, other = Machine(ends), Machine(ends)
    home.plug(other, 2)
    resolver = guest(other)
    house(machine)
    home.plug(machine, 1)
    eventually(lambda: resolver.resolve("devchitchat.local"), "192.168.7.1".__eq__, 30)
    eventually(lambda: shown(other, "192.168.7.1", "devchitchat.local"), lambda names: "IP Address:192.168.7.1" in names, 30)
    services = resolver.sees("_https._tcp", ["devchitchat.local"])
    assert ["192.168.7.1", "8443"] in [service[6:8] for service in services]
    machine.unplug()
    eventually(lambda: chats(machine), bool)
    home.plug(machine, 3)
    eventually(lambda: shown(other, "192.168.7.3", "devchitchat.local"), lambda names: "IP Address:192.168.7.3" in names, 60)


def test_where_the_name_is_taken_it_takes_the_next_says_so_and_answers_to_it(ends: ExitStack, home: Network, house: House) -> None:
    first, second, other = Machine(ends), Machine(ends), Machine(ends)
    for number, each in enumerate((first, second, other), 1):
        home.plug(each, number)
    _, before = house(first)
    before.expect(lambda line: "on the network as devchitchat.local" in line, 30)
    _, after = house(second)
    after.expect(lambda line: "on the network as devchitchat-2.local" in line and "another machine" in line, 30)
    after.expect(lambda line: line.startswith('{"version"') and json.loads(line)["by_name"] == ["https://devchitchat-2.local:8443"], 30)
    eventually(lambda: shown(other, "192.168.7.2", "x"), lambda names: "DNS:devchitchat-2.local" in names, 30)
    asked = 'httpx.get("https://192.168.7.2:8443/healthz", verify=False, headers={"host": "devchitchat-2.local:8443"})'
    assert json.loads(other.run(sys.executable, "-c", f"import httpx; print({asked}.text)").stdout) == {"status": "ready"}
    assert chats(second)
