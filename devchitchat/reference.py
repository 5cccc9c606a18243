"""Writes the protocol down from the words themselves: a page for people, and a module for the browser.

Nothing here knows a word by name. A test fails when what is committed is not what this makes.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import Struct

from bus import protocol
from bus.errors import Code
from bus.message import Message, Request
from bus.protocol import terms
from bus.secret import LONGEST, Secret

ROOT = Path(__file__).parent.parent
Schema = dict[str, Any]
CLOSE_CODES = {
    "bye": 1000,
    "binary": 1003,
    "policy": 1008,
    "tooLarge": 1009,
    "restart": 1012,
    "sessionEnded": 4001,
    "banned": 4003,
    "silent": 4006,
    "slow": 4008,
    "tooMany": 4009,
}


def write(*, check: bool) -> int:
    """Write both files, or with `check` only say which is stale. Returns the exit code."""
    pages = {ROOT / "docs" / "protocol.md": page(), ROOT / "public" / "js" / "protocol.js": module()}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        name = path.relative_to(ROOT).as_posix()
        if check:
            print(f"{name} is stale; say: devchitchat reference", file=sys.stderr)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8", newline="\n")
        print(f"wrote {name}")
    return int(check and bool(stale))


def schemas() -> tuple[dict[str, Schema], dict[str, Schema]]:
    """For every word its fields as JSON Schema, and the same of every Struct that they are made of."""
    kinds: list[type[Message]] = [*protocol.requests().values(), *protocol.replies().values(), *protocol.events().values()]
    listed, parts = msgspec.json.schema_components(kinds, schema_hook=_secret)
    names = [schema["$ref"].rsplit("/")[-1] for schema in listed]
    words = {kind.t: parts.pop(name) for kind, name in zip(kinds, names, strict=True)}
    return words, dict(sorted(parts.items()))


def page() -> str:
    words, parts = schemas()
    sections = [
        "# Protocol",
        f"Version {protocol.VERSION}. Written by `devchitchat reference` from the words in `bus/protocol`; edit those, not this page.",
        ENVELOPE,
        "## Requests",
        *(_entry(kind, words[t], _answer(kind)) for t, kind in protocol.requests().items()),
        "## Replies",
        *(_entry(kind, words[t]) for t, kind in protocol.replies().items()),
        "## Events",
        *(_entry(kind, words[t]) for t, kind in protocol.events().items()),
        "## Parts",
        *(_part(name, schema) for name, schema in parts.items()),
    ]
    return "\n\n".join(sections) + "\n"


ENVELOPE = f"""One UTF-8 JSON object a text frame: `v` (1), `t`, `id` (1..128 characters), `ts` (epoch milliseconds), `trace?`, `body`.
From the server also `ok`, `reply_to`, `server_ts`, and `sid` on replies. Every request gets one frame with its `reply_to`: the reply named
below, or `error` `{{code, message, details?}}`. Where that reply is an event, everybody in its audience hears the event too.

Errors: {", ".join(f"`{code}`" for code in get_args(Code))}.

