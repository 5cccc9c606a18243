"""A machine that is always idle, and a scenario that only pretends."""

from __future__ import annotations

import types

import pytest

from bench import machine, scenarios
from bench.scenarios import Scenario
from tests.bench import pretend


@pytest.fixture
def idle_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "load", lambda: 0.1)


@pytest.fixture
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "load", lambda: 99.0)


@pytest.fixture
def pretending(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """`devchitchat bench pretend`, and nothing else when nothing is named."""
    monkeypatch.setattr(scenarios, "SCENARIOS", (Scenario("pretend", "tests.bench.pretend", "nothing"),))
    monkeypatch.setattr(pretend, "does", pretend.nothing)
    monkeypatch.setattr(pretend, "figures", {})
    monkeypatch.setattr(pretend, "spreads", {})
    return pretend
