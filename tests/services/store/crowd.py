"""A crowd that does everything one can do to a house, at random, and a plain memory of what its facts said.

The memory shares no code with the tables: people in rooms, texts in rooms, from the facts alone.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from bus.errors import Refused
from bus.message import Context, Fact, Message
from bus.protocol import admin, auth, errands, inside, messages, order, rooms
from bus.protocol.terms import DAY_MS, Role, ServerRole
from bus.secret import Secret
from services.auth import admin as admin_deeds
from services.auth import deeds as auth_deeds
from services.delivery import deeds as delivery_deeds
from services.messages import deeds as message_deeds
from services.rooms import bots as bot_deeds
from services.rooms import deeds as room_deeds
from services.rooms import direct as direct_deeds
from services.rooms import invites as invite_deeds
from services.rooms import order as order_deeds
from tests.services.house import House

WORDS = "ale bee cup dog elm fig gnu hat ink jam".split()
KINDS: list[Literal["public", "group"]] = ["public", "public", "group"]
SERVER_ROLES: list[list[ServerRole] | None] = [None, [], ["admin"]]
ROLES: list[Role] = ["owner", "mod", "member"]


class Crowd:
    def __init__(self, seed: int) -> None:
        self.house = House(seed)
        self.done: Counter[type[Message]] = Counter()
        self.refused: Counter[str] = Counter()
        self.members: dict[str, set[str]] = {}
        self.said: dict[str, tuple[str, str]] = {}
        self._chance = random.Random(seed)
        self._told = 0
        self._sessions: list[Context] = [self.house.user("root", admin=True), self.house.user("anna"), self.house.user("ben")]
        self._rooms = ["r_unknown"]
        self._messages = ["m_unknown"]
        self._tokens = {"invite": [Secret("none")], "room": [Secret("none")], "link": [Secret("none")], "session": [Secret("none")]}
        self._invites = ["inv_unknown"]
        self._banned: set[str] = set()
        self._bans = [("r_unknown", "u_nobody")]
        self._mutes = [("r_unknown", "u_nobody")]
        self._room_invites = [("r_unknown", "inv_unknown")]
        self._verbs: list[Callable[[], None]] = [
            *[self._talk] * 20,
            *[self._move] * 8,
            *[self._keep_order] * 2,
            *[self._sign] * 3,
            self._rule,
            self._mind_bots,
        ]

    def step(self) -> None:
        self.house.now += self._chance.choice((0, 1, 10, 100, 1000, 2000, 5000, DAY_MS // 400))
        try:
            self._chance.choice(self._verbs)()
        except Refused as refusal:
            self.refused[refusal.code] += 1
        for fact in self.house.told[self._told :]:
            self._remember(fact)
        self._told = len(self.house.told)

    def visible_to(self, user_id: str) -> list[str]:
        """Rooms that somebody is in."""
        return [room for room, inside in self.members.items() if user_id in inside]

    def people(self) -> list[str]:
        return sorted({fact.user_id for fact in self.house.heard(inside.UserJoined)})

    def _do(self, deed: Callable[..., Any], request: Message, who: Context | None = None) -> Any:
        outcome = self.house.do(deed, request, who or self._some(self._sessions))
        self.done[type(request)] += 1
        return outcome

    def _in(self, room: str) -> Context:
        """Mostly somebody who is in that room, now and then anybody."""
        inside = [who for who in self._sessions if who.user_id in self.members.get(room, ()) and who.user not in self._banned]
        return self._chance.choice(inside) if inside and self._chance.random() < 0.85 else self._some(self._sessions)

    def _some(self, things: list[Any]) -> Any:
        """One of them, the latest more often."""
        return self._chance.choice(things[-12:] if self._chance.random() < 0.7 else things)

    def _some_user(self) -> str:
        return self._some(self._sessions).user

    def _text(self) -> str:
        return " ".join(self._chance.choices(WORDS, k=self._chance.randint(1, 6)))

    def _talk(self) -> None:
        room, message, seq = self._some(self._rooms), self._some(self._messages), self._chance.randint(0, 60)
        who, reader = self._in(room), self._in(self.said.get(message, ("", ""))[0])
        match self._chance.randrange(16):
            case 0:
                self._do(message_deeds.edit, messages.MsgEdit(message, self._text()), reader)
            case 1:
                self._do(message_deeds.delete, messages.MsgDelete(message), reader)
            case 2 | 3:
                self._do(message_deeds.react, messages.MsgReact(message, self._chance.choice("👍🎉"), self._chance.random() < 0.6), reader)
            case 4:
                self._do(delivery_deeds.read, messages.MsgRead(room, seq), who)
            case 5:
                self._do(delivery_deeds.delivered, messages.MsgDelivered(room, seq), who)
            case 6:
                self._do(delivery_deeds.caught_up, inside.CaughtUp(who.user, room, seq), who)
            case 7:
                self._do(message_deeds.sweep, inside.RetentionSweep(), Context())
            case _:
                reply_to = message if self._chance.random() < 0.2 else None
                mentions = [self._some_user()] if self._chance.random() < 0.2 else []
                files = [messages.Attachment("a.png")] if self._chance.random() < 0.1 else []
                once = self._chance.choice((None, f"c{self._chance.randrange(500)}"))
                self._do(message_deeds.send, messages.MsgSend(room, self._text(), once, reply_to, mentions, files), who)

    def _move(self) -> None:
        room = self._some(self._rooms)
        who = self._in(room)
        match self._chance.randrange(12):
            case 0 if len(self.members) < 12:
                self._do(room_deeds.create, rooms.RoomCreate(self._chance.choice(KINDS), "room", visibility="discoverable"))
            case 1:
                days = self._chance.choice((None, 0, 1, 30))
                self._do(room_deeds.update, rooms.RoomUpdate(room, topic=self._text(), retention_days=days), who)
            case 2 if self._chance.random() < 0.3:
                self._do(room_deeds.delete, rooms.RoomDelete(room), who)
            case 3:
                self._do(room_deeds.leave, rooms.RoomLeave(room), who)
            case 4:
                invite = self._do(invite_deeds.create, order.RoomInviteCreate(room, max_uses=2), who)
                self._tokens["room"].append(invite.invite_token)
                self._room_invites.append((room, invite.invite_id))
            case 5 | 6:
                self._do(invite_deeds.redeem, order.RoomInviteRedeem(self._some(self._tokens["room"])))
            case 7 if self._chance.random() < 0.5:
                self._do(invite_deeds.revoke, order.RoomInviteRevoke(*(invite := self._some(self._room_invites))), self._in(invite[0]))
            case _:
                self._do(room_deeds.join, rooms.RoomJoin(room))

    def _keep_order(self) -> None:
        room = self._some(self._rooms)
        who, user = self._in(room), self._in(room).user
        match self._chance.randrange(8):
            case 0:
                self._do(order_deeds.kick, order.RoomKick(room, user, "loud"), who)
            case 1:
                self._do(order_deeds.ban, order.RoomBan(room, user), who)
            case 2:
                room, user = self._some(self._bans)
                self._do(order_deeds.unban, order.RoomUnban(room, user), self._in(room))
            case 3 | 4:
                self._do(order_deeds.mute, order.RoomMute(room, user, self._chance.choice((1000, DAY_MS)), "loud"), who)
                self._mutes.append((room, user))
            case 5:
                room, user = self._some(self._mutes)
                self._do(order_deeds.unmute, order.RoomUnmute(room, user), self._in(room))
            case _:
                self._do(order_deeds.set_role, order.RoomSetRole(room, user, self._chance.choice(ROLES)), who)

    def _sign(self) -> None:
        who = self._some(self._sessions)
        match self._chance.randrange(8):
            case 0 | 1:
                profile = auth.Profile(f"user_{self._chance.randrange(25)}", "Somebody")
                signed = self._do(auth_deeds.redeem_invite, auth.AuthInviteRedeem(self._some(self._tokens["invite"]), profile), Context())
                self._tokens["session"].append(signed.session_token)
            case 2:
                self._tokens["link"].append(self._do(auth_deeds.create_link, auth.AuthLinkCreate()).link_token)
            case 3 | 4:
                if self._chance.random() < 0.3:
                    self._tokens["link"].append(self._do(auth_deeds.create_link, auth.AuthLinkCreate()).link_token)
                link = auth.AuthLinkRedeem(self._some(self._tokens["link"]))
                self._tokens["session"].append(self._do(auth_deeds.redeem_link, link, Context()).session_token)
            case 5:
                self._do(auth_deeds.resume, inside.SessionResume(self._some(self._tokens["session"])), Context())
            case 6:
                self._do(auth_deeds.set_profile, auth.AuthProfileSet(self._text()))
            case 7 if len(self._sessions) > 20 and who.user != "u_root":
                if self._chance.random() < 0.5:
                    self._do(auth_deeds.logout, auth.AuthLogout(), who)
                else:
                    self._do(auth_deeds.revoke, auth.AuthSessionRevoke(who.session_id or ""), who)
            case _:
                pass

    def _rule(self) -> None:
        root = self._sessions[0] if self._chance.random() < 0.9 else self._some(self._sessions)
        user = self._chance.choice(self.people())
        match self._chance.randrange(7):
            case 0:
                self._do(admin_deeds.revoke_invite, admin.AdminInviteRevoke(self._some(self._invites)), root)
            case 1:
                banned, roles = self._chance.choice((None, True, False, False, False)), self._chance.choice(SERVER_ROLES)
                self._do(admin_deeds.update_user, admin.AdminUserUpdate(user, roles, banned), root)
            case _:
                invite = self._do(admin_deeds.create_invite, admin.AdminInviteCreate(max_uses=3), root)
                self._tokens["invite"].append(invite.invite_token)
                self._invites.append(invite.invite_id)

    def _mind_bots(self) -> None:
        root, bots = self._sessions[0], [fact.user_id for fact in self.house.heard(inside.UserJoined) if fact.bot]
        bot, room, ttl_ms = self._some([*bots, self._some_user()]), self._some(self._rooms), self._chance.choice((1000, DAY_MS))
        choices: list[tuple[Callable[..., Any], Message, Context]] = [
            (admin_deeds.renew_token, admin.AdminBotToken(bot, ttl_ms), root),
            (admin_deeds.revoke_token, admin.AdminBotRevoke(bot), root),
            (bot_deeds.add, order.RoomAddBot(room, bot), self._in(room)),
            (auth_deeds.sweep, inside.SessionSweep(), Context()),
            (admin_deeds.create_bot, admin.AdminBotCreate(f"bot_{self._chance.randrange(50)}", ttl_ms), root),
            (direct_deeds.open_direct, errands.DirectOpen(self._some_user()), Context(bot)),
        ]
        self._do(*self._chance.choice(choices))

    def _remember(self, fact: Fact) -> None:
        match fact:
            case rooms.RoomCreated():
                self.members[fact.room.room_id] = set()
                self._rooms.append(fact.room.room_id)
            case rooms.RoomDeleted():
                del self.members[fact.room_id]
                self._rooms = ["r_unknown", fact.room_id, *self.members]
                self.said = {msg_id: said for msg_id, said in self.said.items() if said[0] != fact.room_id}
            case rooms.RoomMemberEvent(kind="join"):
                self.members[fact.room_id].add(fact.target_user_id)
            case rooms.RoomMemberEvent(kind="leave" | "kick" | "ban"):
                self.members[fact.room_id].discard(fact.target_user_id)
                if fact.kind == "ban":
                    self._bans.append((fact.room_id, fact.target_user_id))
            case messages.MsgEvent() if fact.msg.deleted_at is not None:
                del self.said[fact.msg.msg_id]
            case messages.MsgEvent(room_id, msg):
                self.said[msg.msg_id] = room_id, msg.text
                self._messages.append(msg.msg_id)
            case inside.SessionOpened():
                self._sessions.append(Context(fact.user_id, fact.session_id, trace="crowd"))
            case inside.UserUpdated():
                self._banned = self._banned | {fact.user_id} if fact.banned else self._banned - {fact.user_id}
            case inside.SessionRevoked():
                self._sessions = [who for who in self._sessions if who.session_id != fact.session_id]
            case _:
                pass
