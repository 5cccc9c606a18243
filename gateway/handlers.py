"""The pages with a handler, which are Litestar's. For whoever is no admin the diagnostics are missing, byte for byte."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, asgi, delete, get, post
from litestar.exceptions import HTTPException
from litestar.handlers import ASGIRouteHandler, HTTPRouteHandler
from litestar.types import Receive as LitestarReceive
from litestar.types import Scope as LitestarScope
from litestar.types import Send as LitestarSend

from bus.errors import Code, Refused
from bus.protocol import inside
from gateway.asgi import STATUS, Answer, Headers, Scope, as_json, error, missing, reply
from gateway.house import House
from gateway.public import Page
from gateway.qr import QrCodes
from gateway.reach import Reach
from gateway.session import Sessions, retry_after

log = logging.getLogger(__name__)
BY_STATUS: dict[int, Code] = {404: "NOT_FOUND", 413: "PAYLOAD_TOO_LARGE"}
Incoming = Request[Any, Any, Any]


def litestar(house: House, reach: Reach, diag: Page | None) -> Litestar:
    sessions = Sessions(house)
    return Litestar(
        [_upgrade(), _healthz(house), *_session(sessions), _qr(QrCodes(house, sessions)), _reach(reach), *_diag(house, sessions, diag)],
        request_max_body_size=house.settings.limits.body_bytes,
        exception_handlers={Refused: _refused, HTTPException: _not_so, Exception: _broken},
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


def _upgrade() -> ASGIRouteHandler:
    @asgi("/ws", copy_scope=True)
    async def upgrade(scope: LitestarScope, receive: LitestarReceive, send: LitestarSend) -> None:
        """Plain HTTP has come to where the sockets are."""
        answer = error("BAD_REQUEST", "this is a websocket", 426, [(b"upgrade", b"websocket")])
        await reply(scope, send, answer)  # type: ignore[arg-type]

    return upgrade


def _healthz(house: House) -> HTTPRouteHandler:
    @get("/healthz")
    async def healthz() -> Response[bytes]:
        draining = house.attendance.draining
        return _response(as_json(503 if draining else 200, {"status": "draining" if draining else "ready"}))

    return healthz


def _session(sessions: Sessions) -> list[HTTPRouteHandler]:
    @get("/session")
    async def show(request: Incoming) -> Response[bytes]:
        return _response(await sessions.show(request.scope))  # type: ignore[arg-type]

    @post("/session")
    async def sign_in(request: Incoming) -> Response[bytes]:
        return _response(await sessions.open(request.scope, await request.body()))  # type: ignore[arg-type]

    @delete("/session", status_code=200)
    async def sign_out(request: Incoming) -> Response[bytes]:
        return _response(await sessions.close(request.scope))  # type: ignore[arg-type]

    return [show, sign_in, sign_out]


def _qr(codes: QrCodes) -> HTTPRouteHandler:
    @post("/qr")
    async def draw(request: Incoming) -> Response[bytes]:
        return _response(await codes.draw(request.scope, await request.body()))  # type: ignore[arg-type]

    return draw


def _reach(reach: Reach) -> HTTPRouteHandler:
    @post("/reach")
    async def meet(request: Incoming) -> Response[bytes]:
        return _response(await reach.meet(request.scope, await request.body()))  # type: ignore[arg-type]

    return meet


def _diag(house: House, sessions: Sessions, page: Page | None) -> list[ASGIRouteHandler]:
    async def answer(scope: Scope) -> Answer:
        try:
            context, _ = await sessions.standing(scope)
        except Refused:
            return missing()  # Any other answer would tell that there is something here.
        if "admin" not in context.roles or scope["method"] not in {"GET", "HEAD"}:
            return missing()
        if scope["path"] == "/diag":
            return page.answer(scope) if page else missing()
        found = await house.bus.ask(inside.Diagnose(), context)
        # No encoder of ours for what it does not know: a secret in there ends in an error, never in the page.
        return Answer(200, msgspec.json.encode(found.sections), as_json(200, None).headers)

    @asgi(["/diag", "/diag.json"], copy_scope=True)
    async def diag(scope: LitestarScope, receive: LitestarReceive, send: LitestarSend) -> None:
        await reply(scope, send, await answer(scope))  # type: ignore[arg-type]

    return [diag]


def _response(answer: Answer) -> Response[bytes]:
    kept = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    return Response(answer.body, status_code=answer.status, media_type=kept.pop("content-type"), headers=kept)


def _refused(request: Incoming, refusal: Refused) -> Response[bytes]:
    body = {"code": refusal.code, "message": str(refusal), **({"details": refusal.details} if refusal.details else {})}
    return _response(as_json(STATUS[refusal.code], body, retry_after(refusal.details)))


def _not_so(request: Incoming, fault: HTTPException) -> Response[bytes]:
    """What Litestar itself refuses: its texts stay inside."""
    if fault.status_code >= 500:
        return _broken(request, fault)
    allowed: Headers = [(b"allow", str((fault.headers or {}).get("allow", "GET")).encode())] if fault.status_code == 405 else []
    return _response(error(BY_STATUS.get(fault.status_code, "BAD_REQUEST"), "this cannot be done", fault.status_code, allowed))


def _broken(request: Incoming, fault: Exception) -> Response[bytes]:
    log.error("%s broke", request.scope["path"], exc_info=fault)
    return _response(error("INTERNAL", "something broke; it is in the log"))
