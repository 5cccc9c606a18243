"""Every scenario runs small against a real server, and gives what it promises: all that was sent was had, and counted.

Never a time is asserted: this machine may be busy.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench import bus, catch_up, filled, idle, join, keypress, meeting, mixed, parts, saturate, search, soak, start, storm
from bench.filled import Fill
from bench.result import Result
from tests.bench import form
from tests.bench.form import MIDDLE


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The load knows asyncio only."""
    return "asyncio", {"use_uvloop": False}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Made databases lie here, and nobody's own are touched."""
    monkeypatch.setattr(filled, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


async def measured(scenario: ModuleType, seconds: float) -> Result:
    """What it brings home, in the form that all have."""
    found: Result = await scenario.run(seconds)
    form.check(found)
    return found


def column(result: Result, name: str) -> list[str]:
    at = result.table.columns.index(name)
    return [row[at] for row in result.table.rows]


def counted(result: Result) -> list[int]:
    return [int(cell.replace(",", "")) for cell in column(result, "times")]


async def test_all_who_join_at_once_are_linked_to_each_other_and_their_traffic_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "PEOPLE", 4)
    found = await measured(join, 0.0)
    pairs = 4 * 3 // 2
    said = pairs * (1 + 1 + 2 * meeting.CANDIDATES)
    assert found.figures["join/4/frames"] >= 3 * said  # each is said, acknowledged and handed on
    assert found.figures["join/4/kb"] >= 2 * pairs * 12
    assert counted(found) == [join.ROUNDS]  # one each at least
    assert "join/4/cpu_ms" in found.spreads


async def test_all_who_return_have_all_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catch_up, "CLIENTS", 5)
    monkeypatch.setattr(catch_up, "MESSAGES", 450)
    found = await measured(catch_up, 0.0)
    assert found.figures["catch-up/all_s"] > 0
    assert column(found, "messages") == ["450"]
    assert found.spreads.keys() >= {"catch-up/all_s", "catch-up/cpu_s"}
    assert re.match(r"All had all after [0-9.]+, [0-9.]+ s\.", found.table.notes[0])  # twice at least


async def test_everybody_is_in_again_after_the_server_was_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storm, "CLIENTS", 20)
    found = await measured(storm, 0.1)
    assert column(found, "times") == ["2"]
    assert found.figures["storm/20/all_ms"] >= found.figures["storm/20/p50_ms"] > 0


async def test_a_lively_minute_goes_by_without_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixed, "RATES", {act: rate * 6 for act, rate in mixed.RATES.items()})
    found = await measured(mixed, 0.3)
    times = dict(zip(column(found, "what"), counted(found), strict=True))
    planned = [due.act for number in range(mixed.FRIENDS) for due in mixed.plan(number, 0.3 * mixed.A_MINUTE)]
    assert times["chat"] == planned.count("chat") > 0
    assert times["come_back"] == planned.count("come_back") > 0
    assert times["signal"] == planned.count("signal") > 0
    assert times["delivery"] <= times["chat"] * mixed.FRIENDS
    assert found.figures["mixed/errors"] == 0


async def test_a_steady_load_is_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await measured(soak, 1.0)
    memory, _ = found.lines
    assert len(memory.points) >= 3
    assert all(mib > 10 for _, mib in memory.points)
    assert found.figures["soak/descriptors"] > soak.PEOPLE
    assert found.figures["soak/errors"] == 0
    assert "soak/rss_mib_per_hour" not in found.figures
    assert any("too short a time to tell a slope" in note for note in found.table.notes)


def test_a_slope_is_told_of_a_load_that_went_on_for_long_enough() -> None:
    readings = [soak.Reading(at_s, 60 * 1024 + at_s, 0, 40, None) for at_s in (0.0, 300.0, soak.TELLING_S)]
    assert soak.kept(readings)["soak/rss_mib_per_hour"] == pytest.approx(3600 / 1024)  # pyright: ignore[reportUnknownMemberType]


