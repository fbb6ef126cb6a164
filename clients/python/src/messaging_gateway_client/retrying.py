"""When a request is sent again, and after how long. Pure, but for chance."""

from __future__ import annotations

import random
from typing import Final

from messaging_gateway_client.problems import GatewayError, ProblemError, TooManyRequestsError, UnavailableError

FIRST_SECONDS: Final = 0.25
MOST_SECONDS: Final = 20.0
REPEATABLE: Final = frozenset({"GET", "PUT", "PATCH"})
"""Asked twice they do what they do once. So does what creates, by its `Idempotency-Key`."""


def pause_before_retry(error: GatewayError, attempt: int, *, repeatable: bool) -> float | None:
    """Return how many seconds to wait before a request is sent again; None where it is not.

    Args:
        error: What became of it.
        attempt: How often it was sent, from 1.
        repeatable: Whether it does no harm twice.
    """
    if isinstance(error, TooManyRequestsError):
        return _pause(attempt, error)
    if not repeatable:
        return None
    if isinstance(error, UnavailableError):
        return _pause(attempt, error)
    return None if isinstance(error, ProblemError) else growing_pause(attempt)


def growing_pause(attempt: int) -> float:
    """Return a pause that doubles with each attempt, a little by chance, so that many clients come apart."""
    longest = min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempt - 1, 16))
    return longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, no secret


def _pause(attempt: int, problem: ProblemError) -> float:
    return max(growing_pause(attempt), problem.retry_after_seconds or 0)
