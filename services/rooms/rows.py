"""The rooms, their members and their bans, as the facts about them left them."""

from __future__ import annotations

import apsw

from bus.protocol.messages import MsgEvent
from bus.protocol.order import BannedUser, OpenRoomInvite
from bus.protocol.rooms import ListedRoom, RoomCreated, RoomDeleted, RoomMemberEvent, RoomUpdated
from bus.protocol.terms import Role
from services.store import Entry, Projection

projection = Projection(
    """
    create table rooms (
      room_no integer primary key,
      room_id text not null unique,
      kind text not null,
      visibility text not null,
      name text not null,
      topic text not null,
      retention_days integer not null,
      last_seq integer not null,
      created_by text not null,
      created_at integer not null,
      deleted integer not null
    ) strict;
    create table members (
      room_no integer not null references rooms,
      user_id text not null,
      role text not null,
      joined_at integer not null,
      joined_no integer not null,
      primary key (room_no, user_id)
    ) strict, without rowid;
    create index members_by_user on members (user_id);
    create table bans (
      room_no integer not null references rooms,
      user_id text not null,
      reason text,
      banned_at integer not null,
      primary key (room_no, user_id)
    ) strict, without rowid;
    """,
    "rooms",
    "members",
    "bans",
)


@projection.on(RoomCreated)
def create(db: apsw.Connection, fact: RoomCreated, entry: Entry) -> None:
    room = fact.room
    db.execute(
        """
        insert into rooms (room_id, kind, visibility, name, topic, retention_days, last_seq, created_by, created_at, deleted)
        values (?, ?, ?, ?, ?, ?, 0, ?, ?, 0)
        """,
        (room.room_id, room.kind, room.visibility, room.name, room.topic, room.retention_days, room.created_by, room.created_at),
    )


@projection.on(RoomUpdated)
def update(db: apsw.Connection, fact: RoomUpdated, entry: Entry) -> None:
    db.execute(
        "update rooms set name = ?, topic = ?, retention_days = ? where room_id = ?",
        (fact.name, fact.topic, fact.retention_days, fact.room_id),
    )


@projection.on(RoomDeleted)
def delete(db: apsw.Connection, fact: RoomDeleted, entry: Entry) -> None:
    """The row stays, so that its number is never given again; what it said goes."""
    db.execute("delete from members where room_no = (select room_no from rooms where room_id = ?)", (fact.room_id,))
    db.execute("delete from bans where room_no = (select room_no from rooms where room_id = ?)", (fact.room_id,))
    db.execute("update rooms set deleted = 1, name = '', topic = '' where room_id = ?", (fact.room_id,))


@projection.on(MsgEvent)
def count(db: apsw.Connection, fact: MsgEvent, entry: Entry) -> None:
    db.execute("update rooms set last_seq = ? where room_id = ?", (fact.msg.seq, fact.room_id))


@projection.on(RoomMemberEvent)
def move(db: apsw.Connection, fact: RoomMemberEvent, entry: Entry) -> None:
    room_no: int = db.execute("select room_no from rooms where room_id = ?", (fact.room_id,)).get
    match fact.kind:
        case "join":
            _join(db, room_no, fact, entry)
        case "role":
            db.execute("update members set role = ? where room_no = ? and user_id = ?", (fact.role, room_no, fact.target_user_id))
        case "leave" | "kick":
            _part(db, room_no, fact.target_user_id)
        case "ban":
            _part(db, room_no, fact.target_user_id)
            _ban(db, room_no, fact, entry)
        case "unban":
            db.execute("delete from bans where room_no = ? and user_id = ?", (room_no, fact.target_user_id))


def _join(db: apsw.Connection, room_no: int, fact: RoomMemberEvent, entry: Entry) -> None:
    db.execute(
        "insert into members (room_no, user_id, role, joined_at, joined_no) values (?, ?, ?, ?, ?)",
        (room_no, fact.target_user_id, fact.role or "member", entry.ts, entry.event_id),
    )


def _part(db: apsw.Connection, room_no: int, user_id: str) -> None:
    db.execute("delete from members where room_no = ? and user_id = ?", (room_no, user_id))


def _ban(db: apsw.Connection, room_no: int, fact: RoomMemberEvent, entry: Entry) -> None:
    db.execute(
        """
        insert into bans (room_no, user_id, reason, banned_at) values (?, ?, ?, ?)
        on conflict (room_no, user_id) do update set reason = excluded.reason, banned_at = excluded.banned_at
        """,
        (room_no, fact.target_user_id, fact.reason, entry.ts),
    )


