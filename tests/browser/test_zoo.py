"""RELIABILITY 2.3 #25: whatever people call themselves, their rooms and their files, it is text, everywhere it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.crowd import guest
from tests.browser.people import Person
from tests.browser.serving import BOOTSTRAP, Server
from tests.browser.zoo import NAMES, PAYLOADS, ROOM_NAMES

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


def fill(server: Server) -> str:
    """Returns an invite for the admin who looks at it all: the crowd's host gives their own role away."""
    with guest(server, BOOTSTRAP, "host", NAMES[0]) as host:
        invite = host.ask("admin.invite_create", max_uses=len(NAMES) + 1, note=PAYLOADS[0])["invite_token"]
        rooms = [
            host.ask("room.create", kind="public", name=name, topic=topic)["room"]["room_id"]
            for name, topic in zip(ROOM_NAMES, reversed(ROOM_NAMES), strict=True)
        ]
        zoo = host.ask("room.create", kind="public", name="Zoo", topic=PAYLOADS[0])["room"]["room_id"]
        for number, name in enumerate(NAMES):
            with guest(server, invite, f"guest{number}", name) as one:
                one.ask("room.join", room_id=zoo)
                one.ask("presence.set", status="busy", text=NAMES[-number])
                one.ask("msg.send", room_id=zoo, text=PAYLOADS[number], attachments=[{"name": name}])
                one.ask("room.join", room_id=rooms[number])
                mine = one.ask("msg.send", room_id=rooms[number], text="here")
                one.ask("msg.react", msg_id=mine["msg_id"], emoji="".join(name.split())[:16], on=True)
                if number % 2:
                    one.ask("room.leave", room_id=zoo)
        members = host.ask("room.members", room_id=zoo)["members"]
        for number, member in enumerate(members[-5:-1]):
            host.ask("room.ban", room_id=zoo, user_id=member["user_id"], reason=NAMES[number])
        return str(invite)


def check(page: Page) -> None:
    assert page.evaluate(ALIVE) == []
    assert page.evaluate("[globalThis.__pwned, globalThis.faults]") == [None, []]


def test_the_whole_zoo_is_shown_as_text(arrive: Arrive, server: Server, tmp_path: Path) -> None:
    invite = fill(server)
    page = arrive("about:blank")
    page.context.add_init_script(REPORTS)
    page.goto(f"{server.url}/#invite={invite}")
    ada = Person(page)
    ada.sign_up("ada", NAMES[6])
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
    whatever_is_found_or_said(ada)
    files_are_read(page, tmp_path)
    check(page)


def rooms_are_opened(page: Page) -> None:
    """Each name and topic stands in the header, and in the title."""
    main = page.get_by_role("main")
    for name, topic in list(zip(ROOM_NAMES, reversed(ROOM_NAMES), strict=True))[::4]:
        page.get_by_role("list", name="Public rooms").get_by_role("button").filter(has=page.get_by_text(name, exact=True)).first.click()
        expect(main.get_by_role("heading", level=2)).to_have_text(name)
        expect(main.locator("room-header p")).to_have_text(topic)
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


def files_are_read(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "zoo.jsonl"
    lines: list[object] = [{"kind": "room", "name": PAYLOADS[6], "topic": PAYLOADS[7], "room_id": "__proto__"}]
    for text in PAYLOADS:
        lines.append({"kind": "msg", "seq": 1, "ts": 1, "user_handle": text, "text": text, "attachments": [{"name": text}]})
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    page.get_by_role("button", name="My profile and devices").click()
    page.get_by_label("File to read").set_input_files(file)
    page.get_by_role("dialog", name="You").get_by_role("button", name="Close").click()
    page.get_by_role("list", name="Read from a file").get_by_role("button").first.click()
    copy = page.get_by_role("dialog", name=PAYLOADS[6])
    assert copy.get_by_role("listitem").locator(".text").all_text_contents() == list(PAYLOADS)
