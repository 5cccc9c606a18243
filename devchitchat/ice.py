"""The STUN and TURN servers of the configuration, as calls use them."""

from __future__ import annotations

from devchitchat.config import Config
from devchitchat.errors import USAGE, Stop
from services.signaling.ice import Ice


def servers(config: Config) -> Ice:
    """Raises Stop where no peer could use them: TURN asks everybody for a name and a password."""
    both = config.turn_username is not None and config.turn_credential is not None
    if config.turn_urls and not both and config.turn_secret is None:
        raise Stop("turn_urls needs turn_secret, or turn_username and turn_credential", USAGE)
    if config.turn_secret is not None and (config.turn_username or config.turn_credential):
        raise Stop("turn_secret makes names and passwords itself: leave turn_username and turn_credential out", USAGE)
    return Ice(config.stun_urls, config.turn_urls, config.turn_username, config.turn_credential, config.turn_secret, config.turn_ttl)
