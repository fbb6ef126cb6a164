"""Automatic texts: a sweep and wake-ups turn due cues into messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from inbox.foundation.ending_tasks import end_tasks
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from queueing.texts.auto_replies import AutoReplies

SWEEP_SECONDS: Final = 0.3
"""A customer reads the greeting half a second after writing; a look takes MongoDB less than a millisecond."""

_log = structlog.get_logger()


class Replier:
    """Speaks while anything is due; one run at a time in a process.

    Args:
        runtime: What the process stands on.
        wake_sender: Told of each channel that has something to send.
    """

    def __init__(self, runtime: Runtime, wake_sender: Callable[[str], None]) -> None:
        sequence = SequenceClock(runtime.clock.server_seconds)
        self._replies = AutoReplies(runtime.database, runtime.clock, sequence)
        self._wake_sender = wake_sender
        self._running = asyncio.Lock()
        self._asked = False
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Speak soon; if that is under way, once more after it."""
        self._asked = True
        if self._task is None:
            self._task = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """End what is under way: a transaction that is cut off never was."""
        if self._task is not None:
            await end_tasks([self._task])

    async def next_due(self) -> datetime | None:
        """Return when the first text is due, unless something happens before."""
        return await self._replies.next_due()

    async def speak_all(self) -> None:
        """Speak until nothing is due."""
        async with self._running:
            while (spoken := await self._replies.speak_due()).handled:
                for channel_id in spoken.channel_ids:
                    self._wake_sender(channel_id)

    async def _serve(self) -> None:
        """Speak while anybody asks for it; nothing is awaited between the last look and the end."""
        try:
            while self._asked:
                self._asked = False
                await self.speak_all()
        except Exception as error:
            _log.warning("speaking interrupted", error=type(error).__name__)
        finally:
            self._task = None
