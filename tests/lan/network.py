"""Networks of a test's own: namespaces of Linux as machines, joined by a bridge in one more. Nothing leaves them.

Their names carry the process's number, so that two runs do not meet; all are removed in the end, whatever happened.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import IO, TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 15.0
NUMBERS = count(1)
T = TypeVar("T")


def why_not() -> str | None:
    """What keeps us from making networks here; None when nothing does."""
    if sys.platform != "linux":
        return "networks of one's own are made on Linux only"
    if not shutil.which("ip"):
        return "there is no `ip`: install iproute2"
    made = subprocess.run(["ip", "netns", "add", probe := f"dcc{os.getpid()}probe"], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", probe], capture_output=True, check=False)
    return f"namespaces cannot be made here, which takes root: {made.stderr.strip()}" if made.returncode else None


def ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


def namespace(kind: str, ends: ExitStack) -> str:
    """A new one, removed at the end."""
    name = f"dcc{os.getpid()}{kind}{next(NUMBERS)}"
    ip("netns", "add", name)
    ends.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True, check=False)
    return name


class Network:
    """A switch, and what is plugged into it. `prefix` is that of its IPv4 addresses, such as 192.168.7."""

    def __init__(self, prefix: str, ends: ExitStack) -> None:
        self.prefix = prefix
        self.switch = namespace("s", ends)
        self._ports = count(1)
        ip("-n", self.switch, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        ip("-n", self.switch, "link", "set", "br0", "up")

    def plug(self, machine: Machine, number: int, device: str = "eth0") -> str:
        """Gives the machine an interface here; returns its IPv4 address."""
        port, address = f"p{next(self._ports)}", f"{self.prefix}.{number}"
        ip("-n", self.switch, "link", "add", port, "type", "veth", "peer", "name", device, "netns", machine.namespace)
        ip("-n", self.switch, "link", "set", port, "master", "br0", "up")
        ip("-n", machine.namespace, "address", "add", f"{address}/24", "dev", device)
        ip("-n", machine.namespace, "link", "set", device, "up")
        ip("-n", machine.namespace, "route", "add", "224.0.0.0/4", "dev", device, "metric", str(next(NUMBERS)))
        return address


class Machine:
    """A namespace in which programs run, each ended with it."""

    def __init__(self, ends: ExitStack) -> None:
        self.namespace = namespace("m", ends)
        self._ends = ends
        ip("-n", self.namespace, "link", "set", "lo", "up")

    def unplug(self, device: str = "eth0") -> None:
        ip("-n", self.namespace, "link", "del", device)

    def run(self, *command: str, within: float = PATIENCE, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
        """A program to its end."""
        command = ("ip", "netns", "exec", self.namespace, *command)
        return subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=within, check=False)

    def start(self, *command: str, env: Mapping[str, str] = {}) -> Program:
        program = Program(["ip", "netns", "exec", self.namespace, *command], os.environ | env)
        self._ends.callback(program.kill)
        return program


class Program:
    """A running program, and the lines that it prints, with the time at which each came."""

    def __init__(self, command: list[str], env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines: list[str] = []
        self._queue: queue.Queue[tuple[float, str]] = queue.Queue()
        assert self.process.stdout
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._queue.put((time.monotonic(), line.rstrip("\n")))

    def expect(self, wanted: Callable[[str], object], within: float = PATIENCE) -> tuple[float, str]:
        """The next line like that, and when it came. Raises AssertionError with all that was printed when none comes in time."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            try:
                when, line = self._queue.get(timeout=left)
            except queue.Empty:
                break
            self.lines.append(line)
            if wanted(line):
                return when, line
        raise AssertionError("nothing like it within {:g} s:\n{}".format(within, "\n".join(self.lines[-40:])))

    def said(self) -> list[str]:
        """All that it has printed so far."""
        while not self._queue.empty():
            self.lines.append(self._queue.get()[1])
        return self.lines

    def stop(self, within: float = PATIENCE) -> int:
        """Asks it to end, and waits until it has."""
        self.process.terminate()
        return self.process.wait(within)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()


def eventually(look: Callable[[], T], wanted: Callable[[T], object], within: float = PATIENCE) -> T:
    """Looks again and again, each look taking its own time; returns what was wanted, or fails with what was seen last."""
    deadline = time.monotonic() + within
    while True:
        seen = look()
        if wanted(seen):
            return seen
        assert time.monotonic() < deadline, f"not within {within:g} s, last seen: {seen}"
