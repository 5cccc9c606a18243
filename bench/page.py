"""How soon does the page show itself from its cache, and how quick is a room switch with thousands of messages kept?

A real Chromium, and a person in a hundred rooms of fifty messages each, all of them in the browser's own cache. The shell comes from the
service worker; a switch is measured from the click until the frame with the other room's messages has been painted.
"""

from __future__ import annotations

from pathlib import Path

import anyio

from bench import figures, progress
from bench.browser import launched, opened
from bench.house import House, running
from bench.result import Latencies, Result, curve
from bench.table import Table
from bus.protocol.messages import MsgSend
from bus.protocol.rooms import RoomCreate

ROOMS = 100
MESSAGES = 50
OPENINGS = 10
SWITCHES = 60
READ_S = 0.15
ABOUT = (
    f"One person in {ROOMS} rooms with {MESSAGES} messages each, all kept in the browser. `first paint` is Chromium's first contentful "
    "paint of the page out of the service worker's cache; `room switch` is from the click to the painted frame with the other "
    f"room's messages, by somebody who looks at each room for {READ_S * 1000:.0f} ms."
)
KEPT = """([rooms, messages]) => {
  const texts = Object.keys(localStorage).map((key) => localStorage.getItem(key))
  return texts.reduce((sum, text) => sum + (text.match(/"msg_id"/g) ?? []).length, 0) >= rooms * messages
}"""
READY = "async () => Boolean(await (await caches.open('meta')).match('/current'))"
PAINT = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') resolve(entry.startTime)
}).observe({ type: 'paint', buffered: true }))"""
SWITCH = """async (name) => {
  const button = [...document.querySelectorAll('.room')].find((room) => room.querySelector('bdi').textContent === name)
  const before = performance.now()
  button.click()
  await new Promise((painted) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = painted
    port2.postMessage(null)
  }))
  const took = performance.now() - before
  const shown = [...document.querySelectorAll('[role=log] .text')].some((text) => text.textContent.startsWith(name))
  if (!shown) throw new Error(`${name} is not shown`)
  return took
}"""


async def run(seconds: float, beside: Path | None = None) -> Result:
    """How long it runs is given by what it does; `seconds` is not used."""
    async with running(beside) as house:
        names = await fill(house)
        times: dict[str, list[float]] = {"first paint": [], "room switch": []}
        progress.keep(lambda: result("page", "Page", ABOUT, times))
        await look(house, names, *times.values())
    return result("page", "Page", ABOUT, times)


def result(scenario: str, title: str, about: str, times_ms: dict[str, list[float]]) -> Result:
    """Of moments on a page, each measured many times; a browser's clock is as fine as 0.1 ms."""
    found = {what: Latencies(int(took * 1e6) for took in times) for what, times in times_ms.items() if times}
    rows = [(what, str(latencies.count), *figures.cells(latencies)) for what, latencies in found.items()]
    named: dict[str, float] = {}
    for what, latencies in found.items():
        named |= figures.figures(f"{scenario}/{what.replace(' ', '-')}", latencies)
    table = Table(title, about, ("what", "times", *figures.COLUMNS), rows)
    return Result(scenario=scenario, table=table, figures=named, curves=[curve(what, each) for what, each in found.items()])


async def fill(house: House) -> list[str]:
    """The rooms of the admin, by name; every message begins with its room's."""
    names = [f"room-{number:03}" for number in range(ROOMS)]
    for name in names:
        room_id = (await house.admin.ask(RoomCreate("public", name))).room.room_id
        for number in range(MESSAGES):
            await house.admin.ask(MsgSend(room_id, f"{name} {number}: the raid is tonight at nine; **bring** a light and `some rope`"))
    return names


async def look(house: House, names: list[str], paints: list[float], switches: list[float]) -> None:
    async with launched() as browser:
        page = await opened(browser, house.url, house.cookie)
        await page.wait_for_function(KEPT, arg=[ROOMS, MESSAGES], timeout=60_000)
        await page.wait_for_function(READY)
        for number in range(OPENINGS):
            progress.at(number / (OPENINGS + SWITCHES))
            await page.reload()
            paints.append(await page.evaluate(PAINT))
            await anyio.sleep(0.3)
        for number in range(SWITCHES):
            progress.at((OPENINGS + number) / (OPENINGS + SWITCHES))
            switches.append(await page.evaluate(SWITCH, names[number * 37 % ROOMS]))
            await anyio.sleep(READ_S)
