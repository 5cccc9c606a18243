"""What tests of the running house share: one server that many of them use, with the guests each one needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ASYNCIO, Loop
from tests.house.server import BOOTSTRAP, Person, Server


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """The clients' library knows asyncio only."""
    return ASYNCIO


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without rate limits that nobody may stop; what is in it, others have left there."""
    folder = tmp_path_factory.mktemp("shared")
    server = Server(folder / "data", folder / "log")
    server.start("--bootstrap-token", BOOTSTRAP, "--rate-limits", "false", "--log-level", "info")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def boss(shared: Server) -> Person:
    """The admin of the shared server."""
    return shared.enter("boss", BOOTSTRAP)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of one's own, not yet started."""
    server = Server(tmp_path / "data", tmp_path / "log")
    yield server
    server.kill()
