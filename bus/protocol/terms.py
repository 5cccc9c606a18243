"""Ids, texts and limits that many words share. Sizes of texts are bytes of UTF-8; times are epoch milliseconds."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

MAX_INT: Final = 2**53 - 1
MAX_MESSAGE_BYTES: Final = 8000
MAX_SIGNALING_BYTES: Final = 64_000
MAX_FRAME_BYTES: Final = 96_000
MAX_ROOMS: Final = 500
MAX_GROUP_MEMBERS: Final = 100
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
YEAR_MS: Final = 365 * DAY_MS
HUBOT: Final = "u_hubot"
"""The user_id of the built-in bot, which lives in the server and has no token."""

RoomId = Annotated[str, Meta(pattern=r"^[rg]_[a-z0-9]{1,40}\Z")]
UserId = Annotated[str, Meta(pattern=r"^u_[a-z0-9_]{1,40}\Z")]
MsgId = Annotated[str, Meta(pattern=r"^m_[a-z0-9]{1,40}\Z")]
InviteId = Annotated[str, Meta(pattern=r"^inv_[a-z0-9]{1,40}\Z")]
SessionId = Annotated[str, Meta(pattern=r"^s_[a-z0-9]{1,40}\Z")]
ClientMsgId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,128}\Z", description="Made by the client, unique per user.")]
Millis = Annotated[int, Meta(ge=0, le=MAX_INT, description="Epoch milliseconds.")]
Ttl = Annotated[int, Meta(ge=1000, le=YEAR_MS, description="Milliseconds.")]
Uses = Annotated[int, Meta(ge=1, le=1000)]
Seq = Annotated[int, Meta(ge=0, le=MAX_INT)]
Limit = Annotated[int, Meta(ge=-MAX_INT, le=MAX_INT, description="Clamped to what the word allows.")]
Text = Annotated[str, Meta(min_length=1, description="1 to 8000 bytes of UTF-8, plain text; never HTML.")]
Handle = Annotated[str, Meta(pattern=r"^[a-z0-9_]{2,20}\Z", description="Lower case letters, digits and underscores.")]
Name = Annotated[str, Meta(min_length=1, max_length=40)]
RoomName = Annotated[str, Meta(min_length=1, max_length=60)]
Line = Annotated[str, Meta(max_length=250, description="One line of plain text.")]
Emoji = Annotated[str, Meta(min_length=1, max_length=32)]
Role = Literal["owner", "mod", "member"]
ServerRole = Literal["admin"]


class User(Struct, frozen=True):
    """Somebody, as everybody may see them."""

    user_id: UserId
    handle: Handle
    display_name: str
    roles: list[ServerRole] = []
    bot: bool = False


def check_text(text: str) -> None:
    """Raise ValueError unless a message's text is 1 to 8000 bytes, without NUL, and more than blanks."""
    size = len(text.encode())
    if size > MAX_MESSAGE_BYTES:
        raise ValueError(f"text has {size} bytes; {MAX_MESSAGE_BYTES} are allowed")
    if "\0" in text:
        raise ValueError("text holds a NUL character")
    if not text.strip():
        raise ValueError("text is blank")


def check_label(label: str) -> None:
    """Raise ValueError for a name that could deceive: control, direction, surrogate or separator characters.

    The zero-width joiner stays allowed, since emoji are made with it. Categories are Unicode's.
    """
    for character in label:
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"} and character != "\u200d":
            raise ValueError(f"a name may not hold the character U+{ord(character):04X}")
    if label and not label.strip():
        raise ValueError("a name may not be blank")


def clamp(limit: int | None, default: int, most: int) -> int:
    """A page size from what a client asked for: 1 to `most`, whatever it said."""
    return default if limit is None else max(1, min(most, limit))
