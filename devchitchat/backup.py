"""`devchitchat backup FILE`: a copy of the database as it is at this moment, also while a server runs."""

from __future__ import annotations

from pathlib import Path

import apsw

from devchitchat.config import Config
from devchitchat.errors import Stop
from devchitchat.place import place, prepare
from services.store import Refusal
from services.store.copying import copy


def backup(config: Config, to: Path) -> int:
    """Returns 0 when the copy is on disk. Raises Stop, and then there is none."""
    where = place(config)
    if not Path(where.path).exists():
        raise Stop(f"there is no database in {config.data}", 74)
    prepare(config.data)
    try:
        copy(where, to)
    except Refusal as refusal:
        raise Stop(str(refusal), refusal.code) from None
    except OSError as error:
        raise Stop(f"the copy {to} cannot be written: {error.strerror}") from None
    except apsw.Error as error:
        raise Stop(f"the database in {config.data} could not be copied ({type(error).__name__})", 74) from None
    print(to)
    return 0
