"""A machine that is always idle, or busy, and a scenario that only pretends."""

from __future__ import annotations

import types

import pytest

from bench import machine, others, scenarios
from bench.scenarios import Scenario
from tests.bench import pretend


@pytest.fixture
def idle_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "load", lambda: 0.1)
    monkeypatch.setattr(others, "glance", lambda: 0.01)
    others_take(monkeypatch, 0.01)


@pytest.fixture
def busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "glance", lambda: 99.0)


@pytest.fixture
def disturbed(idle_machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was idle before, and others came while it was measured."""
    monkeypatch.setattr(others, "DISTURBS_PER_CORE", 0.2 / machine.look(afar=True).cores)
    others_take(monkeypatch, 0.35)


def others_take(monkeypatch: pytest.MonkeyPatch, cores: float) -> None:
    """During every scenario."""

    def taken(span: others.Span) -> float:
        return cores

    monkeypatch.setattr(others.Span, "cores", taken)


@pytest.fixture
def pretending(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """`devchitchat bench pretend`, and nothing else when nothing is named."""
    monkeypatch.setattr(scenarios, "SCENARIOS", (Scenario("pretend", "tests.bench.pretend", "nothing"),))
    monkeypatch.setattr(pretend, "does", pretend.nothing)
    monkeypatch.setattr(pretend, "figures", {})
    monkeypatch.setattr(pretend, "spreads", {})
    return pretend
