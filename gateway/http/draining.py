"""Stopping without losing a request: what is under way is finished, connections are not kept alive any more.

aiohttp's own shutdown drops the rest of a body that is still arriving, so it begins only after this.
"""

from __future__ import annotations

import asyncio


class RequestsUnderWay:
    """Counts requests, and tells when there are none.

    Attributes:
        draining: The process is about to stop: an answer should close its connection.
    """

    def __init__(self) -> None:
        self.draining = False
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    def begin(self) -> None:
        """Count a request; `end` must follow."""
        self._count += 1
        self._none.clear()

    def end(self) -> None:
        """A request was served."""
        self._count -= 1
        if not self._count:
            self._none.set()

    async def drain(self, seconds: float) -> bool:
        """Wait until no request is under way, at most so long; tell whether all were finished."""
        self.draining = True
        try:
            async with asyncio.timeout(seconds):
                await self._none.wait()
        except TimeoutError:
            return False
        return True
