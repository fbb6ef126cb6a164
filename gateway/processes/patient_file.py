"""Files that the supervisor keeps while it runs: a full disk ends nothing, is told once, and passes."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gateway.processes.private_file import write_private

DISK_FAULTS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})
"""Full, over the quota, over a limit, gone read-only, broken."""
LOW_BYTES: Final = 64 * 1024 * 1024
"""MongoDB and Redis end or refuse writes below this: one journal file has 32 MB, and both write another before they
delete one."""


class PatientFile:
    """A private file, replaced whole; what can't be written is written later.

    Args:
        path: The file.
        report: Told when it can't be written, and when it can again.
    """

    def __init__(self, path: Path, report: Callable[[str], None]) -> None:
        self._path = path
        self._report = report
        self._unwritten: str | None = None

    def write(self, text: str) -> bool:
        """Replace the file's content; False where that has to wait for `write_later`."""
        waited = self._unwritten is not None
        try:
            write_private(self._path, text)
        except OSError as error:
            self._unwritten = text
            if not waited:
                self._report(
                    f"{self._path} can't be written ({error.strerror}); everything runs on, and it is tried again"
                )
            return False
        self._unwritten = None
        if waited:
            self._report(f"{self._path} is written again")
        return True

    def write_later(self) -> None:
        """Try again what could not be written."""
        if self._unwritten is not None:
            self.write(self._unwritten)


def room_left(path: Path) -> str:
    """Say that a disk is full, for a report of something that ended; empty while it is not."""
    try:
        free = shutil.disk_usage(path).free
    except OSError:
        return ""
    return f"; the disk of {path} is full ({free / 1_000_000:.0f} MB free): make room" if free < LOW_BYTES else ""
