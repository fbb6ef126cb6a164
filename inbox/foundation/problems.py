"""Problems of requests: a stable code for programs, a sentence for people.

Operations raise `ProblemError`; the server turns it into `application/problem+json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

STATUS_BY_CODE: Mapping[str, int] = {
    "invalid_request": 422,
    "content_invalid": 422,
    "idempotency_conflict": 422,
    "too_broad": 422,
    "malformed": 400,
    "unauthenticated": 401,
    "second_factor_needed": 401,
    "forbidden": 403,
    "second_factor_required": 403,
    "not_assigned": 403,
    "not_in_control": 409,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "already_assigned": 409,
    "channel_deleted": 409,
    "conversation_closed": 409,
    "conversation_open": 409,
    "direct_unavailable": 409,
    "duplicate": 409,
    "handed_over": 409,
    "in_use": 409,
    "no_helper": 409,
    "not_retryable": 409,
    "operator_full": 409,
    "opted_out": 409,
    "operator_unavailable": 409,
    "queue_full": 409,
    "queue_unavailable": 409,
    "required_before_close": 409,
    "stale_state": 409,
    "step_in_doubt": 409,
    "too_many_notes": 409,
    "too_many_views": 409,
    "template_unusable": 409,
    "unsupported_by_channel": 422,
    "window_closed": 409,
    "cursor_expired": 410,
    "too_large": 413,
    "range_not_satisfiable": 416,
    "too_many_requests": 429,
    "helper_failed": 502,
    "provider_failed": 502,
    "unavailable": 503,
    "storage_full": 507,
}


class FieldError(msgspec.Struct, frozen=True):
    """One faulty field: JSON pointer into the body, and what to do about it."""

    pointer: str
    message: str


class ProblemError(Exception):
    """A request could not be done, for a reason that its caller can be told.

    Args:
        code: One of `STATUS_BY_CODE`; programs decide on it.
        detail: A sentence for a human that says what to do.
        errors: Faulty fields.
        extra: Further members of the answer, such as `templates`.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status = STATUS_BY_CODE[code]
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})


def not_found(what: str) -> ProblemError:
    """Return the problem that an object does not exist, or not in this workspace: both look the same from outside."""
    return ProblemError("not_found", f"There is no such {what}.")
