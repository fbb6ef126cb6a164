"""Opaque ids that sort by time, so that new documents land at the end of an index."""

from __future__ import annotations

import random
import time

_random = random.Random()  # noqa: S311 - ids are names, not secrets: nothing is granted to who knows one


def new_id() -> str:
    """Give a fresh id: 24 hex digits, 48 bits of milliseconds and 48 random bits."""
    return f"{int(time.time() * 1000):012x}{_random.getrandbits(48):012x}"


def lowest_id(at: float) -> str:
    """Give the id that all made since a time (in seconds, as `time.time` gives it) are above."""
    return f"{int(at * 1000):012x}{0:012x}"
