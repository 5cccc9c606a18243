"""What others announce does not fill the server's memory: it answers, and remembers nobody."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.lan import wire
from tests.lan.conftest import Serve
from tests.lan.network import Machine, Network, Program
from tests.lan.states import named

FLOOD = 100_000
MIB = 1024


def resident_kb(program: Program) -> int:
    status = Path(f"/proc/{program.process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def flooded(machine: Machine, records: int, host: str) -> None:
    """All of it is read, since it answers in between, and what it answers to came after the rest."""
    done = machine.run(sys.executable, "-m", "tests.lan.wire", "flood", str(records), host, within=60.0)
    assert done.returncode == 0, done.stderr


def test_a_hundred_thousand_records_of_others_leave_no_trace(ends: ExitStack, home: Network, serve: Serve) -> None:
    house, rascal = Machine(ends), Machine(ends)
    home.plug(house, 10)
    home.plug(rascal, 11)
    server = serve(house)
    host = named(server)
    flooded(rascal, 1_000, host)
    before = resident_kb(server)
    flooded(rascal, FLOOD, host)
    grown = resident_kb(server) - before
    assert grown < 5 * MIB, f"grown by {grown} KiB"


@pytest.mark.parametrize("records", [wire.RECORDS, FLOOD])
def test_the_flood_is_of_records_that_differ(records: int) -> None:
    assert len({wire.unique(number) for number in range(records)}) == records
    assert all(len(packet) < 8966 for packet in wire.floods(wire.RECORDS))
