"""The call of a script's hook, from the gateway to the bot: like the words of `inside`, no frame can carry it."""

from __future__ import annotations

from bus.message import Reply, Request
from bus.secret import Secret


class HookAnswer(Reply, frozen=True):
    """What a hook's caller gets: 500 and 504 say only that; `kind` is a content type."""

    t = "inside.hook_answer"
    status: int
    body: bytes = b""
    kind: str = ""


class HookCall(Request[HookAnswer], frozen=True):
    """Somebody calls a script's hook. Without its token it is missing; `signature` is GitHub's, of the body."""

    t = "inside.hook_call"
    access = "anyone"
    script: str
    name: str
    method: str
    headers: dict[str, str]
    query: dict[str, str]
    body: bytes
    bearer: Secret | None = None
    signature: str = ""
