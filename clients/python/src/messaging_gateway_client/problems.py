"""What can go wrong, as exceptions. Programs decide on `code`; `detail` is for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class FieldFault(NamedTuple):
    """A faulty field: JSON pointer into the body, and what to do about it."""

    pointer: str
    message: str


class GatewayError(Exception):
    """Something between this program and the gateway went wrong."""


class UnreachableError(GatewayError):
    """The gateway did not answer. Whether it did what was asked is not known."""


class ProblemError(GatewayError):
    """The gateway refused a request.

    Attributes:
        status: Of the answer.
        code: Stable, for programs: the list is at `/docs#problems`.
        detail: A sentence that says what to do.
        errors: Faulty fields.
        members: All that the answer says, such as `templates` of `window_closed`.
        retry_after_seconds: When to come again, where the answer says so.
    """

    def __init__(self, status: int, members: Mapping[str, Any], retry_after_seconds: float | None = None) -> None:
        self.status = status
        self.code = str(members.get("code", "unknown"))
        self.detail = str(members.get("detail", ""))
        self.errors = tuple(FieldFault(one["pointer"], one["message"]) for one in members.get("errors", ()))
        self.members = dict(members)
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"{status} {self.code}: {self.detail}")


class InvalidRequestError(ProblemError):
    """The request says something that can't be: `errors` points at it."""


class UnauthenticatedError(ProblemError):
    """There is no token, or it is over."""


class ForbiddenError(ProblemError):
    """The role, or the key's scopes, do not allow it."""


class NotFoundError(ProblemError):
    """It is not there, or not for this caller to see."""


class ConflictError(ProblemError):
    """It does not fit the state that things are in: read again and decide anew."""


class CursorExpiredError(ProblemError):
    """The cursor is too old, or the stream was lost: read the lists again, then follow from now on."""


class TooManyRequestsError(ProblemError):
    """Too much at once, for longer than this client waits by itself."""


class UnavailableError(ProblemError):
    """Nothing answers for the moment, for longer than this client waits by itself."""


_BY_STATUS: Final[Mapping[int, type[ProblemError]]] = {
    400: InvalidRequestError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    410: CursorExpiredError,
    413: InvalidRequestError,
    422: InvalidRequestError,
    429: TooManyRequestsError,
    503: UnavailableError,
}


def problem_of(status: int, body: bytes = b"", retry_after: str | None = None) -> ProblemError:
    """Return the exception of an answer that is no success."""
    seconds = float(retry_after) if retry_after is not None and retry_after.isdecimal() else None
    return _BY_STATUS.get(status, ProblemError)(status, _members(body), seconds)


def _members(body: bytes) -> Mapping[str, Any]:
    """Return what an answer says; a proxy's page says nothing."""
    try:
        members = json.loads(body)
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}
