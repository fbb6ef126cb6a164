"""Automatic texts: a sweep, and a wake-up in between, lets what is due be said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from inbox.foundation.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from queueing.auto_replies import AutoReplies

SWEEP_SECONDS: Final = 0.3
"""A customer reads the greeting half a second after writing; a look takes MongoDB less than a millisecond."""


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

    async def speak_all(self) -> None:
        """Speak until nothing is due."""
        async with self._running:
            while (spoken := await self._replies.speak_due()).handled:
                for channel_id in spoken.channel_ids:
                    self._wake_sender(channel_id)
