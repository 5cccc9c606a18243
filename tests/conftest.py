"""What every test shares: the three event loops, and the browser where there is one."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import Any, NoReturn

import pytest

pytest_plugins = ("tests.sharing",)
Loop = tuple[str, dict[str, Any]]
NO_UVLOOP = pytest.mark.skipif(find_spec("uvloop") is None, reason="there is no uvloop here")
ASYNCIO: Loop = ("asyncio", {"use_uvloop": False})
UVLOOP: Loop = ("asyncio", {"use_uvloop": True})
TRIO: Loop = ("trio", {})
LOOPS = [pytest.param(ASYNCIO, id="asyncio"), pytest.param(UVLOOP, id="uvloop", marks=NO_UVLOOP), pytest.param(TRIO, id="trio")]


@pytest.fixture(scope="module", params=LOOPS)
def anyio_backend(request: pytest.FixtureRequest) -> Loop:
    """Every async test runs on each; a test of Granian, which knows asyncio only, overrides it in its own file."""
    return request.param


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one its tests are left out, but in CI they fail."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return found or missing("there is no Chromium: install it, or name it in the environment variable CHROMIUM")


@pytest.fixture(scope="session")
def turnserver() -> str:
    """The path of coturn's server; without one its tests are left out, but in CI they fail."""
    return shutil.which("turnserver") or missing("there is no coturn: install it (Debian: apt install coturn)")


def missing(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)
