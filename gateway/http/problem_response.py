"""Problems on the wire.

Source: RFC 9457 (Problem Details for HTTP APIs, July 2023).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from aiohttp import web

from inbox.foundation.problems import FieldError, ProblemError

PROBLEM_JSON: Final = "application/problem+json"
INTERNAL: Final = "internal"
UNAVAILABLE_RETRY_SECONDS: Final = 2
"""A failover takes a few seconds; two spread the load over it."""
LATER: Final = frozenset({429, 503})
"""What is refused for now: the answer always says when to come again."""


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong; `code` is for programs, `detail` for people. Some codes come with further members."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: Sequence[FieldError] = ()


def problem_response(problem: ProblemError) -> web.Response:
    """Make the response of a problem."""
    return _response(problem.code, problem.status, problem.detail, problem.errors, problem.extra)


def problem_body(problem: ProblemError) -> ProblemBody:
    """Show a problem that concerns only a part of an answer."""
    return ProblemBody(
        type=f"/docs#problem-{problem.code}",
        title=_title(problem.code),
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
        errors=problem.errors,
    )


def unavailable_response() -> web.Response:
    """Say that the database is away for now."""
    return problem_response(ProblemError("unavailable", "The database does not answer: try again in a moment."))


def outcome_unknown_response() -> web.Response:
    """Say that nobody knows whether the request took effect."""
    detail = (
        "The database went away before it said whether this took effect. Read before you repeat it; "
        "with the same Idempotency-Key it is safe to repeat."
    )
    return problem_response(
        ProblemError("unavailable", detail, extra={"retry_after_seconds": UNAVAILABLE_RETRY_SECONDS})
    )


def internal_response() -> web.Response:
    """Say that the fault is ours."""
    return _response(INTERNAL, 500, "The server failed. The fault was logged under this X-Request-Id.", (), {})


def _response(
    code: str, status: int, detail: str, errors: Sequence[FieldError], extra: Mapping[str, object]
) -> web.Response:
    if status in LATER:
        extra = {"retry_after_seconds": UNAVAILABLE_RETRY_SECONDS, **extra}
    body: dict[str, Any] = {
        "type": f"/docs#problem-{code}",
        "title": _title(code),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return web.Response(
        body=msgspec.json.encode({**body, **extra}),
        status=status,
        content_type=PROBLEM_JSON,
        headers=_headers(status, extra),
    )


def _title(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _headers(status: int, extra: Mapping[str, object]) -> dict[str, str]:
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after_seconds" in extra:
        headers["Retry-After"] = str(_whole_seconds(extra["retry_after_seconds"]))
    return headers


def _whole_seconds(seconds: object) -> int:
    """Round up: the header takes whole seconds only. Source: RFC 9110, 10.2.3 and 5.6.7."""
    return max(1, math.ceil(float(str(seconds))))
