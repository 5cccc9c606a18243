"""Backs a live database up again and again, as `devchitchat backup` does, and says a line for each copy that is whole.

Run as a script by `bench/backup.py`, never imported: another program than the server, as a backup is.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from services.store.copying import copy
from services.store.database import Place


def copy_on(database: str) -> None:
    """Until stopped."""
    with TemporaryDirectory(dir=Path(database).parent) as place:
        to = Path(place, "copy.db")
        while True:
            copy(Place(database), to)
            to.unlink()
            print("copied", flush=True)


def stop(number: int, frame: object) -> None:
    """The last copy goes with its directory."""
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    copy_on(sys.argv[1])
