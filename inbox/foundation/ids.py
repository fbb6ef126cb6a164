"""Opaque ids that sort by time, so that new documents land at the end of an index."""

from __future__ import annotations

import random
import threading
import time
from typing import Final

RANDOM_BITS: Final = 47
"""Of the 48 of the id's second half: room for those that follow within the same millisecond."""
STEP_BITS: Final = 24


class _Maker:
    """Makes ids of one process: each is above the one before, also within a millisecond."""

    def __init__(self) -> None:
        self._random = random.Random()  # noqa: S311 - ids are names, not secrets: nothing is granted to who knows one
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._rest = 0

    def make(self) -> str:
        with self._lock:
            now = int(time.time() * 1000)
            if now == self._milliseconds:
                self._rest += 1 + self._random.getrandbits(STEP_BITS)
            else:
                self._milliseconds, self._rest = now, self._random.getrandbits(RANDOM_BITS)
            return f"{now:012x}{self._rest:012x}"


_maker = _Maker()


def new_id() -> str:
    """Return a fresh id: 24 hex digits, 48 bits of milliseconds and 48 bits that begin at random and grow.

    So what one batch stores keeps the order in which it came, although all of it has the same time.
    """
    return _maker.make()


def lowest_id(at: float) -> str:
    """Return the lowest id of a time (Unix seconds): all ids made since are above it."""
    return f"{int(at * 1000):012x}{0:012x}"


def made_at(id_: str) -> float:
    """Return the time of an id in Unix seconds."""
    return int(id_[:12], 16) / 1000
