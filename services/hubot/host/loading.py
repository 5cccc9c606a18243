"""Loading one script: its text is compiled as it lies there, so that no older bytecode of it is ever run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from services.hubot.host.robot import Robot

SECTION = "Commands:"


def load(script: str, path: str, robot: Robot) -> list[str]:
    """Run the module and its `setup`, and return its help. Raises what it raises, and AttributeError without a setup."""
    source = Path(path).read_bytes()
    module = ModuleType(f"scripts.{script}")
    module.__file__ = path
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  The operator's own code, in a directory that is theirs alone.
    setup: Callable[[Robot], Any] = module.__dict__["setup"] if "setup" in module.__dict__ else _nothing(path)
    setup(robot)
    return [*commands(ast.get_docstring(ast.parse(source)) or ""), *robot.commands.help]


def commands(docstring: str) -> list[str]:
    """The lines under `Commands:` in a script's header."""
    lines = docstring.splitlines()
    found: list[str] = []
    for line in lines[lines.index(SECTION) + 1 :] if SECTION in lines else []:
        if line and not line[0].isspace():
            break
        if line.strip():
            found.append(line.strip())
    return found


def _nothing(path: str) -> Callable[[Robot], Any]:
    raise AttributeError(f"{path} has no setup(robot)")
