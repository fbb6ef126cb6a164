"""Reply windows: sends or expires held replies, writes events before windows close."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from inbox.conversation.window_watch import WindowWatch
from inbox.sending.held import HeldReplies
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock

RELEASE_SECONDS: Final = 1.0
"""How long after the customer's answer a held reply goes out."""
WATCH_SECONDS: Final = 10.0
"""A warning an hour before needs no second; a look reads the windows that end within the hour."""


class WindowKeeper:
    """Looks after windows; any number may work side by side.

    Args:
        runtime: What the process stands on.
        wake_sender: Told of each channel that has something to send.
    """

    def __init__(self, runtime: Runtime, wake_sender: Callable[[str], None]) -> None:
        database, clock = runtime.database, runtime.clock
        self._held = HeldReplies(database, clock, SequenceClock(clock.server_seconds))
        self._watch = WindowWatch(database, clock, timedelta(minutes=runtime.settings.window_warning_minutes))
        self._wake_sender = wake_sender

    async def release_held(self) -> bool:
        """Send held replies whose customers answered, fail those that waited too long; tell whether any did."""
        answered = await self._held.release_answered()
        for channel_id in answered:
            self._wake_sender(channel_id)
        while await self._held.end_expired():
            continue
        return bool(answered)

    async def next_release(self) -> datetime | None:
        """Return when there is a held reply to end, unless a customer answers before."""
        return await self._held.next_end()

    async def watch(self) -> None:
        """Tell of windows that close soon."""
        await self._watch.tell_closing()
