"""What may stand nowhere: SQL from pieces, statements that overwrite history, and texts that become code in the page.

Each gate is shown what it must see. Where an exception is needed, it is listed here with its reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.tree import ROOT, files, read

SQL = re.compile(
    r"\s*(select\s|with\s+\S+\s+as\b|insert\s+into\b|replace\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|(create|drop|alter)\s+(table|index|view|trigger)\b)",
    re.IGNORECASE,
)
OVERWRITES = re.compile(r"\b(or\s+replace|replace\s+into)\b", re.IGNORECASE)
PRAGMA = re.compile(r"\s*pragma\b", re.IGNORECASE)
READ_ONLY_PRAGMAS = {"pragma quick_check"}
NOT_OURS = {".git", ".venv", ".tools", ".hypothesis", ".pytest_cache", ".ruff_cache", "__pycache__", "node_modules", "dist"}
MADE_SQL = {
    ("services/store/projection.py", "drop"): "the names are the projection's own",
    ("services/store/replay.py", "clear"): "the names are the schema's own, quoted",
    ("services/store/replay.py", "digest"): "the names are the schema's own, quoted",
    ("services/store/upkeep.py", "_is_sound"): "the name is the projection's own",
}


def statements(source: str) -> Iterator[tuple[str, str, bool, bool]]:
    """Every text that is no docstring: the function it is in, its words, whether it was put together, whether it is executed."""
    yield from _statements(ast.parse(source), "")


def _statements(node: ast.AST, function: str) -> Iterator[tuple[str, str, bool, bool]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield from _statements(child, name)
                continue
            case ast.Call(func=ast.Attribute(attr="execute" | "executemany"), args=[first, *_]) if text := words(first):
                yield function, *text, True
            case _ if text := words(child):
                yield function, *text, False
            case _:
                pass
        yield from _statements(child, function)


def words(node: ast.AST) -> tuple[str, bool] | None:
    """A text and whether it was put together; what was put in reads as {}."""
    match node:
        case ast.Constant(value=str(text)):
            return text, False
        case ast.JoinedStr(values=values):
            return "".join(words(value)[0] if isinstance(value, ast.Constant) else "{}" for value in values), True  # type: ignore[index]
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            parts = words(left), words(right)
            return ("".join(part[0] if part else "{}" for part in parts), True) if any(parts) else None
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join")) if text := words(value):
            return text[0], True
        case _:
            return None


def sql_faults(path: str, source: str) -> list[str]:
    """Settings that stop at the first row, statements that overwrite history, and SQL put together from pieces."""
    faults: list[str] = []
    for function, text, made, executed in statements(source):
        if executed and PRAGMA.match(text) and text not in READ_ONLY_PRAGMAS:
            faults.append(f"{function}: set it by pragma(), which does one at a time: {text}")
        if OVERWRITES.search(text):
            faults.append(f"{function}: overwrites what stands there: {text}")
        if made and (executed or SQL.match(text)) and (path, function) not in MADE_SQL:
            faults.append(f"{function}: SQL put together from pieces: {text}")
    return list(dict.fromkeys(faults))


DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|parseFromString|document\.write|srcdoc"
    r"|\beval\s*\(|\bnew\s+Function\b|javascript:|@import|url\(\s*['\"]?(?:https?:)?//"
)
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|<[^>]*\s(?:on\w+|style)\s*=|\ssrc\s*=\s*['\"]?(?:https?:)?//", re.IGNORECASE)
COMMENTS = re.compile(r"/\*.*?\*/|<!--.*?-->|(?<![:'\"(=])//[^\n]*", re.DOTALL)


def page_faults(path: str, text: str) -> list[str]:
    """Ways by which a message could become code, and things from elsewhere."""
    bare = COMMENTS.sub("", text)
    found = [match[0] for match in DANGEROUS.finditer(bare)]
    return found + ([match[0] for match in INLINE.finditer(bare)] if path.endswith(".html") else [])


def test_sql_is_written_out_and_overwrites_nothing() -> None:
    below = ("services", "devchitchat", "gateway", "bus")
    assert {path: found for path in files(".py", below=below) if (found := sql_faults(path, read(path)))} == {}


def test_no_exception_outlives_its_reason() -> None:
    needed = {(path, function) for path, _ in MADE_SQL for function, _, made, executed in statements(read(path)) if made and executed}
    assert set(MADE_SQL) <= needed


@pytest.mark.parametrize(
    "source",
    [
        'db.execute("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON")',
        'db.execute("insert or replace into users values (?)", (1,))',
        'SAVE = "replace into users values (?)"',
        'db.execute(f"select * from {table}")',
        'db.execute("select * from " + table)',
        'db.executemany("select * from %s" % table, rows)',
        'db.execute("select {}".format(name))',
        "query = f\"delete from users where name = '{name}'\"\ndb.execute(query)",
        "db.execute(f'{verb} users')",
    ],
)
def test_sql_that_should_not_be_is_seen(source: str) -> None:
    assert sql_faults("services/rooms/rows.py", source)
    assert sql_faults("services/rooms/rows.py", f"def store(self):\n    '''Text.'''\n    with db:\n        {source.replace(chr(10), ';')}")


def test_sql_that_is_written_out_is_no_fault() -> None:
    innocent = (
        '"""Never insert or replace."""\ndb.execute("select 1 from users where name = ?", (name,))\nraise Refusal(f"update {name} first")'
    )
    assert sql_faults("services/rooms/rows.py", innocent) == []


def test_no_text_becomes_code_in_the_page() -> None:
    pages = files(".js", ".html", ".css", ".svg", ".webmanifest", below=("public",))
    assert {path: found for path in pages if (found := page_faults(path, read(path)))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "row.innerHTML = text",
        "eval (text)",
        "new Function(text)",
        "a{background:url(//cdn)}",
        '<p onclick="go()">',
        "<script>go()</script>",
        '<p style="x">',
    ],
)
def test_a_way_for_text_to_become_code_is_seen(text: str) -> None:
    assert page_faults("public/index.html", text)
    assert page_faults("public/index.html", f"// innerHTML is never used here: https://x\n{text}")


def test_no_key_is_kept_in_the_tree() -> None:
    held = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")
    assert held.search("-----BEGIN PRIVATE KEY-----\n" + "M" * 64)
    everything = [path for path in ROOT.rglob("*") if path.is_file() and not NOT_OURS & {*path.relative_to(ROOT).parts}]
    assert len(everything) > 300
    assert [path for path in everything if path.suffix == ".key" or held.search(path.read_text(encoding="utf-8", errors="replace"))] == []
