"""Time as a value: one clock object, passed from the top.

The offset file exists only in the demo, where the sandbox moves the time of all
processes at once. MongoDB's own time is the reference that all machines share.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET_FILE_CHECK_SECONDS = 0.1
"""How stale a moved demo clock may be: below what a person notices, and one `stat` per 100 ms costs nothing."""


class Clock:
    """The time of the system, corrected to MongoDB's and moved by the demo's offset."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file
        self._demo_offset_seconds = 0.0
        self._checked_at = float("-inf")
        self._server_offset_seconds = 0.0

    def now(self) -> datetime:
        """Return the current time, aware UTC, cut to milliseconds as MongoDB stores it."""
        seconds = self.server_seconds() + self._demo_offset()
        return datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)

    def server_seconds(self) -> float:
        """Return MongoDB's time in Unix seconds, which no demo offset moves."""
        return time.time() + self._server_offset_seconds

    def set_server_offset(self, seconds: float) -> None:
        """Correct the system's time by what was measured against MongoDB."""
        self._server_offset_seconds = seconds

    def _demo_offset(self) -> float:
        if self._offset_file is None:
            return 0.0
        if time.monotonic() - self._checked_at > OFFSET_FILE_CHECK_SECONDS:
            self._checked_at = time.monotonic()
            self._demo_offset_seconds = _read_offset(self._offset_file)
        return self._demo_offset_seconds


class FixedClock(Clock):
    """A clock that stands still until it is moved: for tests and for replaying."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self._now

    def server_seconds(self) -> float:
        """Return the time it was set to, in Unix seconds."""
        return self._now.timestamp()

    def advance(self, step: timedelta) -> None:
        """Move the time forward by `step`."""
        self._now += step


def _read_offset(path: Path) -> float:
    try:
        return float(path.read_text())
    except (FileNotFoundError, ValueError):
        return 0.0
