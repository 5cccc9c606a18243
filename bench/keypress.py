"""How soon after Enter in one window does the other window show the message?

Two pages of one real Chromium on this machine, so both read the same clock: from the moment at which the browser had the key
(`event.timeStamp`) until the frame with the message's text has been painted on the other's page. All that lies between is ours and the
browser's: composer, outbox, socket, server, commit, fan-out, list.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from bench import figures, progress
from bench.browser import launched, opened
from bench.client import Fault
from bench.figures import Rounds
from bench.house import House, running
from bench.page import COLUMNS, MEDIANS, ROUNDS, Seen
from bench.result import Result, curve
from bench.table import Table
from bus.protocol.rooms import RoomCreate, RoomJoin

if TYPE_CHECKING:
    from playwright.async_api import Page

MESSAGES = 60
WARM_UP = 10
WHAT = "Enter to painted"
PATIENCE_MS = 10_000
ABOUT = (
    "Two people on two pages of one Chromium on this machine. From Enter in the one's composer (the browser's own time of the key) until "
    f"the message has been painted on the other's page; the next message when the last one was painted. {MEDIANS}"
)
WRITER = """
globalThis.pressed = []
addEventListener('keydown', (event) => {
  if (event.key === 'Enter') pressed.push(performance.timeOrigin + event.timeStamp)
}, true)
"""
READER = """
globalThis.painted = []
const seen = new Set()
new MutationObserver(() => {
  for (const text of document.querySelectorAll('[role=log] .text')) {
    const said = text.textContent
    if (seen.has(said) || !said.startsWith('keypress ')) continue
    seen.add(said)
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => painted.push([said, performance.timeOrigin + performance.now()])
      port2.postMessage(null)
    })
  }
}).observe(document, { subtree: true, childList: true, characterData: true })
"""
SHOWN = "() => [...document.querySelectorAll('[role=log] .text')].map((text) => text.textContent)"


async def run(seconds: float, beside: Path | None = None) -> Result:
    """How long it runs is given by what it does; `seconds` is not used."""
    seen = Seen({WHAT: []})
    progress.keep(lambda: result(seen))
    async with running(beside) as house:
        await press_all(house, seen)
    return result(seen)


def result(seen: Seen) -> Result:
    rounds = Rounds.parted([int(ms * 1e6) for ms in seen.times_ms[WHAT]], ROUNDS)
    named = rounds.named("browser")
    row = (WHAT, str(rounds.all.count), *rounds.cells(), figures.mib(seen.mib))
    return Result(
        scenario="browser",
        table=Table("Browser", ABOUT, COLUMNS, [row] if rounds.all.count else []),
        figures=figures.plain(named),
        spreads=figures.spreads(named),
        curves=[curve(WHAT, rounds.all)],
    )


async def press_all(house: House, seen: Seen) -> None:
    room_id = (await house.admin.ask(RoomCreate("public", "bench"))).room.room_id
    guest, cookie = await house.newcomer()
    await guest.ask(RoomJoin(room_id))
    url = f"{house.url}/#room={room_id}"
    async with launched() as browser:
        writer = await opened(browser, url, house.cookie, WRITER)
        reader = await opened(browser, url, cookie, READER)
        texts = [f"keypress {number}: bring a light and some rope" for number in range(WARM_UP + MESSAGES)]
        for number, text in enumerate(texts, start=1):
            progress.at(number / len(texts))
            took = await press_one(writer, reader, number, text)
            if number > WARM_UP:
                seen.times_ms[WHAT].append(took)
                seen.mib = house.memory_mib()
        painted = cast("list[tuple[str, float]]", await reader.evaluate("() => painted"))
        keys = cast("int", await writer.evaluate("() => pressed.length"))
        check(texts, keys, [text for text, _ in painted], cast("list[str]", await reader.evaluate(SHOWN)))


async def press_one(writer: Page, reader: Page, number: int, text: str) -> float:
    """Milliseconds of the message of this number, from 1 on."""
    await say(writer, text)
    await reader.wait_for_function("(count) => painted.length >= count", arg=number, polling=20, timeout=PATIENCE_MS)
    pressed = cast("float", await writer.evaluate("(at) => pressed[at]", number - 1))
    painted = cast("float", await reader.evaluate("(at) => painted[at][1]", number - 1))
    return painted - pressed


async def say(writer: Page, text: str) -> None:
    composer = writer.get_by_role("textbox", name="Message", exact=True)
    await composer.fill(text)
    await composer.press("Enter")


def check(texts: list[str], keys: int, painted: list[str], shown: list[str]) -> None:
    """Everything was pressed once, painted once, in order, and stands there once."""
    if keys != len(texts) or painted != texts:
        raise Fault(f"of {len(texts)} messages {keys} were sent by Enter, and {len(painted)} were painted in some order")
    if shown != texts[-len(shown) :] or not shown:
        raise Fault("the other page shows messages that were not sent, or one of them twice")
