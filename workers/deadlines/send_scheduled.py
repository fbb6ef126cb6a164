"""Scheduled messages: a sweep queues those whose time has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from inbox.contacts.suppression import Suppression
from inbox.sending.scheduled_sending import ScheduledSending
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from templates_hsm.store.complete_templates import complete_templates

SWEEP_SECONDS: Final = 1.0
"""Between looks while there is something to find; a rest ends when the first message is due."""


class ScheduledSender:
    """Queues what is due; any number may work side by side.

    Args:
        runtime: What the process stands on.
        suppression: Knows who wants no marketing.
        wake_sender: Told of each channel that has something to send.
    """

    def __init__(self, runtime: Runtime, suppression: Suppression, wake_sender: Callable[[str], None]) -> None:
        clock = runtime.clock
        complete = partial(complete_templates, clock, suppression)
        sequence = SequenceClock(clock.server_seconds)
        self._sending = ScheduledSending(runtime.database, clock, sequence, complete=complete)
        self._wake_sender = wake_sender

    async def send_due(self) -> bool:
        """Queue or fail what is due, what is more than one look takes with the next; tell whether any was queued."""
        channels = await self._sending.send_due()
        for channel_id in channels:
            self._wake_sender(channel_id)
        return bool(channels)

    async def next_due(self) -> datetime | None:
        """Return when the first message is due."""
        return await self._sending.next_due()
