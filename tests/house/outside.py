"""Programs that call hooks from outside, and a script with hooks of every sort."""

from __future__ import annotations

import hmac
import socket
from http.client import HTTPConnection

from tests.house.server import PATIENCE, Answer, Server

TOKEN = "canary-of-a-hooks-token"
SIGNATURE = "X-Hub-Signature-256"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}
SCRIPT = """
import anyio, time

def setup(robot):
    async def post(call):
        await robot.message_room(call.query["room"], call.json()["text"])
    async def slow(call):
        await anyio.sleep(60)
    def sees(call):
        return {"headers": call.headers, "query": call.query, "body": call.body.decode()}
    robot.router.post("post", post)
    robot.router.post("sees", sees)
    robot.router.post("slow", slow)
    robot.router.post("hangs", lambda call: time.sleep(60))
    robot.router.post("raises", lambda call: 1 // 0)
    robot.router.post("large", lambda call: "x" * 65537)
    robot.router.post("odd", lambda call: object())
    robot.router.get("text", lambda call: "first")
    robot.router.get("unlisted", lambda call: "open to nobody")
"""


def call(server: Server, path: str, headers: dict[str, str], body: bytes = b"", method: str = "POST") -> Answer:
    """As a program does: without Origin and cookie."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


def signed(body: bytes, token: str = TOKEN) -> str:
    return "sha256=" + hmac.digest(token.encode(), body, "sha256").hex()


def first_line(server: Server, sent: bytes) -> bytes:
    """What is answered to a request that is not finished."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as wire:
        wire.sendall(sent)
        return wire.recv(65536).partition(b"\r\n")[0]
