"""Makes the pictures: those of the README, and the icons. Anyone can: `.venv/bin/python -m tests.pictures` after `./run test`.

They show the real page of a real server, in Chromium; nothing is drawn by hand but favicon.svg.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.people import Person
from tests.browser.serving import ROOT, Server
from tests.everything import find_chromium

PUBLIC = ROOT / "public"
IMAGES = ROOT / "docs" / "images"
CALLS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--mute-audio"]
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)


def icons(browser: Browser) -> None:
    """From favicon.svg: as it is, and with the wide rim on a ground that a maskable icon needs."""
    drawing = (PUBLIC / "favicon.svg").read_text(encoding="utf-8")
    for name, size, rim, ground in (("192", 192, 0, ""), ("512", 512, 0, ""), ("512-maskable", 512, 77, "background:#0c1013")):
        page = browser.new_page(viewport={"width": size, "height": size})
        inner = size - 2 * rim
        page.set_content(f'<body style="margin:0;{ground}"><div style="padding:{rim}px;width:{inner}px;height:{inner}px">{drawing}</div>')
        page.screenshot(path=PUBLIC / "icons" / f"{name}.png", omit_background=not ground)
        page.close()


def main(wanted: list[str]) -> int:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *CALLS])
        if "icons" in wanted or not wanted:
            icons(browser)
        if "readme" in wanted or not wanted:
            readme(browser)
        browser.close()
    return 0


def readme(browser: Browser) -> None:
    """Two friends talk; one is looked at on a desk, the other on a phone."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data:
        server = Server(Path(data) / "data", Path(data) / "log")
        (Path(data) / "data").mkdir(mode=0o700)
        server.start()
        try:
            talk(browser, server)
        finally:
            server.kill()


def talk(browser: Browser, server: Server) -> None:
    """Ada makes rooms and looks at them in the dark; Bob answers her from a phone in the light; then they call one another."""
    ada = Person(browser.new_page(viewport=DESK, color_scheme="dark", device_scale_factor=2))
    ada.page.goto(server.invite)
    ada.sign_up("ada", "Ada")
    invite = ada.invites_to_server()
    ada.makes_room("general", topic="raids, recipes, and everything between")
    bob = Person(browser.new_page(viewport=PHONE, color_scheme="light", device_scale_factor=2, has_touch=True, is_mobile=True))
    bob.page.goto(invite)
    bob.sign_up("bob", "Bob")
    bob.joins("general")
    bob.says("raid tonight at nine?")
    ada.says("yes! I bring **rope**, a light, and a plan:\n1. sneak past the ogre\n2. grab the `lamp`\n3. ~~fight~~ run")
    bob.says("> grab the lamp\nthat went so well last time")
    ada.says("the ending of the film was ||a dream||, by the way")
    bob.says("noooo")
    ada.makes_room("Planning", group=True)
    ada.makes_room("music")
    ada.opens("general")
    ada.sees_count(5)
    ada.page.get_by_role("button", name="Members").click()
    bob.sees_count(5)
    take(bob, "phone")
    ada.page.get_by_role("button", name="Start call").click()
    bob.page.get_by_role("button", name="Join call").click()
    expect(ada.page.get_by_role("list", name="In the call").get_by_role("listitem")).to_have_count(2)
    take(ada, "desktop")


def take(person: Person, name: str) -> None:
    person.page.wait_for_timeout(500)  # a picture has nothing to wait for but its fonts
    person.page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
