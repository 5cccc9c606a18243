"""What the tests of a real Hubot share: its folder, and a house with people in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

import pytest

from bench.wire import Lacking
from tests.conftest import ASYNCIO, Loop, missing
from tests.house.server import BOOTSTRAP, Server
from tests.integrations.bots import Hubot, fetch, furnish
from tests.integrations.stage import BOT, Stage

Bring = Callable[..., Hubot]


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """The people's library knows asyncio only."""
    return ASYNCIO


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bot; without npm or its registry these tests are left out, but in CI they fail."""
    try:
        fetched = fetch()
    except Lacking as lacking:
        missing(f"no Hubot could be fetched: {lacking}")
    return furnish(fetched, tmp_path_factory.mktemp("hubot") / "bot")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server; without rate limits where the module is marked as unlimited."""
    folder = tmp_path_factory.mktemp("house")
    server = Server(folder / "data", folder / "log")
    unlimited = request.node.get_closest_marker("unlimited")
    server.start("--bootstrap-token", BOOTSTRAP, *(("--rate-limits", "false") if unlimited else ()))
    yield server
    server.kill()


@pytest.fixture(scope="module")
async def stage(house: Server, home: Path, anyio_backend: Loop) -> AsyncGenerator[Stage]:
    stage = Stage(house, house.enter("ada", BOOTSTRAP))
    await stage.open()
    yield stage
    await stage.close()


@pytest.fixture(scope="module")
def hire(stage: Stage, home: Path) -> Iterator[Bring]:
    """Starts a bot that stays for the whole module."""
    yield from starting(stage, home)


@pytest.fixture
def bring(stage: Stage, home: Path) -> Iterator[Bring]:
    """Starts a bot that is gone after the test."""
    yield from starting(stage, home)


def starting(stage: Stage, home: Path) -> Iterator[Bring]:
    """The helper, unless another token is given; in the hall, unless other rooms are."""
    brought: list[Hubot] = []

    def start(token: str = "", **env: str) -> Hubot:
        bot = Hubot(home, stage.server, token or stage.tokens[BOT], **{"HUBOT_DEVCHITCHAT_ROOMS": "hall", **env})
        brought.append(bot)
        bot.start()
        return bot

    yield start
    for bot in brought:
        bot.kill()
