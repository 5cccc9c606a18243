"""Avahi as a guest's resolver, which knows nothing of our library: in its machine, with a bus of its own, ended with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.lan.network import Machine, Program, eventually

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/>
  </policy>
</busconfig>
"""
DAEMON = """[server]
host-name={name}
allow-interfaces=eth0
use-ipv4=yes
use-ipv6=yes
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
publish-hinfo=no
"""


class Avahi:
    """`folder` takes its files; `name` is the host name that it publishes itself."""

    def __init__(self, machine: Machine, folder: Path, name: str = "guest") -> None:
        self._machine = machine
        folder.mkdir()
        bus, daemon, socket = folder / "bus.conf", folder / "daemon.conf", folder / "bus"
        bus.write_text(BUS.format(path=socket))
        daemon.write_text(DAEMON.format(name=name))
        self._env = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={socket}"}
        machine.start("dbus-daemon", f"--config-file={bus}", "--nofork", "--nopidfile", "--print-address").expect(
            lambda line: str(socket) in line
        )
        # Its process number is in a file of a fixed name: in this mount namespace, which is its own, that is a fresh one.
        command = f"mount -t tmpfs none /run && exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f {daemon}"
        machine.start("sh", "-c", command, env=self._env).expect(lambda line: "Server startup complete" in line)

    def resolve(self, host: str, *, kind: str = "-4") -> str:
        """The one address that it finds, empty for none."""
        done = self._machine.run("avahi-resolve", kind, "-n", host, env=self._env)
        return done.stdout.split()[-1] if done.stdout.strip() else ""

    def services(self, kind: str) -> list[list[str]]:
        """Every resolved service, as the fields of `avahi-browse`: interface, protocol, name, kind, domain, host, address, port, text."""
        return resolved(self._machine.run("avahi-browse", "-rpt", kind, env=self._env).stdout.splitlines())

    def watch(self, kind: str) -> Program:
        """Prints a line with + in front for each that comes, and one with - for each that goes."""
        return self._machine.start("avahi-browse", "-p", kind, env=self._env)

    def sees(self, kind: str, hosts: Sequence[str]) -> list[list[str]]:
        """The services, once they are those of these hosts and no others."""
        return eventually(lambda: self.services(kind), lambda seen: {fields[5] for fields in seen} == {*hosts})


def resolved(lines: Sequence[str]) -> list[list[str]]:
    return [line.split(";")[1:] for line in lines if line.startswith("=")]
