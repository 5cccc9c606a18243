"""What is said in a room, and how far each member has received and read it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bus.message import Event, Reply, Request, Scope
from bus.protocol.terms import ClientMsgId, Emoji, Limit, Millis, MsgId, RoomId, Seq, Text, UserId, check_label, check_text


class Attachment(Struct, frozen=True, omit_defaults=True):
    """What a client says of a file that belongs to a message; the file itself does not pass here."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    file_id: Annotated[str, Meta(max_length=128)] = ""
    mime: Annotated[str, Meta(max_length=100)] = ""
    size: Seq = 0

    def __post_init__(self) -> None:
        check_label(self.name)


class Msg(Struct, frozen=True, omit_defaults=True):
    """One message. `rev` is the event_id of its last change; a deleted one keeps its seq and loses its text."""

    msg_id: MsgId
    seq: int
    rev: int
    user_id: UserId
    user_handle: str
    ts: Millis
    text: str
    bot: bool = False
    client_msg_id: str | None = None
    reply_to_msg_id: MsgId | None = None
    mentions: list[UserId] = []
    attachments: list[Attachment] = []
    reactions: dict[str, list[UserId]] = {}
    edited_at: Millis | None = None
    deleted_at: Millis | None = None


class MsgAck(Reply, frozen=True):
    """The message is on disk, under this id and place."""

    t = "msg.ack"
    room_id: RoomId
    client_msg_id: str | None
    msg_id: MsgId
    seq: int
    ts: Millis


class MsgSend(Request[MsgAck], frozen=True):
    """Post a message in a room that you are in. With the same client_msg_id it is posted once, however often sent."""

    t = "msg.send"
    rate = "chat"
    room_id: RoomId
    text: Text
    client_msg_id: ClientMsgId | None = None
    reply_to_msg_id: MsgId | None = None
    mentions: Annotated[list[UserId], Meta(max_length=50)] = []
    attachments: Annotated[list[Attachment], Meta(max_length=10)] = []

    def __post_init__(self) -> None:
        check_text(self.text)


class MsgEvent(Event, frozen=True):
    """A message was posted in a room that you are in."""

    t = "msg.event"
    hidden = ("text", "name", "attachments")
    room_id: RoomId
    msg: Msg

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class MsgUpdated(MsgEvent, frozen=True):
    """A message was edited or deleted; this is what it is now."""

    t = "msg.updated"


class MsgListResult(Reply, frozen=True):
    """Messages by seq (by rev for `after_rev`).

    Go on with `after_seq: next_after_seq` or `after_rev: next_after_rev`; `more` says whether there is more that way.
    """

    t = "msg.list_result"
    shared = True
    room_id: RoomId
    messages: list[Msg]
    next_after_seq: int
    next_after_rev: int
    more: bool


class MsgList(Request[MsgListResult], frozen=True):
    """Read a room: its newest page, or from a place on, one place only. `limit` is clamped to 1..200.

    `around_msg_id`: for a message of this room that is known by its id alone.
    """

    t = "msg.list"
    room_id: RoomId
    after_seq: Seq | None = None
    before_seq: Seq | None = None
    around_seq: Seq | None = None
    after_rev: Seq | None = None
    around_msg_id: MsgId | None = None
    limit: Limit | None = None

    def __post_init__(self) -> None:
        places = (self.after_seq, self.before_seq, self.around_seq, self.after_rev, self.around_msg_id)
        if sum(place is not None for place in places) > 1:
            raise ValueError("give one of after_seq, before_seq, around_seq, after_rev, around_msg_id")


class MsgEdit(Request[MsgUpdated], frozen=True):
    """Change the text of a message of your own."""

    t = "msg.edit"
    rate = "chat"
    msg_id: MsgId
    text: Text

    def __post_init__(self) -> None:
        check_text(self.text)


class MsgDelete(Request[MsgUpdated], frozen=True):
    """Take back a message of your own, or one in a room that you moderate."""

    t = "msg.delete"
    rate = "chat"
    msg_id: MsgId


class MsgReactionEvent(Event, frozen=True):
    """Somebody put a reaction on a message, or took it off."""

    t = "msg.reaction_event"
    room_id: RoomId
    msg_id: MsgId
    seq: int
    rev: int
    user_id: UserId
    emoji: str
    on: bool

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class MsgReact(Request[MsgReactionEvent], frozen=True):
    """React to a message, or take it back."""

    t = "msg.react"
    rate = "chat"
    msg_id: MsgId
    emoji: Emoji
    on: bool

    def __post_init__(self) -> None:
        if any(ord(character) < 33 for character in self.emoji):
            raise ValueError("a reaction has no blanks or control characters")


class MsgReadEvent(Event, frozen=True):
    """Somebody has read a room up to here."""

    t = "msg.read_event"
    room_id: RoomId
    user_id: UserId
    up_to_seq: int

    def audience(self) -> str:
        return f"room:{self.room_id}"

    def scope(self) -> Scope:
        return "room", self.room_id


class MsgRead(Request[MsgReadEvent], frozen=True):
    """You have read a room up to here. The mark never goes back."""

    t = "msg.read"
    room_id: RoomId
    up_to_seq: Seq


class MsgDeliveredAck(Reply, frozen=True):
    """The mark as it stands now."""

    t = "msg.delivered_ack"
    room_id: RoomId
    up_to_seq: int


class MsgDelivered(Request[MsgDeliveredAck], frozen=True):
    """You hold all messages of a room up to here. The mark never goes back; nobody else sees it."""

    t = "msg.delivered"
    room_id: RoomId
    up_to_seq: Seq


class MsgTypingEvent(Event, frozen=True):
    """Somebody is typing; never stored."""

    t = "msg.typing_event"
    room_id: RoomId
    user_id: UserId

    def audience(self) -> str:
        return f"room:{self.room_id}"


class MsgTyping(Request[MsgTypingEvent], frozen=True):
    """You are typing. Say it again every few seconds while it lasts."""

    t = "msg.typing"
    room_id: RoomId
