"""Become a program that ends when its parent ends: `python tied.py PARENT_PID PROGRAM …` (Linux)."""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1
"""Source: prctl(2), Linux man-pages 6.03."""

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(sys.argv[1]):  # it ended before the tie was made
        sys.exit(0)
    os.execv(sys.argv[2], sys.argv[2:])
