"""Guests on other machines of the network: found by name, trusted once, and then voices, without anybody typing an address."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.calls.callers import Caller, hears_all, in_call
from tests.browser.party.conftest import ADDRESS, House, Launch, MakeGuest
from tests.browser.party.guests import opened

pytestmark = pytest.mark.browser
NAME = "devchitchat.local"
SECURE = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  const kinds = stream.getTracks().map(({ kind }) => kind).sort()
  const socket = new WebSocket(`wss://${location.host}/ws`)
  await new Promise((open, failed) => Object.assign(socket, { onopen: open, onerror: failed }))
  return [isSecureContext, ...kinds]
}"""


def trust_tick(page: Page) -> str:
    tick = page.get_by_role("listitem").first
    expect(tick).to_have_attribute("data-state", "bad")
    return tick.inner_text()


def test_who_has_not_yet_trusted_the_house_is_told_what_to_do(house: House, guest: MakeGuest, launch: Launch) -> None:
    stranger = guest(trusting=False)
    browser = launch(stranger)
    page = opened(browser, f"{house.said['join']}#invite={house.invite}")
    assert page.url.startswith(f"http://{ADDRESS}:8080/join#invite=")
    assert "Do the steps below" in trust_tick(page)
    page.clock.set_fixed_time("2019-05-17T12:00:00Z")
    expect(page.get_by_role("listitem").first).to_contain_text("2019, and then the server's certificate is not valid yet")
    expect(page.get_by_role("heading", name="Let this device trust the server")).to_be_visible()
    page.get_by_text("Compare its fingerprint").click()
    expect(page.get_by_text(house.said["fingerprint"][:23])).to_be_visible()
    with page.expect_download() as download:
        page.locator("[data-part=file]").click()
    assert download.value.suggested_filename == "devchitchat-authority.crt"
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(f"https://{ADDRESS}:8443/")


def test_guests_find_it_by_name_and_hold_a_call(house: House, guest: MakeGuest, launch: Launch) -> None:
    machines = [guest(), guest()]
    for machine in machines:
        machine.finds(NAME, ADDRESS)
    browsers = [launch(machine) for machine in machines]
    for host in (NAME, ADDRESS):
        page = opened(browsers[0], f"https://{host}:8443/")
        assert page.evaluate(SECURE) == [True, "audio", "video"], host
        page.context.close()
    ada = Caller(opened(browsers[0], f"https://{NAME}:8443/#invite={house.invite}"))
    ada.sign_up("ada", "Ada")
    ada.makes_room("general")
    link = ada.invites_to_server()
    assert link.startswith(f"http://{ADDRESS}:8080/join#invite="), "the guest's device has yet to learn whom to trust"
    page = opened(browsers[1], link)
    page.wait_for_url(f"https://{NAME}:8443/join#invite=*")
    page.get_by_role("link", name="Open the chat").click()
    bob = Caller(page)
    bob.sign_up("bob", "Bob")
    bob.joins("general")
    in_call([ada, bob])
    hears_all(ada)
    hears_all(bob)
