"""The version stands in two places."""

from __future__ import annotations

import tomllib
from pathlib import Path

from devchitchat.version import VERSION

PROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def test_the_version_that_we_say_is_the_projects() -> None:
    assert tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["version"] == VERSION
