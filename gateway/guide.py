"""The way in for guests: one page that leads a device to trusting this server, what that page needs, and the authority to trust.

Over plain HTTP it is all that people on other machines get; over HTTPS the same pages stand beside the chat, for there the guest
finishes. Nothing here is a secret, and everything is answered from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ssl import PEM_cert_to_DER_cert

from msgspec import Struct

from gateway import asgi
from gateway.asgi import Answer, Headers, Receive, Scope, Send
from gateway.door import HOST, POLICY, REACHABLE
from gateway.public import Page
from gateway.settings import Secure

PAGE = "/join.html"
ITS_OWN = (PAGE, "/css/join.css", "/js/join/")
SHARED = frozenset(
    ("/css/tokens.css", "/css/base.css", "/favicon.svg", "/icons/192.png", "/js/early.js", "/js/clock.js", "/js/views/make.js")
)
"""What the page has in common with the chat. A path that ends in a slash above stands for all below it."""
NO_CACHE = (b"cache-control", b"no-cache")


class Way(Struct, frozen=True, kw_only=True):
    """What a guest has to know. `host` is the name that this server has on the network, if any; without `https_port` there is no HTTPS.

    `join` is the link with which others begin, for whoever invites them; empty where the page's own address does.
    """

    name: str = "devchitchat"
    host: str = ""
    https_port: int | None = None
    join: str = ""


class Joining(Struct, frozen=True):
    """`/join.json`. Without an authority there is nothing to install: the certificate is one that devices know, or there is none."""

    name: str
    host: str
    https_port: int | None
    fingerprint: str
    has_authority: bool
    join: str
    whole: bool
    """Whether the chat itself is here too, and not only the way to it."""
    valid_from: int | None
    valid_until: int | None
    """For which time the certificate is made, in ms since 1970: a browser does not tell its page that the clock is what is wrong."""


class Guide:
    """An ASGI app for plain HTTP; `answer` and `paths` are for whoever has the same pages beside others.

    `way` is asked each time: the network changes.
    """

    def __init__(self, pages: Mapping[str, Page], way: Callable[[], Way], secure: Secure | None = None) -> None:
        self._way = way
        self._fingerprint = secure.fingerprint if secure else ""
        self._pages = {url: page for url, page in pages.items() if url.startswith(ITS_OWN)}
        self._shared = {url: page for url, page in pages.items() if url in SHARED}
        self._valid = secure.valid if secure else lambda: None
        self._files = _files(secure)
        self.paths = frozenset((*self._pages, "/join", "/join.json", REACHABLE, *FILES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await asgi.reply(scope, send, self._plain(scope))

    def answer(self, scope: Scope) -> Answer:
        """To a request for one of `paths`, where the chat is beside them."""
        return _read(scope) or self._found(scope, whole=True)

    def _plain(self, scope: Scope) -> Answer:
        path = scope["path"]
        if scope["type"] == "websocket" or path == REACHABLE:
            return asgi.missing()
        if path == "/":
            return _read(scope) or self._joining_page(scope)
        if path == "/healthz":
            return _read(scope) or asgi.as_json(200, {"status": "ready"})
        if page := self._shared.get(path):
            return _read(scope) or page.answer(scope)
        return _read(scope) or self._found(scope, whole=False) if path in self.paths else asgi.missing()

    def _found(self, scope: Scope, *, whole: bool) -> Answer:
        match scope["path"]:
            case "/join" | "/join.html":
                return self._joining_page(scope)
            case "/join.json":
                return asgi.as_json(200, self._joining(whole=whole))
            case "/reachable":
                return _reachable(scope)
            case path:
                page = self._pages.get(path)
                return page.answer(scope) if page else self._files.get(path) or asgi.missing()

    def _joining(self, *, whole: bool) -> Joining:
        way, has = self._way(), "/authority.crt" in self._files
        valid = self._valid() or (None, None)
        return Joining(way.name, way.host, way.https_port, self._fingerprint, has, way.join, whole, *valid)

    def _joining_page(self, scope: Scope) -> Answer:
        """On plain HTTP it may ask this server's HTTPS, by the name it is open under and by its own, whether this device trusts it."""
        page = self._pages.get(PAGE)
        if page is None:
            return asgi.missing()
        found = page.answer(scope)
        extra = _probing(scope, self._way())
        return Answer(found.status, found.body, [*found.headers, *extra])


FILES: Mapping[str, tuple[bytes, str]] = {
    "/authority.crt": (b"application/x-x509-ca-cert", "devchitchat-authority.crt"),
    "/authority.mobileconfig": (b"application/x-apple-aspen-config", "devchitchat.mobileconfig"),
}


def _files(secure: Secure | None) -> dict[str, Answer]:
    """The authority goes out as DER: Android documents nothing else, and Windows, macOS, Firefox and Chrome take it too."""
    if secure is None or secure.authority is None:
        return {}
    der = PEM_cert_to_DER_cert(secure.authority.decode("ascii"))
    return {path: _file(body, *FILES[path]) for path, body in zip(FILES, (der, secure.mobileconfig), strict=True) if body}


def _file(body: bytes, kind: bytes, name: str) -> Answer:
    return Answer(200, body, [(b"content-type", kind), (b"content-disposition", f'attachment; filename="{name}"'.encode()), NO_CACHE])


def _read(scope: Scope) -> Answer | None:
    """The refusal of whatever is no reading."""
    if scope["method"] in {"GET", "HEAD"}:
        return None
    return asgi.error("BAD_REQUEST", "this can only be read", 405, [(b"allow", b"GET, HEAD")])


def _reachable(scope: Scope) -> Answer:
    """Nothing, which our page on plain HTTP may see: it got here, so this device trusts our certificate."""
    headers: Headers = [(b"cross-origin-resource-policy", b"cross-origin"), (b"cache-control", b"no-store"), (b"vary", b"origin")]
    origin = asgi.header(scope, b"origin")  # the door lets only our own pages through
    return Answer(204, b"", [*headers, (b"access-control-allow-origin", origin)] if origin else headers)


def _probing(scope: Scope, way: Way) -> Headers:
    match = HOST.fullmatch((asgi.header(scope, b"host") or b"").decode("latin-1").lower())
    if match is None or way.https_port is None or scope.get("scheme") != "http":
        return []
    # A policy cannot name an IPv6 address.
    host = "*" if match[1].startswith("[") else match[1]
    hosts = dict.fromkeys([host, way.host or host])
    allowed = "".join(f" https://{each}:{way.https_port}" for each in hosts)
    return [(b"content-security-policy", POLICY.format(socket=allowed).encode("latin-1"))]
