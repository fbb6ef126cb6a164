"""The emulators' time, which tests may move.

The offset is shared through the file that `GATEWAY_CLOCK_FILE` names, so that every
process of the demo sees the same moved time.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path


class ClockNotSharedError(Exception):
    """GATEWAY_CLOCK_FILE is not set, so moving the time would move only the sandbox."""


class SandboxClock:
    """Wall clock plus an offset in seconds."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.offset_seconds = _read_offset(path)

    @classmethod
    def from_environment(cls) -> SandboxClock:
        """The clock whose file the environment names, or one that cannot be moved."""
        name = os.environ.get("GATEWAY_CLOCK_FILE")
        return cls(Path(name) if name else None)

    def now(self) -> float:
        """Seconds since the epoch, moved by the offset."""
        return time.time() + self.offset_seconds

    def timestamp(self) -> str:
        """Now as Meta writes it: whole seconds in a string."""
        return str(int(self.now()))

    def set_offset(self, seconds: float) -> None:
        """Move the time for every process that reads the file.

        Raises:
            ClockNotSharedError: No file is named.
        """
        if self._path is None:
            raise ClockNotSharedError(str(ClockNotSharedError.__doc__))
        _write_atomically(self._path, repr(float(seconds)))
        self.offset_seconds = seconds


def iso(at: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC, with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_offset(path: Path | None) -> float:
    try:
        return float(path.read_text()) if path else 0.0
    except (OSError, ValueError):
        return 0.0


def _write_atomically(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(name).replace(path)
