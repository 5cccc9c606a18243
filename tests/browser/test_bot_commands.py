"""The bot's commands on the page: completed by keys, run, refused by role, and asked about before they destroy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.browser.serving import Server
from tests.browser.talking import row, two_in_a_room, wheel_up
from tests.services.hubot.scene import furnish

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LISTING = 'rooms = ["general"]\n[scripts.typed]\n'
TYPED = """
def setup(robot):
    def ask(res, question):
        res.send(f"{res.message.user.name} asks: {question}")
    robot.commands.register("poll", ask, args={"question": str}, help="Ask everybody")
    robot.commands.register("raid join", lambda res: res.send("joined"))
    robot.commands.register("topic", lambda res, text: res.send(f"about {text}"), args={"text": str}, help="Talk about it")
    robot.commands.register("tidy", lambda res, n: res.send(f"tidied {n}"), args={"n": int}, role="moderator", confirm=True)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    server = Server(data, tmp_path / "server.log", "--scripts", str(furnish(tmp_path / "scripts", {"typed": TYPED}, LISTING)))
    server.start()
    yield server
    server.kill()


def suggested(person: Person) -> Locator:
    return person.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def types(person: Person, text: str) -> None:
    person.composer.fill(text)
    person.composer.press("Enter")
    expect(person.composer).to_have_value("")


def hears(person: Person, *texts: str) -> None:
    """As the last messages of the room."""
    expect(person.texts.nth(-1)).to_have_text(texts[-1])
    for back, text in enumerate(reversed(texts), 1):
        expect(person.texts.nth(-back)).to_have_text(text)


def test_a_command_is_completed_by_keys_and_run_and_listed_with_the_pages_own(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    bob.composer.press_sequentially("/po")
    expect(suggested(bob)).to_have_count(1)
    expect(suggested(bob)).to_contain_text("Ask everybody")
    bob.composer.press("Tab")
    expect(bob.composer).to_have_value("/poll ")
    bob.composer.press_sequentially("Pizza?")
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("")
    for person in (ada, bob):
        person.sees_exactly(["bob asks: Pizza?"])
    bob.composer.press_sequentially("/hubot ra")
    bob.composer.press("Enter")
    expect(bob.composer).to_have_value("/raid join ")
    bob.composer.press("Enter")
    hears(ada, "bob asks: Pizza?", "joined")
    types(ada, "/topic ours")
    expect(bob.page.get_by_role("main").get_by_text("ours")).to_be_visible()
    ada.composer.press_sequentially("/hubot top")
    ada.composer.press("Tab")
    ada.composer.press_sequentially("theirs")
    ada.composer.press("Enter")
    hears(bob, "joined", "about theirs")
    types(ada, "/help")
    section = ada.page.get_by_role("dialog").locator("section").filter(has=ada.page.get_by_role("heading", name="Commands of the bot here"))
    expect(section).to_contain_text("/poll <question>")
    expect(section).to_contain_text("/hubot topic <text>")
    ada.page.keyboard.press("Escape")


def test_whoever_gives_a_command_further_up_is_taken_to_its_answer(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    ada.says("\n".join(f"line {i}" for i in range(60)))
    expect(row(bob, "line 59")).to_be_visible()
    wheel_up(bob.page, 600)
    newest = bob.page.get_by_role("button", name=re.compile("new ↓|Newest"))
    expect(newest).to_be_visible()
    bob.composer.fill("/hubot nothing")
    bob.composer.press("Enter")
    expect(bob.page.get_by_role("main").get_by_role("alert").filter(has_text="there is no command /nothing")).to_be_visible()
    expect(newest).to_be_visible()  # refused: nothing to go to
    types(bob, "/poll Pizza?")
    expect(row(bob, "bob asks: Pizza?")).to_be_in_viewport()
    expect(newest).to_be_hidden()


def test_a_command_is_refused_by_role_and_asked_about_before_it_is_done(server: Server, arrive: Arrive) -> None:
    ada, bob = two_in_a_room(server, arrive)
    bob.composer.press_sequentially("/po")
    expect(suggested(bob)).to_have_count(1)  # The bot is in, and its scripts are loaded.
    bob.composer.fill("")
    for person, offered in ((bob, 0), (ada, 1)):
        person.composer.press_sequentially("/ti")
        expect(suggested(person)).to_have_count(offered)
    types(bob, "/tidy 3")
    hears(ada, "@bob sorry, tidy is for this room's moderators")
    types(ada, "/tidy all")
    hears(ada, "@ada say it like this: hubot tidy <n>")
    question = "@ada tidy 3: are you sure? Say “hubot yes” within 60 s, or “hubot no”"
    types(ada, "/tidy 3")
    hears(bob, question)
    bob.says("hubot yes")
    hears(ada, question, "hubot yes")
    ada.says("hubot yes")
    hears(bob, question, "hubot yes", "hubot yes", "tidied 3")
    types(ada, "/tidy 4")
    hears(ada, "tidied 3", question.replace("3", "4"))
    types(ada, "/no")
    hears(ada, question.replace("3", "4"), "@ada it stays as it is")


def test_what_the_bot_does_not_take_or_takes_elsewhere_is_refused_and_without_a_server_what_is_known_is_offered(
    server: Server, arrive: Arrive
) -> None:
    ada, _ = two_in_a_room(server, arrive)
    ada.composer.press_sequentially("/po")
    expect(suggested(ada)).to_have_count(1)
    for text, why in (("/nothing at all", "There is no command /nothing."), ("/hubot nothing", "there is no command /nothing")):
        ada.composer.fill(text)
        ada.composer.press("Enter")
        expect(ada.page.get_by_role("main").get_by_role("alert").filter(has_text=why)).to_be_visible()
        expect(ada.composer).to_have_value(text)
    ada.makes_room("elsewhere")
    for text, why in (("/poll x", "There is no command /poll."), ("/hubot poll x", "the bot is not in this room")):
        ada.composer.fill(text)
        ada.composer.press("Enter")
        expect(ada.page.get_by_role("main").get_by_role("alert").filter(has_text=why)).to_be_visible()
    ada.opens("general")
    server.kill()
    ada.sees_down()
    ada.composer.fill("")
    ada.composer.press_sequentially("/po")
    expect(suggested(ada)).to_have_count(1)
    ada.composer.press("Tab")
    ada.composer.press_sequentially("late?")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("/poll late?")
    server.start()
    ada.sees_live()
    ada.composer.press("Enter")
    hears(ada, "ada asks: late?")
