"""Run a program that ends when its parent ends, however the parent ends: `python tied.py PARENT_PID SIGNAL PROGRAM …`.

It is run as a file, without site-packages, and becomes the program, so that nothing of it
stays in memory. Where the system has no such tie (outside Linux) the program just runs;
the next start on the same directory ends what was left behind.
"""

from __future__ import annotations

import os
import sys

PR_SET_PDEATHSIG = 1
"""Source: prctl(2), Linux man-pages 6.03."""


def main(arguments: list[str]) -> None:
    """Tie this process to its parent and become the program."""
    parent, number, program = int(arguments[0]), int(arguments[1]), arguments[2:]
    if sys.platform == "linux":
        _end_with_parent(parent, number)
    os.execv(program[0], program)  # noqa: S606 - the command comes from our own supervisor


def _end_with_parent(parent: int, number: int) -> None:
    import ctypes  # noqa: PLC0415 - only where it is needed: 10 ms

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the tie was made
        sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
