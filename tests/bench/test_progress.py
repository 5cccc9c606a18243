"""However soon a scenario is cut short, it has said how far it is, and what it had by then is a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import anyio.lowlevel
import pytest

import bench
from bench import bus, call, catch_up, filled, idle, join, keypress, mixed, page, parts, progress, saturate, search, soak, start, storm
from bench.client import Fault
from bench.filled import Fill
from bench.progress import Course
from bench.result import Result
from tests.bench import form

FOR_EVER_S = 600.0
SMALL: dict[ModuleType, dict[str, Any]] = {
    join: {"PEOPLE": 3},
    catch_up: {"CLIENTS": 3, "MESSAGES": 50},
    storm: {"CLIENTS": 5},
    idle: {"CONNECTIONS": 40, "QUIET_S": 0.05},
    start: {"SETTINGS": {"empty": None, "10000": Fill((200,))}},
    bus: {},
    mixed: {},
    search: {"FILL": Fill((1_000,))},
    saturate: {"RECEIVERS": (2, 3), "ROOMS": (1,), "MEMBERS": (10,), "STORED": (Fill((100,)),)},
    soak: {},
    parts: {"TIMES": 20},
}
WITH_A_BROWSER: dict[ModuleType, dict[str, Any]] = {page: {"ROOMS": 3, "MESSAGES": 2}, call: {}, keypress: {}}
SHORT_S = {search: 0.1, saturate: 0.1, bus: 1.0, parts: 1.0}
"""Of those whose first round would take too long otherwise; the others go on until they are cut."""


@pytest.fixture(scope="module")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The load knows asyncio only."""
    return "asyncio", {"use_uvloop": False}


@pytest.mark.parametrize("scenario", SMALL, ids=lambda each: each.__name__)
async def test_a_scenario_that_is_cut_short_has_a_table_and_says_how_far_it_came(
    scenario: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled, "CACHE", tmp_path / "cache")
    await check(scenario, SMALL[scenario], monkeypatch)


@pytest.mark.browser
@pytest.mark.parametrize("scenario", WITH_A_BROWSER, ids=lambda each: each.__name__)
async def test_so_has_one_with_a_browser(scenario: ModuleType, chromium: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await check(scenario, WITH_A_BROWSER[scenario], monkeypatch)


async def check(scenario: ModuleType, small: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in small.items():
        monkeypatch.setattr(scenario, name, value)
    course = Course("it", 1, 1)
    found = await cut(scenario, course)
    assert found.table.rows
    form.check(found)
    assert "Nothing was refused" not in str(found.table) and "had by all" not in str(found.table)


async def cut(scenario: ModuleType, course: Course) -> Result:
    """Let it run until there is something and its bar has moved, and no longer."""
    found: list[Result] = []
    async with anyio.create_task_group() as tasks:

        async def watch() -> None:
            while not (course.share and course.so_far and (so_far := course.so_far()).table.rows):  # noqa: ASYNC110
                await anyio.sleep(0.01)
            found.append(so_far)
            tasks.cancel_scope.cancel()

        with progress.followed(course):
            tasks.start_soon(watch)
            await scenario.run(SHORT_S.get(scenario, FOR_EVER_S))
            tasks.cancel_scope.cancel()
    assert found, "it came to its end and had kept nothing, or its bar stood still"
    return found[0]


def test_the_bar_of_a_scenario_that_runs_for_a_given_time_goes_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(progress, "monotonic", lambda: now)
    course = Course("it", 1, 1)
    with progress.followed(course):
        progress.takes(8.0)
        assert course.share == 0
        now = 106.0
        assert course.line().startswith(f"1/1 it [{'#' * 18}{'.' * 6}] 6 s")
        now = 200.0
        assert course.share == 1


@pytest.mark.usefixtures("idle_machine")
def test_a_bar_is_drawn_on_a_terminal_only_and_makes_room_for_what_went_wrong(
    pretending: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(seconds: float, beside: Path | None = None) -> Result:
        await anyio.lowlevel.checkpoint()  # the bar's turn
        raise Fault("nobody heard it")

    monkeypatch.setattr(pretending, "run", fail)
    said: list[str] = []
    for terminal in (True, False):
        monkeypatch.setattr(progress, "shown", lambda terminal=terminal: terminal)
        bench.main(["pretend"])
        said.append(capsys.readouterr().err)
    line, clear = "devchitchat bench: pretend: nobody heard it\n", "\r\x1b[2K"
    assert said == [f"{clear}1/1 pretend [........................] 0 s{clear}{line}{clear}", line]
