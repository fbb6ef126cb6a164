"""A bounded queue for password hashing, which takes a processor; no single caller can fill it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from inbox.foundation.problems import ProblemError

T = TypeVar("T")

RETRY_SECONDS: Final = 2
"""In which time a full line is worked off."""
WAIT_SECONDS: Final = 7.0
"""Below the time limit of a request, so that on a machine with too much to do the answer still names the cause."""


class HashingLine:
    """Runs work in its own threads, first come first served.

    Args:
        name: Of its threads.
        at_once: How many run at the same time.
        waiting: How many more may wait.
        of_one: How many of them, running or waiting, may come from one source.
    """

    def __init__(self, name: str, *, at_once: int, waiting: int, of_one: int) -> None:
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix=name)
        self._most = at_once + waiting
        self._of_one = of_one
        self._by_source: Counter[str] = Counter()

    async def run(self, source: str, work: Callable[..., T], *arguments: Any) -> T:
        """Wait for a thread and run the work in it.

        Raises:
            ProblemError: `too_many_requests` where the source has its share in the line, `unavailable` where it is full
                or too slow.
        """
        self._check_room(source)
        self._by_source[source] += 1
        done = asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)
        done.add_done_callback(lambda _: self._leave(source))
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                return await done
        except TimeoutError:
            raise _later("unavailable", "Many passwords are being checked: try again in a moment.") from None

    def _check_room(self, source: str) -> None:
        if self._by_source[source] >= self._of_one:
            raise _later("too_many_requests", "Too many passwords at once: try again in a moment.")
        if self._by_source.total() >= self._most:
            raise _later("unavailable", "Many passwords are being checked: try again in a moment.")

    def _leave(self, source: str) -> None:
        self._by_source[source] -= 1
        if not self._by_source[source]:
            del self._by_source[source]


def _later(code: str, detail: str) -> ProblemError:
    return ProblemError(code, detail, extra={"retry_after_seconds": RETRY_SECONDS})
