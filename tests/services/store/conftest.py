"""What the store's tests share."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print past the capture, with the time since the test began."""
    began = time.monotonic()

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text} time={time.monotonic() - began:.1f}s", end="")

    return line
