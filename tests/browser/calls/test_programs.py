"""A program without a browser (aiortc) in a call with a page: what either says arrives at the other as it was said.

The program lives in a thread of its own, begun from this one, so that it is in the same network.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Page

from tests.browser.calls.callers import LOOK_EVERY_MS, ROOM, UP_WITHIN_MS, Caller, Gather, hears_all
from tests.browser.serving import Server
from tests.house.peer import Link, Peer, in_call
from tests.house.talk import hello, knock
from tests.house.tone import energy

Bring = Callable[[Caller], AbstractContextManager["Program"]]
HZ = 440
NEAR = 10
LISTEN = """() => {
  const tracks = probed.pcs.flatMap((pc) => pc.getReceivers()).map(({ track }) => track)
  const heard = tracks.filter(({ kind, readyState }) => kind === 'audio' && readyState === 'live')
  const context = new AudioContext()
  const ear = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 })
  context.createMediaStreamSource(new MediaStream(heard)).connect(ear)
  const bins = new Float32Array(ear.frequencyBinCount)
  probed.pitch = () => {
    ear.getFloatFrequencyData(bins)
    return (bins.indexOf(Math.max(...bins)) * context.sampleRate) / ear.fftSize
  }
}"""
"""The pitch is the loudest of bins that are 3 Hz wide."""


class Program:
    """The peer, for a test that waits in another thread."""

    def __init__(self, portal: BlockingPortal, peer: Peer) -> None:
        self._portal = portal
        self._peer = peer

    def is_linked(self) -> Link:
        return self._portal.call(self._peer.only_link)

    def hears_something(self) -> None:
        self._until(lambda link: energy(link.heard) > 1_000)

    def sees(self, frames: int) -> None:
        """So many pictures more."""
        link = self.is_linked()
        wanted = link.frames + frames
        self._until(lambda link: link.frames >= wanted)

    def _until(self, wanted: Callable[[Link], bool]) -> None:
        link = self.is_linked()
        self._portal.call(self._peer.until, lambda: wanted(link))


@asynccontextmanager
async def guest(server: Server, invite: str) -> AsyncGenerator[Peer]:
    """A new user, in the room and its call."""
    async with knock(server) as talk:
        await hello(talk)
        await talk.must("auth.invite_redeem", invite_token=invite, profile={"handle": "robot", "display_name": "Robot"})
        rooms = (await talk.must("room.list"))["rooms"]
        [room_id] = [room["room_id"] for room in rooms if room["name"] == ROOM]
        await talk.must("room.join", room_id=room_id)
        async with in_call(talk, room_id, hz=HZ) as peer:
            yield peer


@pytest.fixture
def bring(server: Server) -> Iterator[Bring]:
    """Brings a program into the call, by somebody's invite."""
    with start_blocking_portal("asyncio", {"use_uvloop": False}) as portal:

        @contextmanager
        def bring(host: Caller) -> Generator[Program]:
            invite = host.invites_to_server().partition("#invite=")[2]
            with portal.wrap_async_context_manager(guest(server, invite)) as peer:
                yield Program(portal, peer)

        yield bring


def hears_the_tone(page: Page) -> None:
    page.evaluate(LISTEN)
    near = "([hz, near]) => Math.abs(probed.pitch() - hz) <= near"
    page.wait_for_function(near, arg=[HZ, NEAR], polling=LOOK_EVERY_MS, timeout=UP_WITHIN_MS)


def both_hear_and_the_program_sees(ada: Caller, program: Program) -> None:
    program.is_linked()
    ada.is_linked_to(1)
    ada.sees_in_call(["Ada", "Robot"])
    hears_the_tone(ada.page)
    hears_all(ada)
    program.hears_something()
    ada.turns_camera_on()
    program.sees(10)


def test_a_program_that_joins_a_page_offers_and_is_heard(gather: Gather, bring: Bring) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    with bring(ada) as program:
        both_hear_and_the_program_sees(ada, program)
    ada.is_linked_to(0)
    ada.sees_in_call(["Ada"])


def test_a_program_that_a_page_joins_answers_and_is_heard(gather: Gather, bring: Bring) -> None:
    [ada] = gather("Ada")
    with bring(ada) as program:
        ada.joins_call()
        both_hear_and_the_program_sees(ada, program)


def test_shares_come_and_go_beside_a_program_that_cannot_follow_lines_used_again(gather: Gather, bring: Bring) -> None:
    [ada] = gather("Ada")
    ada.starts_call()
    with bring(ada) as program:
        program.is_linked()
        for _ in range(3):
            ada.shares()
            program.sees(5)
            ada.stops_sharing()
        ada.is_linked_to(1)
        program.hears_something()
