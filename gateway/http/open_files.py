"""How many connections a process may have open: each is a file to the operating system."""

from __future__ import annotations

import resource
from typing import Final

WANTED: Final = 20_000
"""Both kinds of socket at their limits, and the connections of the API. Many systems begin with 1,024, from a time
when programs kept files in arrays; a process may raise that itself up to its hard limit.

Source: setrlimit(2), "The soft limit ... a process may set its soft limit to a value in the range from 0 up to the
hard limit"; systemd.exec(5), LimitNOFILE, on why the soft default stays at 1,024.
"""


def allow_many_connections() -> None:
    """Raise this process's soft limit as far as it may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def open_files_limit() -> int:
    """Return how many files this process may have open for what it is made for: at most `WANTED`."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WANTED if soft == resource.RLIM_INFINITY else min(WANTED, soft)
