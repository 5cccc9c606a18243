"""A text as a QR code, for people who are signed in: an invite or a link for the camera of another device.

The text may be a secret: it is held as one, nothing of it is logged, and no cache keeps the picture.
"""

from __future__ import annotations

from io import BytesIO

import msgspec
import segno
from anyio import CapacityLimiter, to_thread
from msgspec import Struct

from bus.errors import AuthRequired, BadRequest
from bus.secret import Secret, decode_secret
from gateway import codec
from gateway.asgi import Answer, Scope
from gateway.house import House
from gateway.session import Sessions

QUIET_ZONE = 4
"""Modules of white around it, as ISO/IEC 18004 wants."""


class Drawn(Struct, frozen=True, forbid_unknown_fields=True):
    """What to draw; a Secret has 1 to 512 characters, at most 2048 bytes, and version 40-M holds 2331."""

    text: Secret


class QrCodes:
    """POST /qr. One is drawn at a time, off the loop: the largest takes 120 ms."""

    def __init__(self, house: House, sessions: Sessions) -> None:
        self._house = house
        self._sessions = sessions
        self._one = CapacityLimiter(1)

    async def draw(self, scope: Scope, body: bytes) -> Answer:
        """Raises Refused."""
        context, user = await self._sessions.standing(scope)
        if user is None:
            raise AuthRequired("sign in first")
        self._house.buckets.take("qr", f"user:{context.user_id}")
        picture = await to_thread.run_sync(svg, _text(body), limiter=self._one)
        return Answer(200, picture, [(b"content-type", b"image/svg+xml"), (b"cache-control", b"no-store")])


def svg(text: Secret) -> bytes:
    """Black on white, whatever the theme: phones do not read it otherwise. It takes the size that the page gives it."""
    code = segno.make(text.reveal(), error="m", micro=False, encoding="utf-8")
    out = BytesIO()
    code.save(out, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False)
    return out.getvalue()


def _text(body: bytes) -> Secret:
    try:
        return msgspec.json.decode(body, type=Drawn, dec_hook=decode_secret).text
    except codec.BAD as error:
        message, path = codec.explain(error)
        raise BadRequest(message, path=path) from None
