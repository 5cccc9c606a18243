"""The pages made from the words are the ones that are committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bus import protocol
from devchitchat import reference


def test_the_committed_pages_are_not_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.write(check=True) == 0, capsys.readouterr().err


def test_a_stale_page_is_named_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    assert reference.write(check=True) == 1
    assert "docs/protocol.md is stale" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_every_word_has_its_entry_and_its_name_in_the_browser() -> None:
    page, module = reference.page(), reference.module()
    for t, kind in {**protocol.requests(), **protocol.replies(), **protocol.events()}.items():
        assert f"### `{t}`\n\n" in page
        assert f"  {kind.__name__}: '{t}',\n" in module


def test_words_of_the_house_itself_are_not_shown() -> None:
    assert "inside." not in reference.page() + reference.module()
    assert "token_hash" not in reference.page()


def test_every_request_says_what_it_does() -> None:
    undocumented = [kind.t for kind in protocol.requests().values() if not kind.__dict__.get("__doc__")]
    assert undocumented == []
