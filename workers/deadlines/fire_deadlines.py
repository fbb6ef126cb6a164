"""Deadlines: a sweep looks at the conversations whose time has come, and goes on while there are any."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from inbox.storage.runtime import Runtime
from queueing.deadlines.deadline_sweep import DeadlineSweep

SWEEP_SECONDS: Final = 0.5
ROUNDS: Final = 200
"""Of one sweep: what can't be settled in 100,000 looks waits for the next one."""


class DeadlineKeeper:
    """Fires deadlines; one run at a time in a process.

    Args:
        runtime: What the process stands on.
        wake_speaker: Called after texts may have become due.
        drain: Called for each workspace in which closes gave operators room.
    """

    def __init__(
        self, runtime: Runtime, wake_speaker: Callable[[], None], drain: Callable[[str], Awaitable[None]]
    ) -> None:
        self._freed: set[str] = set()
        self._auto_close = DeadlineSweep(runtime.database, runtime.clock, on_freed=self._freed.add)
        self._drain = drain
        self._wake_speaker = wake_speaker
        self._running = asyncio.Lock()

    async def fire_all(self) -> bool:
        """Look until nothing is due; tell whether anything was."""
        async with self._running:
            looked = 0
            for _ in range(ROUNDS):
                due = await self._auto_close.check_due()
                if not due:
                    break
                looked += due
        while self._freed:
            await self._drain(self._freed.pop())
        if looked:
            self._wake_speaker()
        return bool(looked)

    async def next_due(self) -> datetime | None:
        """Return when the first deadline is due, unless something happens before."""
        return await self._auto_close.next_due()
