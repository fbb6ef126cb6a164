"""Following one workspace's events for all of its visitors' sockets in this process.

Events are hints in time, the database is the truth: whenever the stream may have a gap (at the start, after Redis
was away, after an expired cursor) the sockets read their threads anew. See docs/adr for the choice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from gateway.events.event_feed import Batch, Frame
from gateway.events.event_hub import EventHub
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.problems import ProblemError
from inbox.people.access import Placement
from inbox.stream.event_stream import REDIS_AWAY, EventReader

RETRY_SECONDS: Final = 0.3
BREATH_FRAMES: Final = 200
"""Frames handled before others get their turn: some 10 ms."""
MAX_BEHIND: Final = 2_000
"""Documents that wait to be handled; after that reading the threads anew is less work."""
log = structlog.get_logger(__name__)


class WorkspaceFollower:
    """A subscriber of the event hub.

    Args:
        on_frame: Handles one event; awaited one after another, in order.
        on_gap: Has all sockets read their threads anew; called after joining the stream.
    """

    def __init__(
        self,
        hub: EventHub,
        reader: EventReader,
        workspace_id: str,
        on_frame: Callable[[Frame], Awaitable[None]],
        on_gap: Callable[[], Awaitable[None]],
    ) -> None:
        self._hub = hub
        self._reader = reader
        self._workspace_id = workspace_id
        self._on_frame = on_frame
        self._on_gap = on_gap
        self._batches: deque[Batch] = deque()
        self._news = asyncio.Event()
        self._lost = False
        self._task = asyncio.ensure_future(self._run())

    def deliver(self, batch: Batch) -> None:
        """Take the next document."""
        self._batches.append(batch)
        if len(self._batches) > MAX_BEHIND:
            self._hub.leave(self, self._workspace_id)
            self._lost = True
        self._news.set()

    def expire(self) -> None:
        """Learn that events were lost."""
        self._lost = True
        self._news.set()

    def hear(self, placement: Placement, data: bytes) -> None:
        """Pass over hints: visitors' sockets get theirs from the signals themselves."""

    async def close(self) -> None:
        """Follow no longer."""
        self._hub.leave(self, self._workspace_id)
        await end_tasks([self._task])

    async def _run(self) -> None:
        while True:
            try:
                await self._join()
                await self._on_gap()
                await self._follow()
            except (*REDIS_AWAY, ProblemError) as error:
                log.info("webchat.follower_waits", error=type(error).__name__)
            except Exception:
                log.exception("webchat.follower_failed")
            self._hub.leave(self, self._workspace_id)
            await asyncio.sleep(RETRY_SECONDS)

    async def _join(self) -> None:
        """Join at the end of the stream: what was before it is in the database."""
        self._lost = False
        self._batches.clear()
        joined = False
        while not joined:
            cursor = await self._reader.current(self._workspace_id)
            joined = await self._hub.join(self, self._workspace_id, cursor)

    async def _follow(self) -> None:
        handled = 0
        while not self._lost:
            self._news.clear()
            while self._batches and not self._lost:
                batch = self._batches.popleft()
                for frame in batch.frames:
                    await self._on_frame(frame)
                handled += len(batch.frames)
                if handled >= BREATH_FRAMES:
                    handled = 0
                    await asyncio.sleep(0)
            if not self._lost:
                await self._news.wait()
