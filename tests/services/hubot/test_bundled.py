"""Which file a listed script is, the operator's or the program's, and what the operator has configured for it."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from services.hubot import settings
from services.hubot.deeds import BOT
from services.hubot.kit.fake import FakeRoom
from services.hubot.settings import BUNDLED, examine, read
from tests.services.hubot.scene import ECHO, furnish, scene
from tests.tree import ROOT
from tests.tree import read as read_file

SAYS = "def setup(robot):\n    robot.hear('who', lambda res: res.send({said!r}))\n"
CONFIGURED = """
from msgspec import Struct
class Settings(Struct, forbid_unknown_fields=True):
    greeting: str
    times: int = 1
def setup(robot):
    found = robot.configured(Settings)
    robot.hear("who", lambda res: res.send(found.greeting * found.times, str(robot.config["greeting"])))
"""


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that comes with `one` and `two`."""
    place = tmp_path / "program"
    place.mkdir()
    for name in ("one", "two"):
        (place / f"{name}.py").write_text(SAYS.format(said=f"the program's {name}"), encoding="utf-8")
    monkeypatch.setattr(settings, "BUNDLED", place)
    return place


async def test_a_listed_script_is_the_operators_own_file_else_the_one_that_comes_with_the_program(bundled: Path, tmp_path: Path) -> None:
    own = {"two": SAYS.format(said="my two")}
    async with scene(tmp_path / "bot", own, "[scripts.one]\n[scripts.two]\n[scripts.three]\n") as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("one", "two")
        await house.until(lambda: house.script("three").state == "broken")
        await house.say(ada, room, "who")
        await house.hears(room, "the program's one", "my two")
        assert len(house.said(room)) == 2
        assert str(house.directory / "three.py") in str(house.script("three").last_error)
        house.write("one", SAYS.format(said="my one"))
        await house.until(lambda: house.script("one").loaded == 2)
        await house.say(ada, room, "who")
        await house.hears(room, "my one")


@pytest.mark.skipif(os.name != "posix", reason="file modes and links are POSIX's")
def test_the_programs_files_are_as_safe_as_the_program_and_what_is_the_operators_is_never_passed_over(
    bundled: Path, tmp_path: Path
) -> None:
    directory = furnish(tmp_path / "bot", {"two": ECHO}, "[scripts.one]\n[scripts.two]\n")
    (bundled / "one.py").chmod(0o666)
    scripts = read(directory)
    assert [why for _, why in examine(scripts).values()] == [None, None]
    (directory / "one.py").symlink_to("nowhere.py")
    (directory / "two.py").chmod(0o666)
    assert all(why and str(directory) in why for _, why in examine(scripts).values())


async def test_a_script_has_its_configuration_as_it_says_itself(tmp_path: Path) -> None:
    listing = '[scripts.one]\n[scripts.one.config]\ngreeting = "hi"\ntimes = 2\n[scripts.two]\n'
    async with scene(tmp_path / "bot", {"one": CONFIGURED, "two": ECHO}, listing) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded("one", "two")
        await house.say(ada, room, "who")
        await house.hears(room, "hihi\nhi")


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ("times = 2", "Object missing required field `greeting`"),
        ('greeting = "hush"\ntimes = "hush"', "Expected `int`, got `str` - at `$.times`"),
        ('greeting = "hush"\ncolour = "hush"', "Object contains unknown field `colour`"),
    ],
)
async def test_a_wrong_configuration_is_told_in_one_line_without_what_it_holds(config: str, why: str, tmp_path: Path) -> None:
    async with scene(tmp_path / "bot", {"one": CONFIGURED}, f"[scripts.one.config]\n{config}\n") as house:
        await house.room(await house.user("ada"), BOT)
        await house.until(lambda: house.script("one").state == "broken")
        assert house.script("one").last_error == f"[scripts.one] config: {why}"


async def test_all_that_come_with_the_program_load_in_the_real_host_and_answer(tmp_path: Path) -> None:
    names = sorted(path.stem for path in BUNDLED.glob("*.py"))
    assert len(names) == 14
    async with scene(tmp_path / "bot", {}, "\n".join(f"[scripts.{name}]" for name in names)) as house:
        ada = await house.user("ada")
        room = await house.room(ada, BOT)
        await house.loaded(*names)
        await house.say(ada, room, "hubot ping")
        await house.say(ada, room, "hubot poll Pizza? | yes | no")
        await house.say(ada, room, "@hubot vote yes")
        await house.say(ada, room, "pizza++")
        await house.hears(room, "PONG", "ada is for yes.", "pizza has 1.")
        await house.until(lambda: house.hubot.probe().waiting == 0)
        assert [house.script(name).last_error for name in names] == [None] * len(names)


@pytest.mark.parametrize("name", sorted(path.stem for path in BUNDLED.glob("*.py")))
def test_each_says_what_it_is_and_has_its_test_and_its_line_in_the_docs(name: str) -> None:
    header = ast.get_docstring(ast.parse(read_file(f"services/hubot/scripts/{name}.py"))) or ""
    assert {"Description:", "Configuration:", "Author:"} <= {*header.splitlines()}
    assert (ROOT / f"tests/services/hubot/scripts/test_{name}.py").exists()
    assert f"\n| `{name}` |" in read_file("docs/bots.md")


@pytest.mark.parametrize(
    "source", [text for text in re.findall(r"```python\n(.*?)```", read_file("docs/bots.md"), re.DOTALL) if "def setup" in text]
)
def test_what_the_manual_shows_can_be_loaded(source: str, tmp_path: Path) -> None:
    path = tmp_path / "shown.py"
    path.write_text(source, encoding="utf-8")
    with FakeRoom(path) as room:
        room.says("ada", "bob++")
        assert room.errors == room.refused == []
