"""What all emulators need to post webhooks: a keep-alive client, pauses, and tasks of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp

RETRY_SECONDS = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Pauses before the next attempts; the last one repeats. A provider's grow further: tests need no days."""

ATTEMPT_TIMEOUT = aiohttp.ClientTimeout(total=10)


class Poster:
    """Posts bodies and says how it went."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP client, made at the first use."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=10)
            self._session = aiohttp.ClientSession(connector=connector, timeout=ATTEMPT_TIMEOUT)
        return self._session

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background; after the end timers still go off, and nothing follows."""
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def post(
        self,
        url: str,
        body: bytes,
        headers: dict[str, str],
        *,
        read: Callable[[aiohttp.ClientResponse], Awaitable[None]] | None = None,
    ) -> int | str:
        """One attempt.

        Args:
            read: Gets the answer, where somebody wants to know more than its status.

        Returns:
            The answer's status, or the name of what went wrong before there was one.
        """
        try:
            async with self.session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                if read is not None:
                    await read(answer)
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__

    async def close(self) -> None:
        """Drop what is on its way, and what would be."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def pause_seconds(failures: int) -> float:
    """How long to wait after so many failed attempts in a row, at least one."""
    return RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1]
