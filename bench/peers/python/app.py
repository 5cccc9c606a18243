"""A hub as python-socketio's own guide has it, run by uvicorn in an environment of its own: nothing of ours is there."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

socketio: Any = import_module("socketio")
sio: Any = socketio.AsyncServer(async_mode="asgi", transports=["websocket"])
app: Any = socketio.ASGIApp(sio)
rooms: dict[str, str] = {}


async def connect(sid: str, environ: dict[str, Any]) -> None:
    asked = parse_qs(environ["QUERY_STRING"])
    rooms[sid] = asked["room"][0]
    for room in (asked["room"][0], asked["name"][0]):
        await sio.enter_room(sid, room)


async def to_room(sid: str, payload: str) -> None:
    await sio.emit("m", payload, room=rooms[sid])


async def to_one(sid: str, to: str, payload: str) -> None:
    await sio.emit("m", payload, room=to)


for name, handler in (("connect", connect), ("room", to_room), ("one", to_one)):
    sio.on(name, handler)
