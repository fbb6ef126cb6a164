"""Queues of waiters inside a process, for transactions that would write the same document.

MongoDB turns back whoever comes second to a document, and who comes again by chance may come second for long. So
those of one process go one after the other, in the order in which they came; only processes meet by chance.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lines:
    """One line for each key, for as long as anybody stands in it."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, key: str | None) -> AsyncIterator[None]:
        """Wait for one's turn, and have it during the block; without a key nobody waits."""
        if key is None:
            yield
            return
        line = self._lines.setdefault(key, _Line())
        line.people += 1
        try:
            async with line.turn:
                yield
        finally:
            line.people -= 1
            if not line.people:
                del self._lines[key]

    def __len__(self) -> int:
        """Count the lines in which somebody stands."""
        return len(self._lines)


class _Line:
    """A turn that goes around, and how many want it or have it."""

    __slots__ = ("people", "turn")

    def __init__(self) -> None:
        self.people = 0
        self.turn = asyncio.Lock()
