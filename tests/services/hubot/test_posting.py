"""Posting to a checked address: refusals before any connection, and what goes over the wire."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devchitchat.tls.authority import Pair, make_authority, make_leaf
from services.hubot import posting
from services.hubot.posting import Answer, NotDelivered, Poster
from services.hubot.targets import Target, parse
from tests.services.hubot.receiver import receiver

pytestmark = pytest.mark.anyio


class Resolver:
    """Gives other addresses each time it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked = 0
        self._answers = answers

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self._answers[min(self.asked, len(self._answers)) - 1]


def at(port: int, *, secure: bool = False) -> Target:
    return Target(secure, "hooks.local", port, "/in?key=canary")


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], []])
async def test_one_address_that_is_not_public_is_enough_to_refuse(addresses: list[str]) -> None:
    with receiver() as there:
        with pytest.raises(NotDelivered) as caught:
            await Poster(Resolver(addresses)).post(at(there.port), [], b"{}", private=False)
        assert "canary" not in str(caught.value) and there.came.empty()


async def test_link_local_is_refused_even_where_private_is_allowed() -> None:
    with pytest.raises(NotDelivered, match="never allowed"):
        await Poster(Resolver(["127.0.0.1", "169.254.169.254"])).post(at(9), [], b"{}", private=True)


async def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """A name that is resolved anew for the connection could lead elsewhere by then."""
    with receiver() as there:
        rebinding = Resolver(["127.0.0.1"], ["192.0.2.1"])
        assert await Poster(rebinding).post(at(there.port), [("X-A", "b")], b"{}", private=True) == Answer(204)
        came = there.get()
        assert (rebinding.asked, came.path, came.body) == (1, "/in?key=canary", b"{}")
        assert (came.headers["host"], came.headers["x-a"]) == (f"hooks.local:{there.port}", "b")


async def test_an_address_that_is_shut_gives_way_to_the_next() -> None:
    with receiver() as there:
        assert await Poster(Resolver(["127.0.0.2", "127.0.0.1"])).post(at(there.port), [], b"{}", private=True) == Answer(204)


async def test_a_redirect_is_not_followed() -> None:
    with receiver() as there:
        there.answers.append((307, b""))
        there.location = f"http://127.0.0.1:{there.port}/inside"
        assert await Poster(Resolver(["127.0.0.1"])).post(at(there.port), [], b"{}", private=True) == Answer(307)
        assert (there.get().path, there.came.empty()) == ("/in?key=canary", True)


async def test_no_more_than_64_kib_are_read() -> None:
    with receiver() as there:
        there.answers += [(200, b"x" * 65536), (200, b"x" * 65537)]
        poster = Poster(Resolver(["127.0.0.1"]))
        assert await poster.post(at(there.port), [], b"{}", private=True) == Answer(200, b"x" * 65536)
        assert await poster.post(at(there.port), [], b"{}", private=True) == Answer(200, None)


async def test_who_does_not_answer_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TOTAL_S", 0.2)
    with receiver() as there:
        there.answers.append(None)
        with pytest.raises(NotDelivered, match="timed out"):
            await Poster(Resolver(["127.0.0.1"])).post(at(there.port), [], b"{}", private=True)


async def test_what_speaks_no_http_or_is_not_there_is_told_by_its_kind() -> None:
    with receiver() as there:
        poster, port = Poster(Resolver(["127.0.0.1"])), there.port
        there.answers.append(None)
        there.release.set()  # It hangs up without a word.
        with pytest.raises(NotDelivered, match="ProtocolError"):
            await poster.post(at(port), [], b"{}", private=True)
    with pytest.raises(NotDelivered) as caught:
        await poster.post(at(port), [], b"{}", private=True)
    assert "canary" not in str(caught.value)


async def test_a_name_is_resolved_by_the_system() -> None:
    assert "127.0.0.1" in await posting.resolve("localhost", 80)
    with receiver() as there:
        assert await Poster().post(parse(f"http://localhost:{there.port}/", private=True), [], b"{}", private=True) == Answer(204)


@pytest.mark.parametrize(("named", "taken"), [("hooks.local", True), ("other.local", False)])
async def test_the_certificate_must_be_the_urls(tmp_path: Path, named: str, taken: bool) -> None:
    authority, leaf = certificates(named)
    served, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    for name, data in (("crt", leaf.certificate), ("key", leaf.key)):
        (tmp_path / name).write_bytes(data)
    served.load_cert_chain(tmp_path / "crt", tmp_path / "key")
    trusting.load_verify_locations(cadata=authority.certificate.decode())
    with receiver(served) as there:
        poster = Poster(Resolver(["127.0.0.1"]), trusting)
        if taken:
            assert await poster.post(at(there.port, secure=True), [], b"{}", private=True) == Answer(204)
            with pytest.raises(NotDelivered, match="SSL"):
                await Poster(Resolver(["127.0.0.1"])).post(at(there.port, secure=True), [], b"{}", private=True)
        else:
            with pytest.raises(NotDelivered, match="SSL"):
                await poster.post(at(there.port, secure=True), [], b"{}", private=True)


def certificates(name: str) -> tuple[Pair, Pair]:
    now = datetime.now(UTC)
    authority = make_authority(now)
    return authority, make_leaf(authority, [name], [], now)
