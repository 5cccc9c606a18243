"""The doors between the rooms: who may import whom. The guard is shown every break-in that it must see."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest
from msgspec import Struct

from tests.tree import ROOMS, files, read

CEILING = 250
GENERATED = {"public/js/protocol.js"}
THE_ASYNCIO_FILES = ("gateway/server.py", "services/hubot/kit/clock.py")


class Door(Struct, frozen=True):
    """What a room may import: rooms of ours by prefix, and libraries by name."""

    rooms: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def door(path: str) -> Door | None:
    """The door of the room in which a file lies; bench and tests may go everywhere."""
    match path.split("/"):
        case ["bus", "protocol", *_]:
            return Door(("bus.message", "bus.secret", "bus.protocol"), ("msgspec",))
        case ["bus", _]:
            return Door(("bus",), ("anyio", "msgspec"), never=("bus.protocol",))
        case ["services", "hubot", "posting.py"]:
            return Door(("services.hubot",), ("anyio", "msgspec", "h11"))
        case ["services", noun, _, *_]:
            return Door(("bus", "services.store", "services.access", f"services.{noun}"), ("anyio", "msgspec", "apsw"))
        case ["services", _]:
            return Door(())
        case ["gateway", "reach.py"]:
            return Door(("bus", "gateway"), ("anyio", "msgspec", "aioice"))
        case ["gateway", *_]:
            return Door(("bus", "gateway"), ("anyio", "msgspec", "litestar", "granian", "segno"))
        case ["devchitchat", *_]:
            return Door(("bus", "services", "gateway", "devchitchat", "bench"), ("*",))
        case _:
            return None


def imports(path: str, source: str) -> Iterator[str]:
    """Every imported name, dotted and absolute: `from a import b` is `a.b`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = path.split("/")[:-level] if level else []
                yield from (".".join(filter(None, [*above, module, name.name])) for name in names)
            case _:
                pass


def within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def strangers(path: str, source: str) -> list[str]:
    """What a file imports that its room's door does not let in."""
    its = door(path)
    return [name for name in imports(path, source) if its is not None and not enters(name, path, its)]


def enters(name: str, path: str, its: Door) -> bool:
    root = name.partition(".")[0]
    if root == "asyncio":
        return path in THE_ASYNCIO_FILES
    if root in ROOMS:
        return within(name, its.rooms) and not within(name, its.never)
    return root in sys.stdlib_module_names or root in its.libraries or "*" in its.libraries


def test_every_room_opens_its_own_doors_only() -> None:
    assert {path: found for path in files(".py", below=ROOMS) if (found := strangers(path, read(path)))} == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bus/bus.py", "from bus.protocol.messages import MsgSend"),
        ("bus/bus.py", "from bus import protocol"),
        ("bus/inbox.py", "import apsw"),
        ("bus/inbox.py", "import asyncio"),
        ("bus/protocol/rooms.py", "from bus.bus import Bus"),
        ("bus/protocol/rooms.py", "import anyio"),
        ("services/rooms/deeds.py", "from services.messages import rows"),
        ("services/rooms/deeds.py", "from services import messages"),
        ("services/rooms/deeds.py", "from ..messages import rows"),
        ("services/rooms/deeds.py", "def late():\n    import gateway.hub"),
        ("services/rooms/deeds.py", "import litestar"),
        ("services/store/store.py", "from asyncio import sleep"),
        ("services/store/store.py", "from devchitchat.config import Config"),
        ("gateway/hub.py", "from services.access import rooms"),
        ("gateway/hub.py", "import apsw"),
        ("gateway/hub.py", "import asyncio"),
        ("gateway/hub.py", "import aioice"),
        ("services/hubot/webhooks.py", "import h11"),
        ("gateway/hub.py", "from devchitchat import config"),
        ("devchitchat/app.py", "import asyncio"),
        ("devchitchat/app.py", "from tests import living"),
    ],
)
def test_a_door_that_should_be_shut_is_seen(path: str, source: str) -> None:
    assert strangers(path, source)


def test_no_file_is_too_long_to_read() -> None:
    lengths = {path: len(read(path).splitlines()) for path in files(".py", ".js", ".css", ".mjs") if path not in GENERATED}
    assert len(lengths) > 50
    assert {path: length for path, length in lengths.items() if length > CEILING} == {}


def test_every_file_says_first_what_lives_there() -> None:
    assert [path for path in files(".py", below=ROOMS) if not ast.get_docstring(ast.parse(read(path)))] == []