def role_of(db: apsw.Connection, room_no: int, user_id: str) -> Role | None:
    return db.execute("select role from members where room_no = ? and user_id = ?", (room_no, user_id)).get


def is_banned(db: apsw.Connection, room_no: int, user_id: str) -> bool:
    return db.execute("select 1 from bans where room_no = ? and user_id = ?", (room_no, user_id)).get is not None


def member_count(db: apsw.Connection, room_no: int) -> int:
    return db.execute("select count(*) from members where room_no = ?", (room_no,)).get


def room_count(db: apsw.Connection) -> int:
    return db.execute("select count(*) from rooms where deleted = 0").get


def owner_count(db: apsw.Connection, room_no: int) -> int:
    return db.execute("select count(*) from members where room_no = ? and role = 'owner'", (room_no,)).get


def heir(db: apsw.Connection, room_no: int) -> str | None:
    """Who owns a room next: the longest standing moderator, or else member; never a bot."""
    return db.execute(
        """
        select user_id from members join users using (user_id)
        where room_no = ? and is_bot = 0 order by role = 'mod' desc, joined_no limit 1
        """,
        (room_no,),
    ).get


def listed(db: apsw.Connection, user_id: str) -> list[ListedRoom]:
    """Public rooms, discoverable groups and the user's own, in order of creation."""
    rows = db.execute(
        """
        select rooms.room_id, kind, name, topic, visibility, retention_days,
          (select count(*) from members as all_of_it where all_of_it.room_no = rooms.room_no),
          members.role, calls.call_id,
          (select group_concat(user_id, ' ' order by place_no) from call_places where call_places.call_id = calls.call_id),
          last_seq, coalesce(read_seq, 0), coalesce(delivered_seq, 0),
          (select count(*) from mentions where mentions.room_no = rooms.room_no and mentions.user_id = :me and seq > coalesce(read_seq, 0))
        from rooms
        left join members on members.room_no = rooms.room_no and members.user_id = :me
        left join deliveries on deliveries.room_no = rooms.room_no and deliveries.user_id = :me
        left join calls on calls.room_id = rooms.room_id
        where deleted = 0 and (members.role is not null or kind = 'public' or visibility = 'discoverable')
        order by rooms.room_no
        """,
        {"me": user_id},
    )
    return [_listed(*row) for row in rows]  # type: ignore[arg-type]


def _listed(
    room_id: str,
    kind: str,
    name: str,
    topic: str,
    visibility: str,
    days: int,
    members: int,
    role: str | None,
    call_id: str | None,
    in_call: str | None,
    *marks: int,
) -> ListedRoom:
    last, read, delivered, unread_mentions = marks if role else (0, 0, 0, 0)
    return ListedRoom(
        room_id=room_id,
        kind=kind,  # type: ignore[arg-type]
        name=name,
        topic=topic,
        visibility=visibility,  # type: ignore[arg-type]
        retention_days=days,
        member_count=members,
        joined=role is not None,
        role=role,  # type: ignore[arg-type]
        last_seq=last,
        read_seq=read,
        delivered_seq=delivered,
        unread_mentions=unread_mentions,
        call_id=call_id if role else None,
        call_user_ids=list(dict.fromkeys((in_call or "").split())) if role else [],
    )


def open_invites(db: apsw.Connection, room_id: str, now: int) -> list[OpenRoomInvite]:
    """Invites into a room that may be used at this moment, in order of their making."""
    rows = db.execute(
        """
        select invite_id, created_at, created_by, expires_at, uses, max_uses from invites
        where room_id = ? and closed = 0 and uses < max_uses and expires_at > ? order by created_at, invite_id
        """,
        (room_id, now),
    )
    return [OpenRoomInvite(*row) for row in rows]  # type: ignore[arg-type]


def banned(db: apsw.Connection, room_no: int) -> list[BannedUser]:
    rows = db.execute(
        """
        select user_id, handle, display_name, bans.banned_at, reason from bans join users using (user_id)
        where room_no = ? order by bans.banned_at, user_id
        """,
        (room_no,),
    )
    return [BannedUser(*row) for row in rows]  # type: ignore[arg-type]
