"""The frame of the page: it opens without the server, wears its theme at once, and says how the connection is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server

SHELL_READY = """async () => {
  await navigator.serviceWorker.ready
  const meta = await caches.open('meta')
  while (!(await meta.match('/current'))) await new Promise(requestAnimationFrame)
}"""
"""To be evaluated: a function that is waited for is not itself waited upon when it is async."""


def newcomer(server: Server, arrive: Arrive, **options: object) -> Person:
    ada = Person(arrive(server.invite, **options))
    ada.sign_up("ada", "Ada")
    return ada


def theme(page: Page) -> str | None:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_with_the_server_gone_the_page_opens_shows_what_it_has_and_sends_on_return(server: Server, arrive: Arrive) -> None:
    ada = newcomer(server, arrive)
    ada.makes_room("general")
    ada.says("before")
    ada.sees_exactly(["before"])
    ada.page.evaluate(SHELL_READY)
    server.kill()
    ada.page.reload()
    ada.sees_room("general")
    expect(ada.texts).to_have_text(["before"])
    ada.sees_down()
    ada.says("while it was away")
    ada.page.reload()
    expect(ada.page.get_by_role("log").get_by_text("while it was away")).to_be_visible()
    server.start()
    ada.sees_live()
    ada.sees_exactly(["before", "while it was away"])


def test_only_the_shell_is_kept_by_the_worker(server: Server, arrive: Arrive) -> None:
    ada = newcomer(server, arrive)
    ada.page.evaluate(SHELL_READY)
    kept = ada.page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys())"
        ".map(({ url }) => new URL(url).pathname)))).flat()"
    )
    assert "/" in kept and "/js/main.js" in kept
    assert not [path for path in kept if path.startswith(("/session", "/diag.json", "/diag", "/healthz"))]


def test_the_theme_and_the_accent_are_chosen_and_outlive_a_reload(server: Server, arrive: Arrive) -> None:
    ada = newcomer(server, arrive, color_scheme="light")
    light = theme(ada.page)
    ada.page.get_by_role("button", name="Ada").first.click()
    dialog = ada.page.get_by_role("dialog")
    dialog.get_by_label("Dark").check()
    dialog.get_by_label("violet").check()
    assert theme(ada.page) != light
    ada.page.reload()
    assert theme(ada.page) != light
    assert ada.page.evaluate("document.documentElement.dataset.accent") == "violet"


def test_the_connection_says_what_is_queued_and_lets_it_be_cancelled(server: Server, arrive: Arrive) -> None:
    ada = newcomer(server, arrive)
    ada.makes_room("general")
    server.kill()
    ada.sees_down()
    ada.says("perhaps not")
    chip = ada.page.locator("connection-chip")
    chip.locator("summary").click()
    queued = chip.get_by_role("list", name="Waiting to be sent").get_by_role("listitem")
    expect(queued).to_have_count(1)
    expect(chip).to_contain_text("1 queued")
    queued.get_by_role("button", name="Cancel").click()
    expect(queued).to_have_count(0)
    expect(chip.get_by_text("Round trip")).to_be_visible()
    ada.composer.click()
    expect(chip.get_by_text("Round trip")).to_be_hidden()
    server.start()
    ada.sees_live()
    ada.sees_exactly([])


def test_the_page_can_be_installed(server: Server, arrive: Arrive) -> None:
    ada = newcomer(server, arrive)
    manifest = ada.page.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.json())")
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        assert ada.page.request.get(server.url + icon["src"]).headers["content-type"] == icon["type"]
