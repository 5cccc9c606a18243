"""Every way in, put together: the door, then the sockets, the pages with a handler, the guide for guests, or the files.

Only paths that a handler has reach Litestar; all others are looked up among the files, and are missing there.
"""

from __future__ import annotations

from collections.abc import Mapping

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus

from gateway import asgi
from gateway.asgi import App, Receive, Scope, Send
from gateway.door import Door
from gateway.guide import Guide
from gateway.house import House
from gateway.public import Page, Public, with_shell
from gateway.reach import Reach
from gateway.sockets import Sockets

DIAG = "/diag.html"
HANDLED = frozenset(("/ws", "/healthz", "/session", "/qr", "/reach", "/diag", "/diag.json"))


class Ways:
    """The whole ASGI application of one gateway, with the door in front. What belongs to the guide is no part of the shell."""

    def __init__(self, house: House, pages: Mapping[str, Page], guide: Guide | None = None) -> None:
        self.guide = guide or Guide(pages)
        self.reach = Reach(house)
        self.handlers = Handlers(house, self.reach, pages.get(DIAG))
        self._sockets = Sockets(house)
        self._public = Public(with_shell({url: page for url, page in pages.items() if url not in {DIAG, *self.guide.paths}}))
        self.door = Door(self._route, house.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.door(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._sockets(scope, receive, send)
        if scope["path"] in self.guide.paths:
            return await asgi.reply(scope, send, self.guide.answer(scope))
        await (self.handlers if scope["path"] in HANDLED else self._public)(scope, receive, send)


class Handlers:
    """Litestar with all its handlers: loaded off the loop when the house is up, for it takes longer than the rest of the gateway together.

    Who comes sooner waits for it; sockets and files do not need it.
    """

    def __init__(self, house: House, reach: Reach, diag: Page | None) -> None:
        self._house = house
        self._reach = reach
        self._diag = diag
        self._loading = anyio.Lock()
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app or await self._load()
        await app(scope, receive, send)

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Loads it, and keeps it. In the shape of a supervised child."""
        task_status.started()
        await self._load()
        await anyio.sleep_forever()

    async def _load(self) -> App:
        async with self._loading:
            if self._app is None:
                self._app = await anyio.to_thread.run_sync(self._made)
            return self._app

    def _made(self) -> App:
        from gateway.handlers import litestar

        return litestar(self._house, self._reach, self._diag)  # type: ignore[return-value]
