"""What people do in calls, by what they see and press; and what their links are, by the browser's own statistics."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, expect
from websockets.sync.client import connect

from tests.browser.crowd import Guest
from tests.browser.people import Person
from tests.browser.serving import BOOTSTRAP, Server

ROOM = "general"

UP_WITHIN_MS = 60_000
LOOK_EVERY_MS = 100
"""Pages that nobody sees draw no frames, so conditions are looked at by time and never by frame (CALLS 10)."""
UP = "count => probed.up(count)"


@dataclass(frozen=True)
class Link:
    """One connection, as the browser counts it. Frames and energy are by the line that they come in."""

    connection: str
    signaling: str
    lines: int
    ufrag: str
    frames: dict[str, int]
    energy: dict[str, float]
    bytes: int
    sent: int
    pair: str


PICTURE = """title => [...document.querySelectorAll('figure')]
  .some((figure) => figure.getAttribute('aria-label') === title && figure.querySelector('video')?.videoWidth > 2)"""
FRAMES = """async count => {
  const links = await probed.links()
  return links.flatMap(({ frames }) => Object.values(frames)).filter((frames) => frames > 0).length >= count
}"""


class Caller(Person):
    """Somebody who calls. Every verb waits until the page shows that it was done."""

    def starts_call(self) -> None:
        self._button("Start call").click()
        expect(self._button("Leave call").first).to_be_visible()

    def joins_call(self) -> None:
        self._button("Join call").click()
        expect(self._button("Leave call").first).to_be_visible()

    def leaves_call(self) -> None:
        self._button("Leave call").first.click()
        expect(self._button("Leave call")).to_have_count(0)

    def turns_camera_on(self) -> None:
        self.stage.get_by_role("button", name="Camera on").click()
        expect(self.stage.get_by_role("button", name="Camera off")).to_be_visible()

    def turns_camera_off(self) -> None:
        self.stage.get_by_role("button", name="Camera off").click()
        expect(self.stage.get_by_role("button", name="Camera on")).to_be_visible()

    def mutes(self) -> None:
        self.stage.get_by_role("button", name="Mute", exact=True).click()
        expect(self.stage.get_by_role("button", name="Unmute")).to_be_visible()

    def unmutes(self) -> None:
        self.stage.get_by_role("button", name="Unmute").click()
        expect(self.stage.get_by_role("button", name="Mute", exact=True)).to_be_visible()

    def shares(self) -> None:
        """One screen more."""
        before = self.own_shares.count()
        self.is_about_to_share().click()
        expect(self.own_shares).to_have_count(before + 1)

    def is_about_to_share(self) -> Locator:
        """One press before it."""
        self.stage.get_by_role("button", name="Share screen").click()
        item = self.page.get_by_role("menuitem", name=re.compile("^Text"))
        expect(item).to_be_focused()
        return item

    def stops_sharing(self) -> None:
        """The last one."""
        before = self.own_shares.count()
        self.own_shares.last.click()
        expect(self.own_shares).to_have_count(before - 1)

    def sees_in_call(self, names: Sequence[str]) -> None:
        """Exactly these people, each of them there."""
        people = self.stage.get_by_role("list", name="In the call").get_by_role("listitem")
        expect(people).to_have_count(len(names))
        for name in names:
            expect(people.filter(has_text=name)).to_have_count(1)

    def sees_tile(self, title: str) -> None:
        """With a picture in it, not only a frame for one."""
        expect(self.tile(title)).to_be_visible()
        self.page.wait_for_function(PICTURE, arg=title, polling=LOOK_EVERY_MS, timeout=UP_WITHIN_MS)

    def sees_no_tile(self, title: str) -> None:
        expect(self.tile(title)).to_have_count(0)

    def tile(self, title: str) -> Locator:
        return self.stage.get_by_role("figure", name=title, exact=True)

    @property
    def stage(self) -> Locator:
        return self.page.get_by_role("region", name="Call", exact=True)

    @property
    def own_shares(self) -> Locator:
        return self.stage.get_by_role("button", name=re.compile("^Stop sharing "))

    def is_linked_to(self, count: int, within_ms: int = UP_WITHIN_MS) -> None:
        """All links stand, and nothing is being negotiated."""
        self.page.wait_for_function(UP, arg=count, polling=LOOK_EVERY_MS, timeout=within_ms)

    def links(self) -> list[Link]:
        return [Link(**each) for each in self.page.evaluate("probed.links()")]

    def kicks(self, name: str) -> None:
        self.page.get_by_role("button", name="Members").click()
        self._button(f"Actions for {name}").click()
        self.page.get_by_role("menuitem", name="Put out of the room").click()
        self.page.get_by_role("alertdialog").get_by_role("button", name="Put out").click()
        expect(self._button(f"Actions for {name}")).to_have_count(0)

    def loses_the_server(self) -> None:
        """As when a cable is pulled; what goes from peer to peer is not touched."""
        self.page.context.set_offline(True)
        self.page.evaluate("probed.lines.at(-1).close()")
        self.sees_down()

    def finds_the_server(self) -> None:
        self.page.context.set_offline(False)
        self.sees_live()

    def crossed(self) -> int:
        """How often the other's offer came while my own was on its way, and mine gave way."""
        return self.page.evaluate("probed.crossed")

    def hears_late(self, ms: int) -> None:
        """What the server says takes so long from now on."""
        self.page.evaluate("ms => void (probed.delay = ms)", ms)

    def _button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


