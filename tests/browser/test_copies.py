"""A room that was read from a file: long, broken in places, and searched by keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MANY = 50_000
DAY_MS = 86_400_000


def long_file(folder: Path) -> Path:
    """Five thousand messages a day, two people in turn, and two lines that are none."""
    lines = ['{"kind":"room","name":"Old times","topic":"of long ago"}', "{broken", '{"kind":"msg","text":7}']
    for i in range(MANY):
        text = f"message {i}" + (" with a **needle** in it" if i % 10_000 == 7 else "")
        handle = "ada" if i % 20 < 10 else "bob"
        ts = 1_700_000_000_000 + i * DAY_MS // 5000
        lines.append(json.dumps({"kind": "msg", "seq": i + 1, "ts": ts, "user_handle": handle, "text": text}))
    file = folder / "old.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def reads(page: Page, file: Path) -> None:
    page.get_by_role("button", name="My profile and devices").click()
    page.get_by_label("File to read").set_input_files(file)
    page.get_by_role("dialog", name="You").get_by_role("button", name="Close").click()
    page.get_by_role("list", name="Read from a file").get_by_role("button").first.click()


def test_a_long_copy_is_read_and_searched_by_keys(server: Server, arrive: Arrive, tmp_path: Path) -> None:
    page = arrive(server.invite)
    Person(page).sign_up("ada", "Ada")
    reads(page, long_file(tmp_path))
    copy = page.get_by_role("dialog", name="Old times")
    expect(copy.get_by_text("50000 messages, to read only. 2 lines could not be read.")).to_be_visible()
    rows = copy.get_by_role("log").locator("li.message")
    expect(rows.last).to_be_in_viewport()
    expect(rows.last).to_contain_text("message 49999")
    expect(rows.last.get_by_text("@bob")).to_be_hidden()
    assert rows.count() < 150
    field = copy.get_by_role("searchbox", name="Find in Old times")
    field.fill("needle WITH")
    expect(copy.get_by_role("status")).to_have_text("5 of 5")
    shown = copy.locator("li.shown")
    expect(shown).to_contain_text("message 40007 with a needle in it")
    expect(shown).to_be_in_viewport()
    expect(shown.locator("mark")).to_have_text(["with", "needle"])
    field.press("Enter")
    expect(shown).to_contain_text("message 30007")
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(copy.get_by_role("status")).to_have_text("1 of 5")
    expect(shown).to_be_in_viewport()
    assert rows.count() < 150
    field.fill("(no such [thing")
    expect(copy.get_by_role("status")).to_have_text("Nothing found")
    field.press("Escape")
    expect(field).to_have_value("")
    expect(copy.locator("mark")).to_have_count(0)
    copy.get_by_role("region", name="What was said in Old times").press("Home")
    expect(rows.first).to_be_in_viewport()
    expect(rows.first.locator(".text")).to_have_text("message 0")
    page.keyboard.press("Escape")
    expect(copy).to_have_count(0)