Close codes: {", ".join(f"{code} {name}" for name, code in CLOSE_CODES.items())}."""


def module() -> str:
    words, parts = schemas()
    tables: list[tuple[str, Mapping[str, type[Message]]]] = [
        ("Request", protocol.requests()),
        ("Reply", protocol.replies()),
        ("Event", protocol.events()),
    ]
    replies = "".join(f"  '{t}': '{protocol.reply_of(kind).t}',\n" for t, kind in protocol.requests().items())
    limits = {"maxMessageBytes": terms.MAX_MESSAGE_BYTES, "maxFrameBytes": terms.MAX_FRAME_BYTES, "maxRooms": terms.MAX_ROOMS}
    chunks = [
        "// Written by `devchitchat reference` from bus/protocol; do not edit.",
        f"export const VERSION = {protocol.VERSION}\n",
        *(_frozen(name, {kind.__name__: kind.t for kind in kinds.values()}) for name, kinds in tables),
        "/** The reply of each request. @type {Readonly<Record<string, string>>} */",
        f"export const replyOf = Object.freeze({{\n{replies}}})\n",
        _frozen("Close", CLOSE_CODES),
        _frozen("limits", limits),
        *(_typedef(name, schema) for name, schema in parts.items()),
        *(_typedef(kind.__name__, words[t]) for _, kinds in tables for t, kind in kinds.items()),
    ]
    return "\n".join(chunks) + "\n"


def _secret(kind: type) -> Schema:
    if kind is Secret:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "description": "Secret."}
    raise NotImplementedError(kind)


def _answer(kind: type[Request[Any]]) -> str:
    return f" Answers `{protocol.reply_of(kind).t}`. Access: {kind.access}; rate: {kind.rate}."


def _entry(kind: type[Message], schema: Schema, more: str = "") -> str:
    return f"### `{kind.t}`\n\n{_said(kind)}{more}\n\n{_table(schema)}"


def _part(name: str, schema: Schema) -> str:
    return f"### {name}\n\n{schema.get('description', '').strip()}\n\n{_table(schema)}".replace("\n\n\n\n", "\n\n")


def _said(kind: type[Struct]) -> str:
    said = kind.__dict__.get("__doc__")
    return inspect.cleandoc(said) if said else ""


def _table(schema: Schema) -> str:
    rows = [f"| `{name}` | {_kind(rule)} | {note} |" for name, rule, note in _fields(schema)]
    return "\n".join(["| field | type | note |", "| --- | --- | --- |", *rows]) if rows else "No fields."


def _fields(schema: Schema) -> Iterator[tuple[str, Schema, str]]:
    """Name, rule and note of each field; an optional one's name ends with a question mark."""
    for name, rule in schema.get("properties", {}).items():
        notes = [f"{key} {bound}" for part in _alternatives(rule) for key, bound in part.items() if key in BOUNDS]
        notes += [str(part["description"]) for part in _alternatives(rule) if "description" in part]
        needed = name in schema.get("required", [])
        if not needed and rule.get("default") not in (None, "", [], {}):
            notes.append(f"default {rule['default']}")
        yield name + ("" if needed else "?"), rule, "; ".join(notes).replace("|", "\\|")


BOUNDS = {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern"}
JS = {"integer": "number", "object": "Object"}


def _alternatives(rule: Schema) -> list[Schema]:
    return rule.get("anyOf", [rule])


def _kind(rule: Schema, either: str = " or ") -> str:
    """A field's type in words, or joined by `|` as JSDoc writes it."""
    if "anyOf" in rule:
        return either.join(_kind(part, either) for part in rule["anyOf"])
    if "$ref" in rule:
        return str(rule["$ref"]).rsplit("/")[-1]
    if "enum" in rule:
        return either.join(f"'{value}'" if isinstance(value, str) else str(value) for value in rule["enum"])
    if rule.get("type") == "array":
        return f"Array<{_kind(_items(rule), either)}>"
    if rule.get("type") == "object":
        return f"Record<string, {_kind(rule.get('additionalProperties') or {}, either)}>"
    kind = str(rule.get("type", "any"))
    return JS.get(kind, kind)


def _items(rule: Schema) -> Schema:
    """What an array holds; a tuple's fields are all of one kind here."""
    items: Schema = rule.get("items") or rule["prefixItems"][0]
    return items


def _frozen(name: str, values: Mapping[str, str | int]) -> str:
    lines = "".join(f"  {key}: {value!r},\n" for key, value in values.items())
    return f"export const {name} = Object.freeze({{\n{lines}}})\n"


def _typedef(name: str, schema: Schema) -> str:
    lines = [f" * @property {{{_kind(rule, '|')}}} {_optional(field)}" for field, rule, _ in _fields(schema)]
    return "\n".join(["/**", f" * @typedef {{Object}} {name}", *lines, " */"]) + "\n"


def _optional(field: str) -> str:
    return f"[{field[:-1]}]" if field.endswith("?") else field
