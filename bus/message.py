"""What may travel on the bus, and how a handler says which word it is for.

Is it asked? `Request[Reply]`, one owner, one reply. Has it happened? `Fact`: may be kept in the log
and projected. May clients hear it? `Event(Fact)`: it has an audience.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from bus.inbox import Letter

R = TypeVar("R", bound="Message")
S = TypeVar("S")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

Access = Literal["anyone", "guest", "user", "admin"]
Rate = Literal["auth", "chat", "search", "signal", "other"]
How = Literal["answer", "at_once", "take", "commit", "read", "read_finished", "heard"]
Scope = tuple[Literal["room", "user", "server"], str]


class Context(Struct, frozen=True):
    """Who asks, and under which trace; made by the gateway, trusted by the services."""

    user_id: str | None = None
    session_id: str | None = None
    roles: frozenset[str] = frozenset()
    trace: str = ""
    sid: str | None = None
    """The connection that asked, as /diag shows it; None for what the house does by itself."""

    @property
    def user(self) -> str:
        """The signed-in user; only for words whose access is `user` or `admin`."""
        if self.user_id is None:
            raise LookupError("nobody is signed in")
        return self.user_id


class Message(Struct, frozen=True):
    """Anything with a name on the wire."""

    t: ClassVar[str] = ""


class Handles(Struct, frozen=True):
    """The mark on a handler: the word it is for, and where it runs."""

    kind: type[Message]
    how: How


def mark(handler: F, kind: type[Message], how: How) -> F:
    setattr(handler, "__handles__", Handles(kind, how))
    return handler


class Reply(Message, frozen=True):
    """The answer to one request."""

    shared: ClassVar[bool] = False
    """Whether the same object may answer many: then it is encoded once."""


class Request(Message, Generic[R], frozen=True):
    """A question that exactly one service answers, with the reply it was declared with."""

    access: ClassVar[Access] = "user"
    rate: ClassVar[Rate] = "other"
    names: ClassVar[tuple[str, ...]] = ()
    """Ids that every refusal repeats in its details, so that its asker knows whose trouble it is."""

    @classmethod
    def answer(cls, method: Callable[[S, Self, Context], Awaitable[R]]) -> Callable[[S, Self, Context], Awaitable[R]]:
        """Mark a service's method that answers on the loop, from memory."""
        return mark(method, cls, "answer")

    @classmethod
    def at_once(cls, method: Callable[[S, Self, Context], R]) -> Callable[[S, Self, Context], R]:
        """Mark a service's plain method that answers from memory without waiting: without a hop, where nothing is before it."""
        return mark(method, cls, "at_once")

    @classmethod
    def take(cls, method: Callable[[S, Letter], Awaitable[None]]) -> Callable[[S, Letter], Awaitable[None]]:
        """Mark a service's method that takes the letter on the loop, and sees to it that it is answered later."""
        return mark(method, cls, "take")

    @classmethod
    def commit(cls, deed: Callable[[T, Self, Context], R]) -> Callable[[T, Self, Context], R]:
        """Mark a deed: a plain function of a transaction, run by the writer; replied to after the commit."""
        return mark(deed, cls, "commit")

    @classmethod
    def read(cls, query: Callable[[T, Self, Context], R]) -> Callable[[T, Self, Context], R]:
        """Mark a read: a plain function of a snapshot, run beside the writer."""
        return mark(query, cls, "read")

    @classmethod
    def read_finished(cls, query: Callable[[T, Self, Context], R]) -> Callable[[T, Self, Context], R]:
        """Mark a read that begins when everything told before it is finished, such as the index of words."""
        return mark(query, cls, "read_finished")


class Fact(Message, frozen=True):
    """Something that has happened; it may be kept in the log, and whoever subscribed hears of it."""

    hidden: ClassVar[tuple[str, ...]] = ()
    """Keys, at any depth, that stay covered when the log is shown to an admin."""

    def scope(self) -> Scope:
        """Where in the log it belongs."""
        return "server", ""

    @classmethod
    def heard(cls, method: Callable[[S, Self, Context], Awaitable[None]]) -> Callable[[S, Self, Context], Awaitable[None]]:
        """Mark a service's method that hears this on the loop."""
        return mark(method, cls, "heard")

    @classmethod
    def commit(cls, deed: Callable[[T, Self, Context], None]) -> Callable[[T, Self, Context], None]:
        """Mark a deed that follows from this fact; nobody waits for it."""
        return mark(deed, cls, "commit")


class Event(Fact, frozen=True):
    """A fact that clients may hear."""

    def audience(self) -> str:
        """Who hears it: `room:ID`, `user:ID`, `call:ID`, `peer:ID`, `presence`, `admins` or `everyone`."""
        raise NotImplementedError
