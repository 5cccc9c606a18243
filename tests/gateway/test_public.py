"""The files: read once, served from memory, nothing else ever opened."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import public
from gateway.public import Page, Public
from tests.gateway.test_door import Answered, ask, scope, ways

pytestmark = pytest.mark.anyio
SCRIPT = b"const a = 1\n" * 200


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Nothing here waits, so one loop tells all."""
    return "asyncio"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site" / "js").mkdir(parents=True)
    (tmp_path / "secret.json").write_bytes(b"secret")
    site = tmp_path / "site"
    for name, body in {"index.html": b"<p>", "js/app.js": SCRIPT, "a.css": b"b{}", ".env.json": b"no", "notes.txt": b"no"}.items():
        (site / name).write_bytes(body)
    return site


async def get(pages: dict[str, Page], path: str, *headers: tuple[str, str], method: str = "GET") -> Answered:
    return await ask(Public(pages), scope(path, *headers, method=method))


def test_only_known_kinds_are_pages_and_index_stands_for_its_folder(folder: Path) -> None:
    assert set(public.load(folder)) == {"/", "/index.html", "/js/app.js", "/a.css"}


def test_a_folder_that_is_not_there_holds_no_pages(tmp_path: Path) -> None:
    assert public.load(tmp_path / "none") == {}


def test_links_are_not_followed_out_of_the_folder(folder: Path) -> None:
    try:
        (folder / "way.json").symlink_to(folder.parent / "secret.json")
        (folder / "out").symlink_to(folder.parent, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets us make no links")
    assert not any("secret" in url or "way" in url for url in public.load(folder))


async def test_a_page_comes_with_its_kind_and_etag_and_no_file_is_opened(folder: Path) -> None:
    pages = public.load(folder)
    rmtree(folder)
    found = await get(pages, "/js/app.js")
    assert (found.status, found.body, found.header("content-type")) == (200, SCRIPT, "text/javascript; charset=utf-8")
    assert (found.header("cache-control"), found.header("vary")) == ("no-cache", "accept-encoding")


async def test_who_holds_it_already_gets_304_and_no_body(folder: Path) -> None:
    pages = public.load(folder)
    etag = (await get(pages, "/a.css")).header("etag") or ""
    for held in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        found = await get(pages, "/a.css", ("if-none-match", held))
        assert (found.status, found.body, found.header("etag"), found.header("content-length")) == (304, b"", etag, None)
    assert (await get(pages, "/a.css", ("if-none-match", '"x"'))).status == 200


def test_nothing_is_compressed_before_it_is_asked_for_or_the_house_is_up(folder: Path) -> None:
    pages = public.load(folder)
    assert not any("packed" in vars(page) for page in pages.values())
    public.Public(pages).pack()
    assert all("packed" in vars(page) for page in pages.values())


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("GZIP", True), ("gzip;q=0", False), ("gzip; q=0.0", False), ("br", False), ("*", False)],
)
async def test_it_is_compressed_for_who_says_gzip(folder: Path, accepted: str, packed: bool) -> None:
    found = await get(public.load(folder), "/js/app.js", ("accept-encoding", accepted))
    assert (found.header("content-encoding") == "gzip") is packed
    assert (gzip.decompress(found.body) if packed else found.body) == SCRIPT
    assert len(found.body) == int(found.header("content-length") or 0)


async def test_the_compressed_page_has_an_etag_of_its_own(folder: Path) -> None:
    pages = public.load(folder)
    plain = (await get(pages, "/js/app.js")).header("etag")
    packed = (await get(pages, "/js/app.js", ("accept-encoding", "gzip"))).header("etag")
    assert plain != packed
    assert (await get(pages, "/js/app.js", ("if-none-match", packed or ""))).status == 200


async def test_what_does_not_shrink_is_not_compressed(folder: Path) -> None:
    assert (await get(public.load(folder), "/a.css", ("accept-encoding", "gzip"))).header("content-encoding") is None


async def test_head_has_the_headers_and_no_body(folder: Path) -> None:
    found = await get(public.load(folder), "/js/app.js", method="HEAD")
    assert (found.status, found.body, found.header("content-length")) == (200, b"", str(len(SCRIPT)))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_a_page_can_only_be_read(folder: Path, method: str) -> None:
    found = await get(public.load(folder), "/", method=method)
    assert (found.status, found.header("allow")) == (405, "GET, HEAD")


async def shell(pages: dict[str, Page]) -> dict[str, Any]:
    found = await get(public.with_shell(pages), "/shell.json")
    assert (found.status, found.header("content-type"), found.header("cache-control")) == (200, "application/json", "no-cache")
    return json.loads(found.body)


async def test_the_shell_lists_every_page_once_with_its_etag(folder: Path) -> None:
    (folder / "sw.js").write_bytes(b"self")
    pages = public.load(folder)
    found = await shell(pages)
    assert found["files"] == ["/", "/a.css", "/js/app.js"]
    for url in found["files"]:
        assert (await get(pages, url)).header("etag") == f'"{found["etags"][url]}"'


async def test_another_file_is_another_version_and_the_same_files_are_the_same(folder: Path) -> None:
    before = await shell(public.load(folder))
    assert await shell(public.load(folder)) == before
    (folder / "a.css").write_bytes(b"b{c:d}")
    changed = await shell(public.load(folder))
    (folder / "a.css").rename(folder / "z.css")
    renamed = await shell(public.load(folder))
    assert len({each["version"] for each in (before, changed, renamed)}) == 3


async def test_the_shell_names_no_page_that_is_for_admins_only() -> None:
    found = await ask(ways(), scope("/shell.json"))
    assert json.loads(found.body)["files"] == ["/", "/app.js"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sw.js", "text/javascript; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("icon.png", "image/png"),
        ("icon.svg", "image/svg+xml"),
        ("favicon.ico", "image/x-icon"),
    ],
)
async def test_what_an_installable_page_is_made_of_has_its_own_kinds(folder: Path, name: str, kind: str) -> None:
    (folder / name).write_bytes(b"x")
    found = await get(public.load(folder), f"/{name}")
    assert (found.header("content-type"), found.header("cache-control")) == (kind, "no-cache")


PIECES = st.sampled_from(
    ["..", ".", "%2e%2e", "%5c", "\\", "/", "//", "\0", ";", "js", "app.js", "index.html", "secret.json", "~", "C:", " "]
)
PATHS = st.one_of(st.lists(PIECES, max_size=12).map("/".join), st.text(max_size=40), st.just("/" + "a" * 9000))


@settings(deadline=None)
@given(path=PATHS)
def test_any_path_is_a_known_page_or_missing(path: str) -> None:
    pages = {"/": public.Page(b"<p>", "text/html"), "/js/app.js": public.Page(SCRIPT, "text/javascript")}
    for form in (path, "/" + path, unquote("/" + path)):
        found = run(pages, form)
        assert found.status == (200 if form in pages else 404)


def run(pages: dict[str, Page], path: str) -> Answered:
    """Public never waits, so one step runs it to its end."""
    result: list[Answered] = []

    async def whole() -> None:
        result.append(await ask(Public(pages), scope_of(path)))

    coroutine = whole()
    with pytest.raises(StopIteration):
        coroutine.send(None)
    return result[0]


def scope_of(path: str) -> dict[str, object]:
    return {**scope("/"), "path": path}
