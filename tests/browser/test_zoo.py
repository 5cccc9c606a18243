"""RELIABILITY 2.3 #25: whatever people call themselves, their rooms and their files, it is text, everywhere it is shown."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive
from tests.browser.crowd import guest, sign_in_elsewhere
from tests.browser.people import Person
from tests.browser.serving import BOOTSTRAP, Server
from tests.browser.zoo import NAMES, NOTES, PAYLOADS, PLATFORMS, REASONS, ROOM_NAMES, fill

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.unlimited]

REPORTS = """
    globalThis.faults = []
    document.addEventListener('securitypolicyviolation', (report) => faults.push(`${report.violatedDirective} ${report.blockedURI}`))
    for (const name of ['alert', 'confirm', 'prompt']) globalThis[name] = (text) => void faults.push(`${name} ${text}`)
"""
ALIVE = """
    () => [...document.body.querySelectorAll('*')].filter((element) =>
      /^(script|iframe|object|embed|base|link|style|form\\[action\\]|video|audio|marquee)$/i.test(element.localName)
      || [...element.attributes].some(({ name, value }) => name.startsWith('on') || /^\\s*(javascript|vbscript|data):/i.test(value))
      || (element.localName === 'img' && element.getAttribute('src') && !element.src.startsWith('blob:'))
      || (element.localName === 'a' && element.host && element.host !== location.host && element.rel !== 'noopener noreferrer nofollow')
    ).map((element) => element.outerHTML.slice(0, 200))