def in_call(callers: Sequence[Caller]) -> None:
    """The first one starts it, the others join, and all are linked to all."""
    host, *others = callers
    host.starts_call()
    for caller in others:
        caller.joins_call()
    all_linked(callers)


def all_linked(callers: Sequence[Caller]) -> None:
    for caller in callers:
        caller.is_linked_to(len(callers) - 1)


def grows(read: Callable[[], Sequence[float]], within_s: float = 30) -> None:
    """Every number of what is read becomes larger than it was: over time, since there is no event for a decoded frame."""
    before = read()
    deadline = time.monotonic() + within_s
    now = before
    while time.monotonic() < deadline:
        now = read()
        if before and len(now) == len(before) and all(late > early for early, late in zip(before, now, strict=True)):
            return
        time.sleep(0.25)
    raise AssertionError(f"stood still: {before} then {now}")


def frames_grow(caller: Caller, pictures: int) -> None:
    """Of so many pictures that come in, on all links together."""
    caller.page.wait_for_function(FRAMES, arg=pictures, polling=LOOK_EVERY_MS, timeout=UP_WITHIN_MS)
    grows(lambda: [frames for link in caller.links() for frames in link.frames.values() if frames])


def hears_all(caller: Caller) -> None:
    """Sound comes in on every link: the fake microphone beeps once a second."""
    grows(lambda: [sum(link.energy.values()) for link in caller.links()])


Enter = Callable[[str, str], Caller]
"""Opens an address with this session."""


class Gather:
    """Brings people into the room, signed in: how they come there is tried elsewhere. The first one made it."""

    def __init__(self, server: Server, enter: Enter) -> None:
        self._server = server
        self._enter = enter

    def __call__(self, *names: str) -> list[Caller]:
        host, *others = names
        with self._arrived(BOOTSTRAP, host) as (guest, session):
            room_id = guest.ask("room.create", kind="public", name=ROOM)["room"]["room_id"]
            invite = guest.ask("admin.invite_create", max_uses=50)["invite_token"]
        sessions = [session, *(self._one_more(invite, name, room_id) for name in others)]
        callers = [self._enter(f"{self._server.url}/#room={room_id}", session) for session in sessions]
        for caller in callers:
            caller.sees_room(ROOM)
        return callers

    def _one_more(self, invite: str, name: str, room_id: str) -> str:
        with self._arrived(invite, name) as (guest, session):
            guest.ask("room.join", room_id=room_id)
        return session

    @contextmanager
    def _arrived(self, invite: str, name: str) -> Generator[tuple[Guest, str]]:
        with connect(f"{self._server.url.replace('http', 'ws', 1)}/ws") as socket:
            guest = Guest(socket)
            guest.ask("hello", client={"name": "gather", "ver": "0", "platform": "test"})
            profile = {"handle": name.lower(), "display_name": name}
            session = guest.ask("auth.invite_redeem", invite_token=invite, profile=profile)["session_token"]
            yield guest, session
