"""Which devchitchat this is, as pyproject.toml has it; a test holds the two together.

Written down here because asking the installed package for it takes a tenth of a start: `importlib.metadata` brings `email` along.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
