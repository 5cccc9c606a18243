"""Voices in a call: by key, by gate, muted, deafened, each as loud as one likes, and set up before any call."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

from playwright.sync_api import Locator, expect

from tests.browser.calls.callers import LOOK_EVERY_MS, Caller, Gather, in_call
from tests.browser.serving import ROOT

AXE = ROOT / "tests" / "public" / "node_modules" / "axe-core" / "axe.min.js"
WATCHED = """
Object.assign(globalThis, { players: [], taken: [], refusing: '' })
Audio = new Proxy(Audio, { construct: (real, given) => players[players.push(new real(...given)) - 1] })
const take = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = async (wishes) => {
  if (refusing) throw new DOMException('', refusing)
  const stream = await take(wishes)
  taken.push(...stream.getTracks())
  return stream
}
"""
"""Voices play in elements that stand nowhere in the page."""
HEARS = """async ([wanted, timeout]) => {
  const energy = async () => (await probed.links()).flatMap(({ energy }) => Object.values(energy)).reduce((sum, one) => sum + one, 0)
  for (const until = performance.now() + timeout; ; ) {
    const [before, over] = [await energy(), performance.now() + 1500]
    let heard = false
    while (!heard && performance.now() < over) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      heard = (await energy()) - before > 0.001
    }
    if (heard === wanted || performance.now() > until) return heard
  }
}"""
"""The fake microphone beeps at least once a second: only more than a second of silence is silence."""
WITHIN_MS = 20_000
MINUS = "\N{MINUS SIGN}"


def hears(caller: Caller, what: Literal["a voice", "nothing"] = "a voice") -> None:
    wanted = what == "a voice"
    assert caller.page.evaluate(HEARS, [wanted, WITHIN_MS]) is wanted


def watch(caller: Caller, more: str = "") -> None:
    caller.page.add_init_script(WATCHED + more)
    caller.page.reload()
    caller.sees_live()


def press(caller: Caller, name: str) -> None:
    caller.stage.get_by_role("button", name=name, exact=True).click()


def in_the_call(caller: Caller, name: str) -> Locator:
    return caller.stage.get_by_role("list", name="In the call").get_by_role("listitem").filter(has_text=name)


def settings(caller: Caller) -> Locator:
    dialog = caller.page.get_by_role("dialog", name="Call settings")
    press(caller, "Call settings")
    expect(dialog).to_be_visible()
    return dialog


def settings_before(caller: Caller) -> Locator:
    caller.page.get_by_role("button", name="My profile and devices").click()
    caller.page.get_by_role("button", name="Call settings").click()
    return caller.page.get_by_role("dialog", name="Call settings")


def close(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Close").click()


def test_by_key_one_is_heard_only_while_it_is_held(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    dialog = settings(ada)
    dialog.get_by_label("Push to talk").check()
    expect(dialog).to_contain_text("A web page hears keys only while it is in front.")
    close(dialog)
    hears(bob, "nothing")
    ada.composer.click()
    ada.page.keyboard.down("ControlRight")
    hears(bob)
    ada.page.keyboard.up("ControlRight")
    hears(bob, "nothing")


def test_a_letter_is_a_letter_while_writing_and_pressed_elsewhere_it_switches_the_voice(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    dialog = settings(ada)
    dialog.get_by_label("Push to talk").check()
    key = dialog.get_by_role("button", name="Key or mouse button")
    key.click()
    ada.page.keyboard.press("Escape")
    expect(key).to_have_text("Right Ctrl")
    key.click()
    ada.page.keyboard.press("v")
    expect(key).to_have_text("V")
    dialog.get_by_label("Press once to talk, once more to stop").check()
    close(dialog)
    ada.composer.press("v")
    expect(ada.composer).to_have_value("v")
    hears(bob, "nothing")
    ada.composer.blur()
    ada.page.keyboard.press("v")
    hears(bob)
    expect(ada.composer).to_have_value("v")
    ada.page.keyboard.press("v")
    hears(bob, "nothing")


def test_the_gate_lets_out_what_is_louder_than_its_threshold(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    in_call(callers)
    hears(bob)
    dialog = settings(ada)
    threshold = dialog.get_by_role("slider", name="You are heard from")
    threshold.fill("0")
    expect(dialog).to_contain_text("You are heard from 0 dB")
    hears(bob, "nothing")
    threshold.fill("-60")
    expect(dialog).to_contain_text(f"You are heard from {MINUS}60 dB")
    hears(bob)


def test_muted_one_is_told_of_talking_and_deafened_one_hears_nobody(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    watch(ada)
    in_call(callers)
    told = ada.page.get_by_text("You are muted, and talking.")
    press(ada, "Mute")
    hears(bob, "nothing")
    expect(told).to_be_visible()
    expect(in_the_call(bob, "Ada")).to_contain_text("muted")
    press(ada, "Unmute")
    expect(told).to_be_hidden()
    hears(bob)
    press(ada, "Deafen")
    hears(bob, "nothing")
    assert sounding(ada, "muted") == [True]
    press(ada, "Undeafen")
    hears(bob)
    assert sounding(ada, "muted") == [False]


def test_each_voice_is_as_loud_as_one_likes_it_and_stays_so(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    watch(ada)
    watch(bob)
    in_call(callers)
    in_the_call(bob, "Ada").get_by_role("button").click()
    bob.page.get_by_role("slider", name="Voice volume").fill("30")
    assert sounding(bob, "volume") == [0.3]
    bob.page.reload()
    bob.joins_call()
    hears(bob)
    assert sounding(bob, "volume") == [0.3]
    assert sounding(ada, "volume") == [1]


def sounding(caller: Caller, what: str) -> Any:
    return caller.page.evaluate("what => players.filter(({ srcObject }) => srcObject).map((player) => player[what])", what)


def test_without_leave_one_listens_and_the_page_says_why(gather: Gather) -> None:
    ada, bob = callers = gather("Ada", "Bob")
    watch(ada, "refusing = 'NotAllowedError'")
    in_call(callers)
    hears(ada)
    expect(in_the_call(bob, "Ada")).to_contain_text("muted")
    expect(ada.page.get_by_text("This page may not use the microphone.").first).to_be_visible()
    ada.page.evaluate("refusing = ''")
    press(ada, "Unmute")
    hears(bob)


def test_the_microphone_is_set_up_and_tested_before_any_call(gather: Gather) -> None:
    [ada] = gather("Ada")
    watch(ada)
    dialog = settings_before(ada)
    meter = dialog.get_by_role("meter", name="How loud you are")
    expect(meter).to_have_attribute("aria-valuenow", "-80")
    assert faults(ada) == []
    dialog.get_by_role("button", name="Test microphone").click()
    expect(dialog).to_contain_text("You hear yourself as the others would.")
    expect(meter).to_have_attribute("aria-valuenow", re.compile(r"^-[1-4]\d$"))
    dialog.get_by_label("Microphone").select_option(index=1)
    dialog.get_by_label("Push to talk").check()
    dialog.get_by_label("Upload limit").select_option("8 Mbit/s")
    assert faults(ada) == []
    close(dialog)
    ended = "taken.length > 1 && taken.every(({ readyState }) => readyState === 'ended')"
    ada.page.wait_for_function(ended, polling=LOOK_EVERY_MS)
    ada.page.reload()
    dialog = settings_before(ada)
    expect(dialog.get_by_label("Push to talk")).to_be_checked()
    expect(dialog.get_by_label("Upload limit")).to_have_value("8")


def faults(caller: Caller) -> list[str]:
    """What axe-core holds against the page, in both themes."""
    found: list[str] = []
    caller.page.evaluate(AXE.read_text(encoding="utf-8"))
    for theme in ("light", "dark"):
        caller.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        violations = caller.page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
        found += [f"{theme}: {json.dumps(one)[:400]}" for one in violations if one["impact"] in {"serious", "critical"}]
    return found
