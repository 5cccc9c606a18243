"""The server as it is, but with room for a crowd and settled: run as a script, or by another that changes something else too.

Lifted are the ceilings on sockets (ten friends never meet them), and the fold of a long log beside the running house, which takes
minutes for a million messages after a start and is long over in a house that runs. All else is what `devchitchat serve` runs.
"""

from __future__ import annotations

import sys

from msgspec.structs import replace

from devchitchat import app, cli
from devchitchat.config import Config
from gateway.settings import Settings
from services.store import upkeep

MOST = 5_000
shipped = app.settings


def roomy(config: Config) -> Settings:
    settings = shipped(config)
    return replace(settings, limits=replace(settings.limits, connections=MOST, per_address=MOST))


def settled(*_: object) -> bool:
    return True


def main() -> int:
    app.settings = roomy
    upkeep.verify_beside = settled
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
