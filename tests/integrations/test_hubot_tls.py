"""A Hubot that talks to a house with an authority of its own: it is told the authority, and says what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house.server import BOOTSTRAP, Server, free_port
from tests.integrations.bots import HERE_AS
from tests.integrations.conftest import Bring
from tests.integrations.stage import Stage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def secure() -> int:
    """The port of HTTPS."""
    return free_port()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, secure: int) -> Iterator[Server]:
    """Speaks HTTPS too, on this machine alone."""
    folder = tmp_path_factory.mktemp("house")
    server = Server(folder / "data", folder / "log", "--host", "127.0.0.1", "--https-port", str(secure))
    server.start("--bootstrap-token", BOOTSTRAP)
    yield server
    server.kill()


async def test_a_bot_that_was_told_the_authority_talks_over_tls(stage: Stage, secure: int, bring: Bring) -> None:
    authority = stage.server.data / "tls" / "authority.crt"
    bot = bring(HUBOT_DEVCHITCHAT_URL=f"https://localhost:{secure}", NODE_EXTRA_CA_CERTS=str(authority))
    bot.until(HERE_AS)
    assert [told["text"] for told in await stage.play({"who": "bob", "says": "helper ping"})] == ["PONG"]


async def test_a_bot_that_was_not_says_what_is_wrong_and_what_to_do(stage: Stage, secure: int, bring: Bring) -> None:
    bot = bring(HUBOT_DEVCHITCHAT_URL=f"https://localhost:{secure}")
    line = bot.until("no connection")
    assert "certificate" in line and "NODE_EXTRA_CA_CERTS" in line
