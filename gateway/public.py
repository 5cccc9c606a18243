"""The browser's files, read once at the start and served from memory: no request ever opens a file.

Each has a SHA-256 ETag and is revalidated at every use; text is compressed once, when it is first asked for or soon after
the start, for that takes longer than to read them all. What is not in the table is missing.
A list of them is a page too, so that the service worker knows what the shell is made of, and when it is another one.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway import asgi
from gateway.asgi import Answer, Headers, Receive, Scope, Send

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


SHELL = "/shell.json"
NOT_OF_THE_SHELL = {"/index.html", "/sw.js", SHELL}
"""The same as `/`, the worker itself, which the browser keeps in its own way, and the list."""


class Page:
    """One file."""

    def __init__(self, body: bytes, kind: str) -> None:
        self.body = body
        self.kind = kind
        self.etag = sha256(body).hexdigest()

    @cached_property
    def packed(self) -> bytes | None:
        """None where compression does not pay."""
        packed = gzip.compress(self.body, mtime=0)
        return packed if len(packed) < 0.9 * len(self.body) else None

    def answer(self, scope: Scope) -> Answer:
        """The file, or 304 when the client holds it already."""
        packed = _takes_gzip(scope) and self.packed is not None
        etag = f'"{self.etag}-gz"' if packed else f'"{self.etag}"'
        kept: Headers = [(b"etag", etag.encode()), (b"cache-control", b"no-cache"), (b"vary", b"accept-encoding")]
        if _holds(scope, etag):
            return Answer(304, b"", kept)
        kept.append((b"content-type", self.kind.encode()))
        if packed and self.packed is not None:
            return Answer(200, self.packed, [*kept, (b"content-encoding", b"gzip")])
        return Answer(200, self.body, kept)


class Shell(Struct, frozen=True):
    """What a page needs to open without us. `version` is another one whenever any file is; etags are hex, by URL."""

    version: str
    files: list[str]
    etags: dict[str, str]


class Public:
    """An ASGI app over the pages given."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self.pages.get(scope["path"])
        if page is None:
            answer = asgi.missing()
        elif scope["method"] not in {"GET", "HEAD"}:
            answer = asgi.error("BAD_REQUEST", "this can only be read", 405, [(b"allow", b"GET, HEAD")])
        else:
            answer = page.answer(scope)
        await asgi.reply(scope, send, answer)

    def pack(self) -> None:
        """Compress what nobody has asked for yet; in a thread."""
        for page in self.pages.values():
            _ = page.packed


def load(directory: Path) -> dict[str, Page]:
    """Every page under a directory by its URL; `index.html` also by its directory's. Links and hidden files stay unread."""
    pages: dict[str, Page] = {}
    for url, file in _files(directory) if directory.is_dir() else ():
        folder, _, name = url.rpartition("/")
        kind = TYPES.get(Path(name).suffix)
        if kind is None:
            continue
        page = pages[url] = Page(Path(file).read_bytes(), kind)
        if name == "index.html":
            pages[f"{folder}/"] = page
    return pages


def with_shell(pages: Mapping[str, Page]) -> dict[str, Page]:
    """The pages, and the list of them."""
    etags = {url: page.etag for url, page in sorted(pages.items()) if url not in NOT_OF_THE_SHELL}
    version = sha256(msgspec.json.encode(etags)).hexdigest()
    listed = Shell(version, list(etags), etags)
    return {**pages, SHELL: Page(msgspec.json.encode(listed), TYPES[".json"])}


def _files(directory: str | Path, above: str = "/") -> Iterator[tuple[str, str]]:
    """URL and path of each. Dot files are left out, and links anywhere on the way: they may lead out of the directory."""
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{above}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield above + entry.name, entry.path


def _takes_gzip(scope: Scope) -> bool:
    for value in asgi.headers(scope, b"accept-encoding"):
        for choice in value.decode("latin-1").lower().split(","):
            name, _, weight = choice.partition(";")
            if name.strip() == "gzip" and weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
                return True
    return False


def _holds(scope: Scope, etag: str) -> bool:
    held = ",".join(value.decode("latin-1") for value in asgi.headers(scope, b"if-none-match"))
    tags = {tag.strip().removeprefix("W/") for tag in held.split(",")}
    return etag in tags or "*" in tags
