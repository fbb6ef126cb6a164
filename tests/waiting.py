"""Waiting for something to become true, never for time to pass.

A look reads what waits before it reads the result: in the other order, what happens between the two is overlooked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS: Final = 60.0
"""Only a fault makes anybody wait so long, a busy machine does not."""
FIRST_PAUSE_SECONDS: Final = 0.005
LONGEST_PAUSE_SECONDS: Final = 0.05
"""Looking without a pause would take the processor from those who are looked at."""


class NotInTimeError(AssertionError):
    """What was waited for did not happen before the deadline."""


async def eventually(
    look: Callable[[], Awaitable[T]], what: str = "what is waited for", seconds: float = PATIENCE_SECONDS
) -> T:
    """Look again and again until there is something true; return it.

    Raises:
        NotInTimeError: with what was seen last.
    """
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        seen = await look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise NotInTimeError(f"not within {seconds:g} s: {what} (last seen: {seen!r})")
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
