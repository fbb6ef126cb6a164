"""Time limits of queries: MongoDB ends a slower one, and the caller is told why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from inbox.foundation.problems import ProblemError
from inbox.storage.database import is_too_slow

READ_MS: Final = 2_000
"""A list takes milliseconds; at two seconds it takes a core from all others and its reader has given up."""


@contextmanager
def told_when_too_slow(detail: str) -> Iterator[None]:
    """Turn a query that ran out of time into a problem that says what to do.

    Raises:
        ProblemError: `too_broad`: the same again would take as long.
    """
    try:
        yield
    except Exception as error:
        if not is_too_slow(error):
            raise
        raise ProblemError("too_broad", detail) from None
