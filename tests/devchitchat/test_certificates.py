"""The certificate beside the running house: renewed when it must be, and never made anew behind the back of those who trust it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import anyio
import pytest

from devchitchat import addresses, certificates
from devchitchat.certificates import Certificates
from devchitchat.config import Config
from tests.conftest import ASYNCIO, Loop

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> Loop:
    """Files are read in a thread: one loop tells all."""
    return ASYNCIO


class Watched:
    """A house's certificates, looked at every hundredth of a second; `here` are the addresses of its machine."""

    def __init__(self, data: Path) -> None:
        self.here = ["192.168.1.7"]
        self.looks = 0
        self.renewals = 0
        self.data = data

    def on_the_network(self) -> list[addresses.Address]:
        self.looks += 1
        return [ip_address(text) for text in self.here]

    def renewed(self) -> None:
        self.renewals += 1

    async def until(self, wanted: Callable[[], bool]) -> None:
        with anyio.fail_after(10):
            while not wanted():  # noqa: ASYNC110 nothing tells that it has looked
                await anyio.sleep(0.01)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Watched:
    watched = Watched(tmp_path)
    monkeypatch.setattr(addresses, "on_the_network", watched.on_the_network)
    monkeypatch.setattr(certificates, "LOOK_S", 0.01)
    monkeypatch.setattr(certificates, "REST_S", 0.01)
    return watched


async def test_an_address_that_comes_brings_a_new_certificate_and_one_that_goes_and_comes_back_does_not(watched: Watched) -> None:
    kept = Certificates(Config(data=watched.data, host="0.0.0.0"))
    async with anyio.create_task_group() as tasks:
        await tasks.start(kept.renewing(watched.renewed))  # type: ignore[arg-type]
        watched.here = ["192.168.1.7", "10.0.0.3"]
        await watched.until(lambda: watched.renewals == 1)
        for here in (["10.0.0.3"], ["192.168.1.7"], ["192.168.1.7", "10.0.0.3"]):
            watched.here, seen = here, watched.looks
            await watched.until(lambda seen=seen: watched.looks >= seen + 3)  # type: ignore[misc]
        tasks.cancel_scope.cancel()
    assert watched.renewals == 1


async def test_an_authority_that_is_gone_is_said_once_and_not_made_anew(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Certificates(Config(data=watched.data, host="0.0.0.0"))
    folder = watched.data / "tls"
    shutil.rmtree(folder)
    tries: list[None] = []
    monkeypatch.setattr(certificates.anyio.to_thread, "run_sync", counted(tries))
    caplog.set_level(logging.WARNING)
    async with anyio.create_task_group() as tasks:
        await tasks.start(kept.renewing(watched.renewed))  # type: ignore[arg-type]
        await watched.until(lambda: len(tries) >= 3)
        tasks.cancel_scope.cancel()
    said = f"the certificate cannot be renewed: {folder} is gone: put it back, or every device has to trust a new authority"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [said]
    assert not folder.exists()


def counted(tries: list[None]) -> Callable[[Callable[[], object]], object]:
    async def run_sync(do: Callable[[], object]) -> object:
        tries.append(None)
        return do()

    return run_sync
