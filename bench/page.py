"""How soon does the page show itself from its cache, and how quick is a room switch with thousands of messages kept?

A real Chromium, and a person in a hundred rooms of fifty messages each, all of them in the browser's own cache. The shell comes from the
service worker; a switch is measured from the click until the frame with the other room's messages has been painted.
"""

from __future__ import annotations

from pathlib import Path

import anyio
from msgspec import Struct

from bench import figures, progress
from bench.browser import launched, opened
from bench.figures import Named, Rounds
from bench.house import House, running
from bench.result import Result, curve
from bench.table import Table
from bus.protocol.messages import MsgSend
from bus.protocol.rooms import RoomCreate

ROOMS = 100
MESSAGES = 50
OPENINGS = 15
SWITCHES = 60
ROUNDS = 5
READ_S = 0.15
COLUMNS = ("what", "times", *figures.COLUMNS, "server MiB")
MEDIANS = f"The median of {ROUNDS} rounds, ± half of what lies between their quartiles."
ABOUT = (
    f"One person in {ROOMS} rooms with {MESSAGES} messages each, all kept in the browser. `first paint` is Chromium's first contentful "
    "paint of the page out of the service worker's cache; `room switch` is from the click to the painted frame with the other "
    f"room's messages, by somebody who looks at each room for {READ_S * 1000:.0f} ms. {MEDIANS}"
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


class Seen(Struct):
    """Milliseconds until each of some moments on a page, time and again; and the MiB of the server after the last of them."""

    times_ms: dict[str, list[float]]
    mib: float | None = None


async def run(seconds: float, beside: Path | None = None) -> Result:
    """How long it runs is given by what it does; `seconds` is not used."""
    async with running(beside) as house:
        names = await fill(house)
        seen = Seen({"first paint": [], "room switch": []})
        progress.keep(lambda: result("page", "Page", ABOUT, seen))
        await look(house, names, seen)
    return result("page", "Page", ABOUT, seen)


def result(scenario: str, title: str, about: str, seen: Seen) -> Result:
    """A browser's clock is as fine as 0.1 ms. Rounds are what came one after the other, in parts."""
    found = {what: Rounds.parted([int(took * 1e6) for took in times], ROUNDS) for what, times in seen.times_ms.items() if times}
    named: Named = {}
    for what, rounds in found.items():
        named |= rounds.named(f"{scenario}/{what.replace(' ', '-')}")
    rows = [(what, str(rounds.all.count), *rounds.cells(), figures.mib(seen.mib)) for what, rounds in found.items()]
    return Result(
        scenario=scenario,
        table=Table(title, about, COLUMNS, rows),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(what, rounds.all) for what, rounds in found.items()],
    )


async def fill(house: House) -> list[str]:
    """The rooms of the admin, by name; every message begins with its room's."""
    names = [f"room-{number:03}" for number in range(ROOMS)]
    for name in names:
        room_id = (await house.admin.ask(RoomCreate("public", name))).room.room_id
        for number in range(MESSAGES):
            await house.admin.ask(MsgSend(room_id, f"{name} {number}: the raid is tonight at nine; **bring** a light and `some rope`"))
    return names


async def look(house: House, names: list[str], seen: Seen) -> None:
    paints, switches = seen.times_ms.values()
    async with launched() as browser:
        page = await opened(browser, house.url, house.cookie)
        await page.wait_for_function(KEPT, arg=[ROOMS, MESSAGES], timeout=60_000)
        await page.wait_for_function(READY)
        for number in range(OPENINGS):
            progress.at(number / (OPENINGS + SWITCHES))
            await page.reload()
            paints.append(await page.evaluate(PAINT))
            seen.mib = house.memory_mib()
            await anyio.sleep(0.3)
        for number in range(SWITCHES):
            progress.at((OPENINGS + number) / (OPENINGS + SWITCHES))
            switches.append(await page.evaluate(SWITCH, names[number * 37 % ROOMS]))
            seen.mib = house.memory_mib()
            await anyio.sleep(READ_S)
