"""Frames: one JSON object each, decoded and checked in one pass by a table made from the words; events encoded once for all.

An event's frame says nothing of who receives it (so it has no `sid`). What is said of a bad frame never repeats what was
in it: a token in the wrong field would end in an error, and from there in a log.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import count
from secrets import token_hex
from typing import Annotated, Any, Literal, Union, cast

import msgspec
from msgspec import Meta, Raw, Struct, defstruct

from bus import protocol
from bus.errors import Code
from bus.message import Event, Message, Reply, Request
from bus.protocol.terms import Millis
from bus.secret import decode_secret, encode_secret

Id = Annotated[str, Meta(min_length=1, max_length=128)]
Trace = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
BAD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError)
PATH = re.compile(r"(.*) - at `(\$[A-Za-z0-9_.\[\]]*)`\Z", re.DOTALL)
OWN_WORDS = ("Expected ", "Object missing required field ", "JSON is malformed", "Input data was truncated", "Number out of range")


class Asked(Struct, frozen=True, kw_only=True):
    """What a client sends. `t`, the tag, says what `body` is."""

    v: Literal[1]
    id: Id
    ts: Millis
    trace: Trace | None = None
    body: Any


class Frame(Struct, frozen=True):
    """What a client is sent: the text, and its size in bytes of UTF-8. Several events in one array have `parts`, each a frame by itself."""

    text: str
    size: int
    parts: tuple[Frame, ...] = ()

    @property
    def count(self) -> int:
        return len(self.parts) or 1


class Fault(Exception):
    """A frame that is no word; `id` and `trace` as far as they could be read."""

    def __init__(self, code: Code, message: str, path: str, peeked: Peek) -> None:
        super().__init__(message)
        self.code: Code = code
        self.details = {"path": path}
        self.id = peeked.id
        self.trace = peeked.trace


class Peek(Struct, frozen=True):
    """As much as can be read of a bad frame, so that its error can say what it answers."""

    v: Raw = Raw()
    id: str | None = None
    trace: str | None = None


class _LoosePeek(Struct, frozen=True):
    v: Raw = Raw()
    id: Any = None
    trace: Any = None


class _Reply(Struct, frozen=True):
    v: int
    t: str
    id: str
    ts: int
    ok: bool
    reply_to: str | None
    server_ts: int
    sid: str
    trace: str | None
    body: Any


class _Told(Struct, frozen=True):
    v: int
    t: str
    id: str
    ts: int
    ok: bool
    server_ts: int
    trace: str | None
    body: Any


def _asked(t: str, kind: type[Request[Any]]) -> type[Asked]:
    options: dict[str, Any] = {"tag_field": "t", "tag": t, "frozen": True, "kw_only": True}
    return cast("type[Asked]", defstruct(f"{kind.__name__}Asked", [("body", kind)], bases=(Asked,), **options))


def _decoder() -> msgspec.json.Decoder[Asked]:
    kinds = tuple(_asked(t, kind) for t, kind in protocol.requests().items())
    return msgspec.json.Decoder(Union[kinds], dec_hook=decode_secret)  # noqa: UP007 - a union of a tuple made here


_decode: Callable[[str], Asked] = _decoder().decode
_peek = msgspec.json.Decoder(_LoosePeek)
_encode = msgspec.json.Encoder(enc_hook=encode_secret).encode
_round: dict[int, tuple[Reply, Raw]] = {}
IN_THE_ROUND = 8
"""Replies that many get, kept encoded: the pages of those who come back at once."""
_ids = map(f"f_{token_hex(3)}_{{:x}}".format, count(1))


def decode(text: str) -> Asked:
    """The word in a frame. Raises Fault, and nothing else, whatever the text is."""
    try:
        return _decode(text)
    except BAD as error:
        raise _fault(text, error) from None


def peek(text: str) -> Peek:
    try:
        found = _peek.decode(text)
    except BAD:
        return Peek()
    return Peek(found.v, _valid(found.id, Id), _valid(found.trace, Trace))


def reply(body: Message, *, to: str, sid: str, trace: str, now: int) -> Frame:
    encoded = _shared(body) if isinstance(body, Reply) and body.shared else body
    return _frame(_Reply(protocol.VERSION, body.t, next(_ids), now, True, to, now, sid, trace, encoded))


def event(body: Event, *, trace: str, now: int) -> Frame:
    return _frame(_Told(protocol.VERSION, body.t, next(_ids), now, True, now, trace or None, body))


def error(code: Code, message: str, details: dict[str, Any], *, to: str | None, sid: str, trace: str | None, now: int) -> Frame:
    body = {"code": code, "message": message, **({"details": details} if details else {})}
    return _frame(_Reply(protocol.VERSION, "error", next(_ids), now, False, to, now, sid, trace, body))


def explain(error: Exception) -> tuple[str, str]:
    """What was wrong, and where, without a word of what stood there: (message, path)."""
    found = PATH.match(str(error))
    message, path = (found[1], found[2]) if found else (str(error), "$")
    # Errors that our own words raise are ours to show; a subclass (such as one of Unicode) quotes what it choked on.
    ours = type(error.__cause__) is ValueError
    if ours or message.startswith(OWN_WORDS):
        return message, path
    if message.startswith("Object contains unknown field"):
        return "there is a field that this type does not have", path
    return ("this type is not known" if path == "$.t" else "this value is not allowed here"), path


def _fault(text: str, error: Exception) -> Fault:
    peeked = peek(text)
    version = bytes(peeked.v)
    if version not in (b"", b"1"):
        return Fault("UNSUPPORTED_VERSION", "this server speaks version 1", "$.v", peeked)
    message, path = explain(error)
    return Fault("BAD_REQUEST", message, path, peeked)


def _valid(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except BAD:
        return None


def _shared(body: Reply) -> Raw:
    """Encoded once while it goes round. Who is found by its id is held, so that nobody else has it."""
    found = _round.get(id(body))
    if found is None:
        found = _round[id(body)] = body, Raw(_encode(body))
        if len(_round) > IN_THE_ROUND:
            del _round[next(iter(_round))]
    return found[1]


def _frame(sent: Struct) -> Frame:
    encoded = _encode(sent)
    return Frame(encoded.decode(), len(encoded))


def together(frames: Iterable[Frame]) -> Frame:
    """All of these as one array, those that are arrays already with what is in them."""
    parts = tuple(part for frame in frames for part in frame.parts or (frame,))
    text = f"[{','.join(part.text for part in parts)}]"
    return Frame(text, sum(part.size for part in parts), parts)
