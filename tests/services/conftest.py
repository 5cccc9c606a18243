"""Every story about a noun ends with the same question: do the tables say what the log says?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.search import reads as searching
from tests.services.house import House


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    yield house
    assert house.differences() == []


@pytest.fixture(scope="module")
def time_enough() -> Iterator[None]:
    """Where what is found is the matter, and not how soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "SECONDS", 60.0)
        yield
