"""Waiting until everything agrees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.waiting import NotInTimeError

LOOK_SECONDS = 0.05


async def settled(complaints: Callable[[], Awaitable[list[str]]], what: str, seconds: float = 30.0) -> None:
    """Look until there is nothing to complain of.

    Such a look reads everything there is. Each is followed by a pause of the same length, so that looking leaves
    those who are looked at half of the processor.
    """
    began = time.monotonic()
    while True:
        look_at = time.monotonic()
        found = await complaints()
        if not found:
            return
        now = time.monotonic()
        if now > began + seconds:
            listed = "\n  ".join(found[:20])
            raise NotInTimeError(f"not within {seconds:g} s: {what}; {len(found)} complaints:\n  {listed}")
        await asyncio.sleep(max(LOOK_SECONDS, now - look_at))
