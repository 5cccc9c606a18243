"""The built-in bot, with the directory of its scripts; where the configuration wants none, nothing of it is loaded."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from bus.bus import Bus
from bus.child import ChildSpec
from bus.service import Way
from bus.supervisor import Supervisor
from devchitchat import place
from devchitchat.config import Config
from devchitchat.errors import Stop

if TYPE_CHECKING:
    from services.hubot.service import Hubot

UNFIT: Final = 78


def hubot(bus: Bus, commit: Way, config: Config) -> Hubot | None:
    """Raises Stop for scripts that cannot be used as they lie. The default directory is made where there is none."""
    if not config.bot:
        return None
    from services.hubot import settings
    from services.hubot.bucket import Buckets
    from services.hubot.service import Hubot

    try:
        if config.scripts is None and config.data.is_dir():
            _furnish(place.scripts(config))
        return Hubot(bus, commit, settings.read(place.scripts(config)), buckets=Buckets(enabled=config.rate_limits))
    except settings.Unfit as unfit:
        raise Stop(f"the bot's scripts: {unfit}", UNFIT) from None


def _furnish(directory: Path) -> None:
    """Raises Stop."""
    if (directory / "scripts.toml").exists():
        return
    from services.hubot.furnishing import furnish

    try:
        furnish(directory)
    except OSError as error:
        raise Stop(f"the directory {directory} of the bot's scripts cannot be made: {error.strerror}", UNFIT) from None


def absent(config: Config) -> list[ModuleType]:
    """Who answers the words of the bot where there is none."""
    if config.bot:
        return []
    from services.hubot import absent

    return [absent]


def as_child(hubot: Hubot, bus: Bus) -> ChildSpec:
    """Under a supervisor of its own: a bot that cannot be revived is missed, and nobody else falls with it."""
    spec = ChildSpec(hubot.name, hubot.run, forsake=hubot.inbox.forsake)
    return Supervisor("bot", [spec], max_restarts=5, window=60.0, tell=bus.publish).as_child("temporary")
