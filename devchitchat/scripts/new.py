"""`devchitchat bot new NAME`: a script and its test, which run as they are."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from devchitchat.errors import USAGE, Stop
from devchitchat.scripts.commands import stop
from services.hubot import furnishing, settings
from services.hubot.settings import BUNDLED, FILE, Unfit

NAME: Final = re.compile(r"(?!test_)[a-z][a-z0-9_]{0,39}")
SCRIPT: Final = '''"""Description:
  What @NAME@ is for, in a line or two.

Commands:
  hubot @NAME@ - says that it is here

Configuration:
  none

Author:
  who wrote it
"""


def setup(robot):
    robot.hear(r"\\bgood morning\\b", greet)
    robot.respond(r"@NAME@$", answer)
    robot.commands.register("@NAME@_add", add, args={"a": int, "b": int}, help="adds two numbers")


def greet(res):
    """Whenever somebody says good morning."""
    res.send(f"Good morning, {res.message.user.display_name}!")


def answer(res):
    """When the bot is called by its name."""
    res.reply("here I am")


def add(res, a, b):
    """A command: its arguments come checked, and its line in `hubot help` is made from what is registered above."""
    res.send(f"{a} + {b} = {a + b}")
'''
TEST: Final = '''"""Tests, run by `devchitchat bot test @NAME@`. Each gets a fresh room, in which time stands still until it `passes`."""


def test_it_greets_whoever_greets(room):
    assert room.says("ada", "Good morning, all") == ["Good morning, Ada!"]


def test_it_answers_to_its_name_only(room):
    assert room.says("ada", "hubot @NAME@") == ["@ada here I am"]
    assert room.says("ada", "@NAME@") == []


def test_it_adds(room):
    assert room.commands("ada", "@NAME@_add", "2 3") == ["2 + 3 = 5"]
'''


def run(name: str, directory: Path) -> int:
    """Returns 0 when all is written. Raises Stop, and then nothing of the script is."""
    if not NAME.fullmatch(name):
        raise Stop(f"{name!r} is no name of a script: a small letter, then small letters, digits and _, and not test_ first", USAGE)
    os.umask(0o077)
    try:
        furnishing.furnish(directory)
        listing = settings.read(directory).listing
    except Unfit as unfit:
        raise stop(unfit) from None
    except OSError as error:
        raise Stop(f"{directory} cannot be made: {error.strerror}") from None
    script, test = directory / f"{name}.py", directory / f"test_{name}.py"
    for path in (script, test):
        if path.exists():
            raise Stop(f"there is a {path} already; choose another name")
    if name in listing.scripts:
        raise Stop(f"{directory / FILE} lists {name} already; choose another name")
    if (BUNDLED / script.name).exists():
        raise Stop(f"{name} comes with devchitchat; choose another name")
    try:
        _list(directory / FILE, name)
        for path, text in ((script, SCRIPT), (test, TEST)):
            furnishing.write(path, text.replace("@NAME@", name))
    except OSError as error:
        raise Stop(f"the script cannot be written to {directory}: {error.strerror}") from None
    print(f"Written: {script} and {test.name}. Change them, and try them with: devchitchat bot test {name}")
    print(f"It may post, as {FILE} says, and runs at once where the server does, in rooms that the bot was added to.")
    return 0


def _list(file: Path, name: str) -> None:
    """All or nothing, and never a file that could not be read again. Raises Stop."""
    import tomllib

    text = f'{file.read_text(encoding="utf-8").rstrip()}\n\n[scripts.{name}]\ncan = ["post"]\n'.lstrip()
    try:
        tomllib.loads(text)
    except ValueError:
        raise Stop(f"{file} has its scripts in one line; write a table [scripts.NAME] for each") from None
    half = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        furnishing.write(half, text)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
