"""How soon after a click on "Join call" is somebody connected, and when do they see the first picture?

Two pages of a real Chromium with its fake devices, on this machine: the network takes no time, so what is measured is ours, the
server's and the browser's. One of them sits in the call with the camera on; the other joins, sees, leaves, again and again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench import progress
from bench.browser import launched, opened
from bench.house import House, running
from bench.page import MEDIANS, Seen, result
from bench.result import Result
from bus.protocol.rooms import RoomCreate, RoomJoin

if TYPE_CHECKING:
    from playwright.async_api import Page

JOINS = 15
ROOM = "bench"
MEDIA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--allow-loopback-in-peer-connection")
ABOUT = (
    "Two Chromium pages on this machine, with fake devices and no network between them: from the click on Join until the connection "
    "to the other stands, and until the first frame of its camera is shown. "
    f"{MEDIANS}"
)
SCRIPT = """
const measured = (globalThis.measured = { clicked: 0, connected: 0, frame: 0 })
addEventListener('click', ({ target }) => {
  const name = target.closest('button')?.getAttribute('aria-label') ?? target.closest('button')?.textContent ?? ''
  if (/Join( the)? call/.test(name)) Object.assign(measured, { clicked: performance.now(), connected: 0, frame: 0 })
}, true)
const Original = RTCPeerConnection
globalThis.RTCPeerConnection = class extends Original {
  constructor(...given) {
    super(...given)
    this.addEventListener('connectionstatechange', () => {
      if (this.connectionState === 'connected') measured.connected ||= performance.now()
    })
  }
}
const seen = new WeakSet()
new MutationObserver(() => {
  for (const video of document.querySelectorAll('video')) {
    if (seen.has(video)) continue
    seen.add(video)
    video.requestVideoFrameCallback((now) => (measured.frame ||= now))
  }
}).observe(document, { subtree: true, childList: true })
"""
DONE = "() => measured.connected && measured.frame ? [measured.connected - measured.clicked, measured.frame - measured.clicked] : null"


async def run(seconds: float, beside: Path | None = None) -> Result:
    """How long it runs is given by what it does; `seconds` is not used."""
    async with running(beside) as house:
        seen = Seen({"click to connected": [], "click to first frame": []})
        progress.keep(lambda: result("call", "Call", ABOUT, seen))
        await joins(house, seen)
    return result("call", "Call", ABOUT, seen)


async def joins(house: House, seen: Seen) -> None:
    room_id = (await house.admin.ask(RoomCreate("public", ROOM))).room.room_id
    guest, cookie = await house.newcomer()
    await guest.ask(RoomJoin(room_id))
    url = f"{house.url}/#room={room_id}"
    async with launched(*MEDIA) as browser:
        host = await opened(browser, url, house.cookie)
        await press(host, "Start call")
        await press(host, "Camera on")
        page = await opened(browser, url, cookie, SCRIPT)
        for number in range(JOINS):
            for found, took in zip(seen.times_ms.values(), await join(page), strict=True):
                found.append(took)
            seen.mib = house.memory_mib()
            progress.at((number + 1) / JOINS)


async def join(page: Page) -> tuple[float, float]:
    """In and out once; milliseconds until connected and until the first frame."""
    await press(page, "Join call")
    found = await page.wait_for_function(DONE, polling=50)
    connected, frame = await found.json_value()
    await press(page, "Leave call")
    return connected, frame


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).first.click()