async def test_the_newest_messages_of_each_kind_are_found(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FILL", Fill((11_000, 500)))
    monkeypatch.setattr(search, "ROUNDS", 2)
    found = await measured(search, 0.1)
    assert column(found, "what") == [kind.name for kind in search.KINDS]
    assert all(times >= 2 for times in counted(found))
    assert all(MIDDLE.fullmatch(cell) for cell in column(found, "server CPU ms"))


async def test_idle_sockets_are_all_there_and_their_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "CONNECTIONS", 40)
    monkeypatch.setattr(idle, "QUIET_S", 0.05)
    monkeypatch.setattr(idle, "ROUNDS", 2)
    found = await measured(idle, 1.0)
    assert column(found, "connections") == ["0", "10", "20", "30", "40"]
    assert found.figures["idle/mib"] > 10
    assert all(MIDDLE.fullmatch(cell) for cell in [*column(found, "server MiB"), *column(found, "KiB/connection")[1:]])
    assert found.spreads.keys() == {"idle/mib", "idle/kib_per_connection", "idle/40/mib"}


@pytest.mark.slow
async def test_a_start_is_timed_on_each_database(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "SETTINGS", {"empty": None, "10000": Fill((200,))})
    monkeypatch.setattr(start, "STARTS", 1)
    found = await measured(start, 0.1)
    assert counted(found) == [1, 1]
    assert found.figures["start/first_socket_ms"] > 0
    assert "services" in " ".join(found.table.notes)


async def test_every_hop_on_the_bus_is_made_and_counted() -> None:
    found = await measured(bus, 0.3)
    assert column(found, "hop") == ["ask a service", "ask a deed", "tell one", "tell three"]
    assert all(count > 0 for count in counted(found))
    assert all(found.figures[f"bus/{hop}/rate_per_s"] > 0 for hop in ("ask-a-service", "ask-a-deed", "tell-one", "tell-three"))


@pytest.mark.slow
async def test_the_parts_of_a_message_and_what_is_left_are_the_whole(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "TIMES", 20)
    monkeypatch.setattr(bus, "PORTION", 100)
    found = await measured(parts, 0.5)
    told = found.figures
    assert sum(us for name, us in told.items() if name != "parts/whole_us") == pytest.approx(told["parts/whole_us"])
    assert all(us > 0 for name, us in told.items() if name != "parts/the-rest_us")
    assert [name for name in told if name not in found.spreads] == ["parts/the-rest_us"]


@pytest.mark.slow
async def test_saturation_is_measured_for_each_setting(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saturate, "RECEIVERS", (2, 12))
    monkeypatch.setattr(saturate, "ROOMS", (1, 3))
    monkeypatch.setattr(saturate, "MEMBERS", (10, 15))
    monkeypatch.setattr(saturate, "STORED", (Fill((100,)), Fill((300,))))
    monkeypatch.setattr(saturate, "ROUNDS", 2)
    found = await measured(saturate, 0.2)
    settings = ["2 receivers", "12 receivers", "1 rooms", "3 rooms", "10 members", "15 members", "100 stored", "300 stored"]
    assert column(found, "setting") == settings
    middles = [column(found, name) for name in ("deliveries/s", "CPU µs/delivery", "CPU µs/message")]
    assert all(MIDDLE.fullmatch(cell) for cells in middles for cell in cells)
    assert {
        "saturate/2/deliveries_per_s",
        "saturate/cost_us/12",
        "saturate/rooms/3/us",
        "saturate/further_receiver_us",
        "saturate/stored/300/us",
    } <= found.figures.keys()
    assert [len(line.points) for line in found.lines] == [2, 2, 2, 2]


@pytest.mark.browser
async def test_a_key_in_one_window_is_paint_in_the_other(chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keypress, "MESSAGES", 4)
    monkeypatch.setattr(keypress, "WARM_UP", 2)
    found = await measured(keypress, 1.0)
    assert counted(found) == [4]
    assert found.figures["browser/p50_ms"] > 0