"""


def check(page: Page) -> None:
    assert page.evaluate(ALIVE) == []
    assert page.evaluate("[globalThis.__pwned, globalThis.faults]") == [None, []]


def test_the_whole_zoo_is_shown_as_text(arrive: Arrive, server: Server) -> None:
    page = arrive("about:blank")
    page.context.add_init_script(REPORTS)
    ada = Person(page)
    with guest(server, BOOTSTRAP, "host", NAMES[0]) as host:
        invite = fill(host, server)
        page.goto(f"{server.url}/#invite={invite}")
        ada.sign_up("ada", NAMES[6])
        me = next(user["user_id"] for user in host.ask("admin.users")["users"] if user["handle"] == "ada")
        host.ask("admin.user_update", user_id=me, roles=["admin"])
    page.reload()
    ada.sees_live()
    rooms = page.get_by_role("list", name="Public rooms").get_by_role("button").locator("bdi")
    expect(rooms).to_have_count(len(ROOM_NAMES) + 1)
    assert sorted(rooms.all_text_contents()) == sorted((*ROOM_NAMES, "Zoo"))
    check(page)
    rooms_are_opened(page)
    ada.joins("Zoo")
    expect(page.get_by_role("log", name="Messages").get_by_text("hasOwnProperty", exact=True).last).to_be_visible()
    check(page)
    page.get_by_role("region", name="Conversation").press("Home")
    expect(page.get_by_role("log", name="Messages").get_by_text(PAYLOADS[30], exact=True).last).to_be_attached()
    check(page)
    members_are_listed(page)
    order_is_kept(page)
    whatever_is_found_or_said(ada)
    refusals_are_told(ada)
    the_server_is_looked_after(page)
    devices_are_listed(page, server)
    files_are_named(ada)
    files_are_read(page)
    check(page)


def rooms_are_opened(page: Page) -> None:
    """Each name and topic stands in the header, and in the title."""
    main = page.get_by_role("main")
    for name, topic in list(zip(ROOM_NAMES, reversed(ROOM_NAMES), strict=True))[::4]:
        page.get_by_role("list", name="Public rooms").get_by_role("button").filter(has=page.get_by_text(name, exact=True)).first.click()
        expect(main.get_by_role("heading", level=2)).to_have_text(name)
        expect(main.locator("room-header header p")).to_have_text(topic)
        assert name in page.title()
    check(page)


def members_are_listed(page: Page) -> None:
    page.get_by_role("button", name="Members").click()
    names = page.get_by_role("complementary", name="Members").get_by_role("listitem").locator(".name")
    staying = [name for number, name in enumerate(NAMES) if number % 2 == 0]
    expect(names.first).to_be_visible()
    shown = names.all_text_contents()
    assert set(shown) <= set(NAMES)
    assert len(set(shown) & set(staying)) >= len(staying) - 4
    check(page)


def whatever_is_found_or_said(ada: Person) -> None:
    for payload in PAYLOADS[:60:6]:
        ada.searches(payload)
        ada.says(payload)
    expect(ada.page.get_by_text("Waiting to be sent")).to_have_count(0)
    check(ada.page)


def order_is_kept(page: Page) -> None:
    """Reasons and names stand in the list of bans, and in the questions before one is put out, banned or let back in."""
    page.get_by_role("button", name="Room settings").click()
    bans = page.get_by_role("list", name="Banned from this room").get_by_role("listitem")
    expect(bans).to_have_count(len(REASONS))
    assert sorted(bans.locator("p").all_text_contents()) == sorted(REASONS)
    assert set(bans.locator(".name").all_text_contents()) <= set(NAMES)
    name = bans.locator(".name").first.text_content() or ""
    bans.first.get_by_role("button").click()
    expect(page.get_by_role("alertdialog")).to_contain_text(f"Let {name} back in?")
    check(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Members").click()
    for reason, deed, button in (
        ("<img src=x onerror=__pwned=1>", "Put out of the room", "Put out"),
        ("</b>__proto__", "Ban from the room", "Ban"),
    ):
        row = (
            page.get_by_role("complementary", name="Members")
            .locator("li")
            .filter(has=page.get_by_role("button", name="Actions for <"))
            .last
        )
        row.get_by_role("button").click()
        page.get_by_role("menuitem", name=deed).click()
        dialog = page.get_by_role("alertdialog")
        assert any(name in (dialog.get_by_role("heading").text_content() or "") for name in NAMES)
        dialog.get_by_label("Reason").fill(reason)
        dialog.get_by_role("button", name=button, exact=True).click()
        expect(dialog).to_have_count(0)
        check(page)
    page.get_by_role("button", name="Room settings").click()
    expect(bans).to_have_count(len(REASONS) + 1)
    expect(bans.get_by_text("</b>__proto__", exact=True)).to_be_visible()
    check(page)


def refusals_are_told(ada: Person) -> None:
    """What is refused is named in the words that were typed."""
    for payload in NAMES[::6]:
        ada.composer.fill(f"/join no {payload}")
        ada.composer.press("Enter")
        expect(ada.page.get_by_role("alert").filter(has_text="There is no room")).to_contain_text(payload)
        check(ada.page)
    ada.composer.fill("")


def the_server_is_looked_after(page: Page) -> None:
    page.get_by_role("button", name="Server", exact=True).click()
    dialog = page.get_by_role("dialog", name="Server")
    notes = dialog.get_by_role("list", name="Open invites").locator("p")
    expect(notes).to_have_count(len(NOTES))
    assert sorted(notes.all_text_contents()) == sorted(NOTES)
    names = dialog.get_by_role("list", name="Accounts").get_by_role("listitem").locator(".name")
    expect(names.nth(len(NAMES) - 1)).to_be_attached()
    assert set(NAMES) <= set(names.all_text_contents())
    check(page)
    dialog.get_by_role("button", name="Close").click()


def devices_are_listed(page: Page, server: Server) -> None:
    for platform in PLATFORMS:
        you = open_my_corner(page)
        you.get_by_role("button", name="Sign in on another device").click()
        box = page.get_by_role("dialog", name="Sign in on another device")
        expect(box.get_by_label("Sign-in link")).not_to_have_value("")
        sign_in_elsewhere(server, box.get_by_label("Sign-in link").input_value().partition("=")[2], platform)
        box.get_by_role("button", name="Close").click()
        you.get_by_role("button", name="Close").click()
    you = open_my_corner(page)
    sessions = you.get_by_role("list", name="My sessions").get_by_role("listitem")
    expect(sessions).to_have_count(len(PLATFORMS) + 1)
    assert set(PLATFORMS) <= set(sessions.locator("bdi").all_text_contents())
    you.get_by_role("button", name=f"Sign out {PLATFORMS[0]}").click()
    expect(page.get_by_role("alertdialog")).to_contain_text(PLATFORMS[0])
    check(page)
    page.keyboard.press("Escape")
    you.get_by_role("button", name="Close").click()


def files_are_named(ada: Person) -> None:
    """A copy's name is made of the room's: never a path, never an ending of its own."""
    ada.page.get_by_role("button", name="Room settings").click()
    for name in ("../../etc/passwd", "C:\\con\\nul.txt", "<img src=x onerror=__pwned=1>"):
        ada.page.get_by_role("list", name="Public rooms").get_by_role("button").filter(has=ada.page.get_by_text(name, exact=True)).click()
        ada.page.get_by_role("button", name="Join", exact=True).click()
        expect(ada.composer).to_be_visible()
        panel = ada.page.get_by_role("complementary", name="Room settings")
        with ada.page.expect_download() as download:
            panel.get_by_role("button", name="Save this room as a file").click()
        assert re.fullmatch(r"[\w-]+-\d{4}-\d\d-\d\d\.jsonl", download.value.suggested_filename)
        check(ada.page)


def files_are_read(page: Page) -> None:
    lines: list[object] = [{"kind": "room", "name": PAYLOADS[6], "topic": PAYLOADS[7], "room_id": "__proto__"}]
    for text in PAYLOADS:
        lines.append({"kind": "msg", "seq": 1, "ts": 1, "user_handle": text, "text": text, "attachments": [{"name": text}]})
    content = "\n".join(json.dumps(line) for line in lines).encode()
    you = open_my_corner(page)
    for name in PAYLOADS[:60:8]:
        you.get_by_label("File to read").set_input_files({"name": name, "mimeType": name, "buffer": b"no room in it"})
        expect(page.get_by_text("There is no exported room in this file.")).to_be_visible()
    you.get_by_label("File to read").set_input_files({"name": PAYLOADS[6], "mimeType": "text/html", "buffer": content})
    you.get_by_role("button", name="Close").click()
    page.get_by_role("list", name="Read from a file").get_by_role("button").first.click()
    copy = page.get_by_role("dialog", name=PAYLOADS[6])
    rows = copy.get_by_role("log").locator("li.message")
    for key, there in (("End", PAYLOADS[-60:]), ("Home", PAYLOADS[:60])):
        copy.get_by_role("region", name="What was said").press(key)
        expect(rows.locator(".seen").first).to_have_text(there[0])
        assert rows.locator(".seen").all_text_contents() == list(there)
        assert [unmarked(text) for text in rows.locator(".text").all_text_contents()] == [unmarked(text) for text in there]
        assert rows.locator(".name").all_text_contents() == [f"@{handle}" for handle in there]
    for payload in PAYLOADS[:60:8]:
        copy.get_by_role("searchbox").fill(payload)
        expect(copy.locator("li.shown mark").first).to_be_visible()
        check(page)


def open_my_corner(page: Page) -> Locator:
    page.get_by_role("button", name="My profile and devices").click()
    return page.get_by_role("dialog", name="You")


def unmarked(text: str) -> str:
    """Without the signs that become markup where people talk."""
    return re.sub(r"[`*~|]", "", text)
