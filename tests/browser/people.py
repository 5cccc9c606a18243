"""What a person does on the page, by what they see and press: roles, labels and keys."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect


class Person:
    """Somebody at a page. Every verb waits until the page shows that it was done."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_up(self, handle: str, name: str) -> None:
        self.page.get_by_label("Handle").fill(handle)
        self.page.get_by_label("Display name").fill(name)
        self.page.get_by_role("button", name="Join", exact=True).click()
        self.sees_live()

    def invites_to_server(self) -> str:
        self.page.get_by_role("button", name="Invite to server").click()
        return self._link()

    def invites_to_room(self) -> str:
        self.page.get_by_role("button", name="Invite", exact=True).click()
        return self._link()

    def makes_room(self, name: str, *, group: bool = False, topic: str = "") -> None:
        self.page.get_by_role("button", name="New room").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Room name").fill(name)
        dialog.get_by_label("Topic").fill(topic)
        dialog.get_by_label("Group: by invite" if group else "Public: everybody here").check()
        dialog.get_by_role("button", name="Create").click()
        self.sees_room(name)

    def joins(self, name: str) -> None:
        self.page.get_by_role("list", name="Public rooms").get_by_role("button", name=name).click()
        self.page.get_by_role("button", name="Join", exact=True).click()
        expect(self.composer).to_be_visible()

    def opens(self, name: str) -> None:
        self.page.get_by_role("list", name=re.compile("^My (rooms|groups)$")).get_by_role("button", name=name).click()
        self.sees_room(name)

    def says(self, text: str) -> None:
        self.composer.fill(text)
        expect(self.composer).to_have_value(text)
        self.composer.press("Enter")
        expect(self.composer).to_have_value("")

    def searches(self, words: str) -> Locator:
        self.page.get_by_role("searchbox", name="Search messages").fill(words)
        self.page.get_by_role("searchbox", name="Search messages").press("Enter")
        return self.page.get_by_role("complementary", name="Search results").get_by_role("listitem")

    def sees_room(self, name: str) -> None:
        expect(self.page.get_by_role("main").get_by_role("heading", name=name, exact=True)).to_be_visible()

    def sees_live(self) -> None:
        expect(self._status("^Live")).to_be_visible()

    def sees_down(self) -> None:
        expect(self._status("^(Reconnecting|Connecting|Offline)")).to_be_visible()

    def sees_exactly(self, texts: Sequence[str]) -> None:
        """These messages, all confirmed, once each, in this order, and no other."""
        expect(self.texts).to_have_text(list(texts))
        self.sees_all_told()

    def sees_all_told(self) -> None:
        """Nothing here is on its way any more: each row is the message itself, and stays."""
        expect(self.page.get_by_role("log", name="Messages").locator("li.pending")).to_have_count(0)

    def sees_count(self, count: int) -> None:
        expect(self.texts).to_have_count(count)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def texts(self) -> Locator:
        return self.page.get_by_role("log", name="Messages").locator(".text")

    def _status(self, pattern: str) -> Locator:
        return self.page.get_by_role("status").filter(has_text=re.compile(pattern))

    def _link(self) -> str:
        dialog = self.page.get_by_role("dialog")
        link = dialog.get_by_label("Invite link")
        expect(link).not_to_have_value("")
        found = link.input_value()
        dialog.get_by_role("button", name="Close").click()
        return found
