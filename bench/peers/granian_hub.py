"""The least that a hub can do on our own stack: ASGI on Granian's embedded server with uvloop, sends un-awaited. Run as a script.

No words, no bus, no store: what devchitchat costs above this is its own.
"""

from __future__ import annotations

import sys
from typing import Any

rooms: dict[str, dict[str, Any]] = {}
names: dict[str, Any] = {}


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    _, room, name = scope["path"].split("/")
    await receive()
    await send({"type": "websocket.accept"})
    senders = rooms.setdefault(room, {})
    senders[name] = names[name] = send
    try:
        while (message := await receive())["type"] == "websocket.receive":
            hand_on(senders, message["text"])
    finally:
        del senders[name], names[name]


def hand_on(senders: dict[str, Any], text: str) -> None:
    if text[0] != "@":
        for send in senders.values():
            send({"type": "websocket.send", "text": text})
        return
    name, _, payload = text[1:].partition("\n")
    if send := names.get(name):
        send({"type": "websocket.send", "text": payload})


async def serve(port: int) -> None:
    from granian.constants import HTTPModes, Interfaces
    from granian.server.embed import Server

    options: dict[str, Any] = {"interface": Interfaces.ASGINL, "http": HTTPModes.http1, "runtime_threads": 1, "backlog": 1024}
    await Server(app, address="127.0.0.1", port=port, log_enabled=False, **options).serve()


def main() -> None:
    try:
        from uvloop import run
    except ImportError:
        from asyncio import run
    run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
