"""The directory of scripts as it is made for an operator who has none: only its owner's, with what harms nobody switched on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from services.hubot.settings import FILE

LISTING: Final = """\
# The bot's scripts. Each [scripts.NAME] is NAME.py beside this file, or else the one of that name that comes with devchitchat.
# What is not listed is not loaded. A changed script is loaded anew at once, and a change of this file
# counts at once too: only alias, rooms and webhooks at the next start.
#
# A script is code that runs as the server: write it yourself or read it first. Make one with: devchitchat bot new NAME
# `can` says what a script may do, where it is not only to post:
#   post, create_rooms, set_topics, moderate, read_log, status
# The bot does nothing in rooms that it was not added to, and there only what its role allows. `config` is for the script itself.

# Another name for `hubot`, if you like:
# alias = "!"

# Public rooms that the bot enters by itself; in all others somebody adds it.
# rooms = ["General"]

[scripts.help]

[scripts.ping]

[scripts.rules]
# config = { text = "Be kind." }

[scripts.welcome]
# config = { text = "Welcome, {name}!" }

[scripts.seen]

[scripts.karma]

[scripts.polls]

[scripts.dice]

[scripts.reminders]

[scripts.raid]

# These do more than talk. Take the # away from what you want; the bot must be a moderator where it shall keep order.

# [scripts.spam]
# can = ["post", "moderate"]

# [scripts.moderation]
# can = ["post", "moderate", "read_log"]
# config = { mute = "10m" }

# [scripts.diag]
# can = ["post", "status"]

# Programs that know the token may call it, and it posts to the rooms with these ids:
# [scripts.webhook]
# hooks = { json = "a secret of 16 characters or more, such as `openssl rand -hex 24` makes" }
# config = { json = ["r_1"] }
"""


def furnish(directory: Path) -> None:
    """Make what is missing of it. Raises OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write(directory / FILE, LISTING)
    except FileExistsError:
        return


def write(path: Path, text: str) -> None:
    """A new file, its owner's alone. Raises FileExistsError where there is one."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
