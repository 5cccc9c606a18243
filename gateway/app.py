"""Every way in, put together: the door, then the sockets, the pages with a handler, the guide for guests, or the files.

Only paths that a handler has reach Litestar; all others are looked up among the files, and are missing there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus

from gateway import asgi
from gateway.asgi import App, Receive, Scope, Send
from gateway.door import HOOKS, Door
from gateway.guide import Guide, Way
from gateway.hooks import Hooks
from gateway.house import House
from gateway.public import Page, Public, with_shell
from gateway.reach import Reach
from gateway.sockets import Sockets

DIAG = "/diag.html"
HEALTH = "/healthz"
HANDLED = frozenset(("/ws", "/healthz", "/session", "/qr", "/reach", "/diag", "/diag.json"))


class Ways:
    """The whole ASGI application of one gateway, with a door in front for each listener.

    Where there is HTTPS, plain HTTP is whole for this machine alone; all others find there how to come in safely. What belongs
    to that guide is no part of the shell.
    """

    def __init__(self, house: House, pages: Mapping[str, Page], guide: Guide | None = None) -> None:
        self.guide = guide or Guide(pages, self._way, house.settings.secure)
        self.reach = Reach(house)
        self.handlers = Handlers(house, self.reach, pages.get(DIAG))
        self._sockets = Sockets(house)
        self._hooks = Hooks(house)
        self._public = Public(with_shell({url: page for url, page in pages.items() if url not in {DIAG, *self.guide.paths}}))
        self._settings = settings = house.settings
        self.plain = Door(self._route_safely if settings.secure else self._route, settings)
        self.secure = Door(self._route, settings, settings.secure.port) if settings.secure else None

    @property
    def counts(self) -> Counter[str]:
        """What came to the doors."""
        return self.plain.counts + (self.secure.counts if self.secure else Counter[str]())

    def _way(self) -> Way:
        settings = self._settings
        return Way(host=settings.found_as() or "", https_port=self.secure.port if self.secure else None, join=settings.join())

    async def settle(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Once the house is up: load and pack what the first socket does not need. In the shape of a supervised child."""
        task_status.started()
        await self.handlers.load()
        await anyio.to_thread.run_sync(self._public.pack)
        self._settings.settled()
        await anyio.sleep_forever()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.plain(scope, receive, send)

    async def _route_safely(self, scope: Scope, receive: Receive, send: Send) -> None:
        safe = asgi.is_local(scope) or asgi.is_secure(scope) or scope["path"] == HEALTH
        await (self._route if safe else self.guide)(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._sockets(scope, receive, send)
        if scope["path"].startswith(HOOKS):
            return await self._hooks(scope, receive, send)
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
        app = self._app or await self.load()
        await app(scope, receive, send)

    async def load(self) -> App:
        async with self._loading:
            if self._app is None:
                self._app = await anyio.to_thread.run_sync(self._made)
            return self._app

    def _made(self) -> App:
        from gateway.handlers import litestar

        return litestar(self._house, self._reach, self._diag)  # type: ignore[return-value]
