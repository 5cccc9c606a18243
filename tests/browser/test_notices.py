"""Being called by the browser itself: one line a room that leads to its message, and one for all that was missed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import TIMEOUT_MS, Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LINES = """async ([wanted, timeout]) => {
  const worker = await navigator.serviceWorker.ready
  for (const until = performance.now() + timeout; ; await new Promise(requestAnimationFrame)) {
    const lines = (await worker.getNotifications()).map(({ title, body, data }) => ({ title, body, data }))
    if (JSON.stringify(lines.map(({ body }) => body)) === JSON.stringify(wanted) || performance.now() > until) return lines
  }
}"""
PRESSED = """async () => {
  const [notification] = await registration.getNotifications()
  clients.openWindow = async (url) => { globalThis.opened = url }
  dispatchEvent(new NotificationEvent('notificationclick', { notification }))
}"""
AS_ON_A_PHONE = """{
  globalThis.Notification = new Proxy(Notification, { construct() { throw new TypeError('Illegal constructor') } })
  const show = ServiceWorkerRegistration.prototype.showNotification
  ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
    do await show.call(this, title, options)
    while (!(await this.getNotifications({ tag: options.tag })).length)
  }
}"""
"""And a Chromium without a desktop forgets one line in fifteen that it has just said to have shown (seen in its log): shown again."""


class Wire:
    """Between a page and the server, to be cut by the test while others go on."""

    def __init__(self, page: Page) -> None:
        self.whole = True
        self._open: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws$"), self._take)

    def _take(self, route: WebSocketRoute) -> None:
        if not self.whole:
            return route.close(code=1011)
        route.connect_to_server()
        self._open.append(route)

    def cut(self) -> None:
        self.whole = False
        for route in self._open:
            route.close(code=1011)
        self._open.clear()

    def mend(self) -> None:
        self.whole = True


def called(person: Person, *bodies: str) -> list[dict[str, Any]]:
    """What stands on the desktop, once it is this."""
    lines: list[dict[str, Any]] = person.page.evaluate(LINES, [bodies, TIMEOUT_MS])
    assert [line["body"] for line in lines] == list(bodies)
    return lines


def ada_elsewhere(server: Server, arrive: Arrive) -> tuple[Person, Person, Wire]:
    """Ada looks at another room, and allows to be called; Bob talks where she is not."""
    ada = Person(arrive("about:blank", permissions=["notifications"]))
    wire = Wire(ada.page)
    ada.page.add_init_script(AS_ON_A_PHONE)
    ada.page.goto(server.invite)
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    bob = Person(arrive(ada.invites_to_server()))
    bob.sign_up("bob", "Bob")
    bob.joins("general")
    ada.makes_room("elsewhere")
    ada.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    ada.page.get_by_role("button", name="My profile and devices").click()
    ada.page.get_by_label("On the desktop").check()
    ada.page.get_by_role("dialog").get_by_role("button", name="Close", exact=True).click()
    return ada, bob, wire


def test_on_a_phone_a_room_has_one_line_and_it_leads_to_the_message(server: Server, arrive: Arrive) -> None:
    ada, bob, _ = ada_elsewhere(server, arrive)
    for i in range(3):
        bob.says(f"hey @ada, {i}")
    expect(ada.page).to_have_title(re.compile(r"^\(3@\)"))
    [line] = called(ada, "hey @ada, 2")
    assert line["title"] == "Bob in general"
    assert set(line["data"]) == {"room_id", "seq"}
    [worker] = ada.page.context.service_workers
    worker.evaluate(PRESSED)
    ada.sees_room("general")
    expect(ada.page.get_by_role("log").locator(".shown")).to_contain_text("hey @ada, 2")
    called(ada)

    ada.opens("elsewhere")
    bob.says("once more, @ada")
    [line] = called(ada, "once more, @ada")
    ada.page.goto(f"{server.url}/diag")
    worker.evaluate(PRESSED)
    opened = worker.evaluate("opened")
    assert opened == f"/#room={line['data']['room_id']}&seq={line['data']['seq']}"


def test_what_was_missed_while_the_connection_was_down_is_one_line(server: Server, arrive: Arrive) -> None:
    ada, bob, wire = ada_elsewhere(server, arrive)
    wire.cut()
    ada.sees_down()
    for i in range(3):
        bob.says(f"hey @ada, {i}")
    bob.sees_exactly([f"hey @ada, {i}" for i in range(3)])
    assert called(ada) == []
    wire.mend()
    ada.sees_live()
    [line] = called(ada, "Bob: hey @ada, 2")
    assert line["title"] == "3 mentions in general"
    wire.cut()
    ada.sees_down()
    wire.mend()
    ada.sees_live()
    ada.opens("general")
    called(ada)
