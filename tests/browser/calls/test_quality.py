"""How a call is: what nobody looks at costs nothing, what is looked at closely gets more, and the panel tells of every link."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.calls.callers import LOOK_EVERY_MS, UP_WITHIN_MS, Caller, Gather, frames_grow, grows, in_call

PICTURES = """async () => {
  const reports = await Promise.all(probed.pcs.filter(({ signalingState }) => signalingState !== 'closed').map((pc) => pc.getStats()))
  return reports.flatMap((report) => [...report.values()]).filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video')
    .reduce((sum, { bytesSent }) => sum + (bytesSent ?? 0), 0)
}"""
STILL = f"""async () => {{
  const sent = await ({PICTURES})()
  const now = performance.now()
  if (globalThis.still?.sent !== sent) globalThis.still = {{ sent, since: now }}
  return now - globalThis.still.since > 2_000
}}"""
ALLOWED = """(least) => probed.pcs.flatMap((pc) => pc.getSenders()).some((sender) => {
  const [encoding] = sender.getParameters().encodings ?? []
  return sender.track?.kind === 'video' && encoding?.active && (encoding.maxBitrate ?? 0) >= least
})"""
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|[0-9a-f]+:[0-9a-f:]+:|\.local")


def test_what_nobody_looks_at_is_not_sent_and_comes_back_when_somebody_does(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    ada.turns_camera_on()
    bob.sees_tile("Ada: camera")
    frames_grow(bob, 1)
    bob.makes_room("elsewhere")
    sends_no_picture(ada)
    bob.opens("general")
    frames_grow(bob, 1)


def test_what_a_full_screen_covers_is_not_sent(gather: Gather) -> None:
    ada, bob, cid = gather("Ada", "Bob", "Cid")
    in_call([ada, bob, cid])
    for caller in (bob, cid):
        caller.turns_camera_on()
    ada.sees_tile("Bob: camera")
    ada.sees_tile("Cid: camera")
    bob.makes_room("elsewhere")
    ada.tile("Bob: camera").hover()
    ada.tile("Bob: camera").get_by_role("button", name="Full screen").click()
    sends_no_picture(cid)
    grows(lambda: [sum(frames for link in ada.links() for frames in link.frames.values())])


def test_what_is_looked_at_closely_may_cost_more(gather: Gather) -> None:
    ada, bob = gather("Ada", "Bob")
    in_call([ada, bob])
    for caller in (ada, bob):
        caller.turns_camera_on()
    bob.sees_tile("Ada: camera")
    assert not ada.page.evaluate(ALLOWED, 1_000_000)
    bob.tile("Ada: camera").hover()
    bob.tile("Ada: camera").get_by_role("button", name="Pin").click()
    ada.page.wait_for_function(ALLOWED, arg=1_000_000, polling=LOOK_EVERY_MS, timeout=UP_WITHIN_MS)


def test_the_panel_has_a_row_for_each_of_the_others_and_says_something_of_each(gather: Gather) -> None:
    ada, *others = gather("Ada", "Bob", "Cid")
    in_call([ada, *others])
    ada.stage.get_by_role("button", name="Call quality").click()
    panel = ada.page.get_by_role("dialog", name="Call quality")
    expect(panel.get_by_role("columnheader")).to_have_text(["Who", "Voice", "Video", "Route"])
    for name in ("Bob", "Cid"):
        expect(link(panel, name).get_by_role("img", name=re.compile("connection$"))).to_be_visible()
        expect(link(panel, name)).to_contain_text(re.compile(r"Direct\s+\d+ ms"))
        expect(panel.get_by_role("cell").filter(has_text=re.compile(rf"{name}|[Yy]ou")).last).to_be_visible()
    expect(panel.get_by_role("status").first).to_contain_text(re.compile(r"\w+\.$"))
    assert not ADDRESS.search(panel.inner_text())
    others[1].leaves_call()
    expect(link(panel, "Cid")).to_have_count(0)
    expect(link(panel, "Bob")).to_have_count(1)


def link(panel: Locator, name: str) -> Locator:
    """The row of somebody's link, not that of its sentence."""
    return panel.get_by_role("row").filter(has=panel.page.get_by_role("rowheader", name=name))


def sends_no_picture(caller: Caller) -> None:
    """Two seconds long not a byte of one."""
    caller.page.wait_for_function(STILL, polling=LOOK_EVERY_MS, timeout=UP_WITHIN_MS)
