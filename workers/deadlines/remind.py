"""Reminders of conversations that were set aside."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.conversation.snoozing import Snoozing
from inbox.storage.runtime import Runtime

SWEEP_SECONDS: Final = 1.0
"""Between looks while there is something to find; a rest ends when the first reminder is due."""


class Reminder:
    """Reminds; any number may work side by side."""

    def __init__(self, runtime: Runtime) -> None:
        self._snoozing = Snoozing(runtime.database, runtime.clock)

    async def remind_due(self) -> bool:
        """Remind of what is due, what is more than one look takes with the next; tell whether there was any."""
        return bool(await self._snoozing.remind_due())

    async def next_due(self) -> datetime | None:
        """Return when the first reminder is due."""
        return await self._snoozing.next_due()
