"""The refusals a service may give; each is one stable code of the protocol."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

Code = Literal[
    "BAD_REQUEST",
    "UNSUPPORTED_VERSION",
    "AUTH_REQUIRED",
    "AUTH_FAILED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "RATE_LIMITED",
    "PAYLOAD_TOO_LARGE",
    "UNAVAILABLE",
    "INTERNAL",
]


class Refused(Exception):
    """A request was understood and declined: an answer, not a fault."""

    code: ClassVar[Code] = "BAD_REQUEST"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.details = details


class BadRequest(Refused):
    code = "BAD_REQUEST"


class UnsupportedVersion(Refused):
    code = "UNSUPPORTED_VERSION"


class AuthRequired(Refused):
    code = "AUTH_REQUIRED"


class AuthFailed(Refused):
    code = "AUTH_FAILED"


class Forbidden(Refused):
    """The asker may know of the thing, but not do this with it."""

    code = "FORBIDDEN"


class NotFound(Refused):
    """There is no such thing, or the asker may not know of it: the two are never told apart."""

    code = "NOT_FOUND"


class Conflict(Refused):
    code = "CONFLICT"


class RateLimited(Refused):
    """Too fast; `details.retry_after_ms` says when it may be tried again."""

    code = "RATE_LIMITED"


class PayloadTooLarge(Refused):
    code = "PAYLOAD_TOO_LARGE"


class Unavailable(Refused):
    """Nobody is there to answer, or not in time."""

    code = "UNAVAILABLE"


class AskedDown(Exception):
    """A service asked one that stands below it: the two could wait for each other for ever. A bug."""
