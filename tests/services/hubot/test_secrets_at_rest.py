"""Tokens and secrets in `scripts.toml`: not short, and not for others to read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.hubot.settings import FILE, Unfit, read
from tests.services.hubot.scene import ECHO, furnish

TOKEN = "sixteen-letters!"


def hook(token: str) -> str:
    return f'[scripts.echo]\nhooks = {{ news = "{token}" }}\n'


def test_a_token_is_read_and_does_not_show(tmp_path: Path) -> None:
    listing = read(furnish(tmp_path / "bot", {"echo": ECHO}, hook(TOKEN))).listing
    assert listing.scripts["echo"].hooks["news"].reveal() == TOKEN
    assert TOKEN not in repr(listing)


def test_a_short_token_is_refused_without_being_repeated(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as caught:
        read(furnish(tmp_path / "bot", {"echo": ECHO}, hook(TOKEN[:-1])))
    assert "echo's hook news is too short" in str(caught.value)
    assert TOKEN[:-1] not in str(caught.value)


@pytest.mark.parametrize(
    "listing", [hook(""), hook(TOKEN).replace("news", "New/s"), f"[scripts.echo]\nhooks = '{TOKEN}'\n", hook(TOKEN) + "="]
)
def test_a_file_that_is_wrong_is_refused_without_repeating_a_token(tmp_path: Path, listing: str) -> None:
    with pytest.raises(Unfit) as caught:
        read(furnish(tmp_path / "bot", {"echo": ECHO}, listing))
    assert TOKEN not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_that_others_can_read_may_hold_no_token(tmp_path: Path, mode: int) -> None:
    directory = furnish(tmp_path / "bot", {"echo": ECHO}, hook(TOKEN))
    (directory / FILE).chmod(mode)
    with pytest.raises(Unfit, match=f"chmod 600 {directory / FILE}"):
        read(directory)
    (directory / FILE).write_text("[scripts.echo]\n")
    assert read(directory).listing.scripts["echo"].hooks == {}
