"""Waiting for what a server of the tests says of itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.lan.network import Program


def until(program: Program, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The next state like that."""
    return json.loads(program.expect(lambda line: line.startswith('{"name"') and wanted(json.loads(line)))[1])


def named(program: Program) -> str:
    """The next name that it announces."""
    return until(program, lambda state: state["name"])["name"]
