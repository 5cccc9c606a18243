"""The websocket's way in: from the handshake to a running connection.

Whoever finds no place is told so by a close code (a browser sees no status of a refused handshake), and while the server
drains, by 503.
"""

from __future__ import annotations

from secrets import token_hex

from bus.secret import LONGEST, Secret
from gateway import asgi
from gateway.asgi import Receive, Scope, Send
from gateway.attendance import TOO_MANY
from gateway.connection import Connection
from gateway.house import House
from gateway.wire import AsgiWire


class Sockets:
    """An ASGI app for the one websocket route. The door has looked at Host and Origin."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if scope["path"] != "/ws":
            return await asgi.reply(scope, send, asgi.missing())
        attendance = self._house.attendance
        if attendance.draining:
            return await asgi.reply(scope, send, asgi.error("UNAVAILABLE", "the server restarts"))
        address = asgi.address(scope)
        admitted = await attendance.admit(address)
        wire = AsgiWire(receive, send)
        try:
            await send({"type": "websocket.accept"})
        except RuntimeError:
            return attendance.withdraw(address) if admitted else None
        if not admitted:
            return await wire.close(*TOO_MANY)
        token = asgi.token(scope)
        cookie = Secret(token) if token and len(token) <= LONGEST else None
        await Connection(self._house, wire, sid=f"c_{token_hex(4)}", address=address, cookie=cookie).run()
