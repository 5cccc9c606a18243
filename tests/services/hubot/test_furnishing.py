"""The directory that the first start makes: fit to be used as it is, and its list knows every script that comes with the program."""

from __future__ import annotations

import re
from pathlib import Path

from services.hubot.furnishing import LISTING, furnish
from services.hubot.settings import BUNDLED, FILE, read

HARMFUL = {"spam", "moderation", "diag", "webhook"}


def comes_with_it() -> set[str]:
    return {path.stem for path in BUNDLED.glob("[a-z]*.py")}


def test_what_is_made_is_fit_and_lets_scripts_post_and_nothing_else(tmp_path: Path) -> None:
    furnish(tmp_path / "scripts")
    listing = read(tmp_path / "scripts").listing
    assert set(listing.scripts) == comes_with_it() - HARMFUL
    assert {allowed.can for allowed in listing.scripts.values()} == {("post",)}
    assert (listing.rooms, listing.webhooks, listing.alias) == ((), {}, None)


def test_each_line_that_is_commented_out_is_right_when_it_is_taken_in(tmp_path: Path) -> None:
    furnish(tmp_path / "scripts")
    file = tmp_path / "scripts" / FILE
    file.write_text(
        re.sub(r"^# (?=\[scripts\.|can = |config = |hooks = |alias = |rooms = )", "", LISTING, flags=re.MULTILINE), encoding="utf-8"
    )
    listing = read(tmp_path / "scripts").listing
    assert set(listing.scripts) == comes_with_it()
    assert listing.scripts["moderation"].can == ("post", "moderate", "read_log")
    assert listing.scripts["spam"].can == ("post", "moderate")
    assert (listing.alias, listing.rooms) == ("!", ("General",))


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    furnish(tmp_path / "scripts")
    (tmp_path / "scripts" / FILE).write_text("# mine\n", encoding="utf-8")
    furnish(tmp_path / "scripts")
    assert (tmp_path / "scripts" / FILE).read_text(encoding="utf-8") == "# mine\n"
