"""Copies a live database with SQLite's own backup, again and again, and says a line for each copy that is whole.

Run as a script by `bench/backup.py`, never imported: another program than the server, as a backup is.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw


def copy_on(database: str) -> None:
    """Until stopped. One step a copy: in parts, a write in between would begin it anew for ever."""
    with TemporaryDirectory(dir=Path(database).parent) as place:
        while True:
            source = apsw.Connection(database, flags=apsw.SQLITE_OPEN_READONLY)
            copy = apsw.Connection(f"{place}/copy.db")
            with copy.backup("main", source, "main") as backup:
                backup.step()
            copy.close()
            source.close()
            Path(place, "copy.db").unlink()
            print("copied", flush=True)


def stop(number: int, frame: object) -> None:
    """The last copy goes with its directory."""
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    copy_on(sys.argv[1])
