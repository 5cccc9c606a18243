"""Every story about a noun ends with the same question: do the tables say what the log says?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.house import House


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    assert house.differences() == []
