"""Places of messages within their conversation: a hybrid clock instead of a contended counter.

A number is MongoDB's time in milliseconds times 2,048 plus a low part, raised above
whatever was seen before. It stays below 2^53 (JavaScript's safe integers) until the year 2109.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

LOW_BITS = 11


class SequenceClock:
    """Returns strictly growing numbers within one process, to its loop and to all its threads."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._last = 0
        self._lock = threading.Lock()
        self._low_bits = secrets.randbelow(1 << LOW_BITS)

    def next(self, above: int = 0) -> int:
        """Return a number above all that this process gave, and above `above`."""
        return self.reserve(1, above)

    def reserve(self, count: int, above: int = 0) -> int:
        """Take `count` numbers in a row, all above what was given before; return the highest."""
        now = (int(self._seconds() * 1000) << LOW_BITS) + self._low_bits
        with self._lock:
            self._last = max(now, self._last + 1, above + 1) + count - 1
            return self._last
