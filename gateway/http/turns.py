"""A few at once of each workspace: so that one workspace's searches leave the database to the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from inbox.foundation.problems import ProblemError

MAX_IN_LINE: Final = 30
"""A search takes milliseconds; who would be behind more than thirty hears it at once instead of in seconds."""
RETRY_SECONDS: Final = 1


@dataclass
class _Line:
    at_once: int
    free: asyncio.Semaphore = field(init=False)
    inside: int = 0

    def __post_init__(self) -> None:
        self.free = asyncio.Semaphore(self.at_once)


class Turns:
    """Lets callers of one workspace through a few at a time, in the order in which they came.

    Args:
        at_once: Says how many of a workspace's run at the same time in this process.
    """

    def __init__(self, at_once: Callable[[str], Awaitable[int]]) -> None:
        self._at_once = at_once
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, workspace_id: str, *, needed: bool = True) -> AsyncIterator[None]:
        """Wait for one's turn and have it.

        Args:
            workspace_id: Whose line.
            needed: False where the work is light: it waits for nobody.

        Raises:
            ProblemError: `too_many_requests` with `retry_after_seconds` if the line is too long.
        """
        if not needed:
            yield
            return
        at_once = await self._at_once(workspace_id)
        line = self._lines.setdefault(workspace_id, _Line(at_once))
        if line.inside >= line.at_once + MAX_IN_LINE:
            raise ProblemError(
                "too_many_requests",
                "Too many searches of this workspace at once: try again in a moment.",
                extra={"retry_after_seconds": RETRY_SECONDS},
            )
        line.inside += 1
        try:
            async with line.free:
                yield
        finally:
            line.inside -= 1
            if not line.inside:
                del self._lines[workspace_id]
