"""The loop of every sweep: runs work again and again, whatever fails. Most rest while there is nothing to find."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, NamedTuple

import structlog

from inbox.foundation.clock import Clock
from inbox.storage.database import is_transient, is_unavailable
from workers.news import News

SAFETY_SECONDS: Final = 5.0
"""The longest rest: so late is found what no news told of. All who rest look at the same moment: one wake-up."""

Look = Callable[[], Awaitable[object]]
"""Looks for due work and does it; returns something true where there may be more at once."""
NextDue = Callable[[], Awaitable[datetime | None]]
"""Returns when something is due next, unless there is news before; None where nothing is in sight."""

_log = structlog.get_logger()


async def sweep(name: str, work: Look, *, every_seconds: float) -> None:
    """Run `work` until cancelled, with a pause after each run; a fault is logged and the next run comes anyway."""
    while True:
        await _run(name, work)
        await asyncio.sleep(every_seconds)


async def nothing_in_sight() -> datetime | None:
    """The next due time of what only news can make due."""
    return None


class Sweep(NamedTuple):
    """A row of a table of sweeps.

    Attributes:
        name: For the log.
        look: Looks for due work and does it.
        every_seconds: The pause after each look.
        next_due: Asked before a rest.
        rests: Whether it rests while it finds nothing; one that looks seldom need not.
        heedless: Kinds of events that can't make anything due for it: they do not end its rest. Only what certainly
            comes with other events, or without any, belongs here.
    """

    name: str
    look: Look
    every_seconds: float
    next_due: NextDue = nothing_in_sight
    rests: bool = True
    heedless: frozenset[str] = frozenset()


class Sweeps:
    """Makes sweeps that rest: which look again for news, at the next due time, and each few seconds to be safe.

    Without ears for news they don't rest.
    """

    def __init__(self, news: News, clock: Clock, *, safety_seconds: float = SAFETY_SECONDS) -> None:
        self._news = news
        self._clock = clock
        self._safety_seconds = safety_seconds

    async def run(self, row: Sweep) -> None:
        """Run a sweep as its row says, until cancelled."""
        if row.rests:
            await self._resting(row)
        else:
            await sweep(row.name, row.look, every_seconds=row.every_seconds)

    async def _resting(self, row: Sweep) -> None:
        """With a pause after each look while there is anything to find, else with a rest."""
        outlook, ear = _Outlook(row.next_due), self._news.ear(row.heedless)
        while True:
            seen = ear.count
            found = await _run(row.name, row.look)
            if found:
                outlook.forget()
            await asyncio.sleep(row.every_seconds)
            if not found and ear.count == seen and not self._news.is_deaf:
                try:
                    due_at = await outlook.next_due(seen, self._clock.now())
                except Exception as error:
                    _report(row.name, error)
                else:
                    await ear.rest(seen, self._seconds_until(due_at))

    def _seconds_until(self, due_at: datetime | None) -> float:
        now = asyncio.get_running_loop().time()
        until_all_look = self._safety_seconds - math.fmod(now, self._safety_seconds)
        if due_at is None:
            return until_all_look
        return max(0.0, min(until_all_look, (due_at - self._clock.now()).total_seconds()))


class _Outlook:
    """The next due time of one sweep, asked for again only after news, after work, or when it has passed."""

    def __init__(self, next_due: NextDue) -> None:
        self._ask = next_due
        self._as_of: int | None = None
        self._due_at: datetime | None = None

    def forget(self) -> None:
        """Ask again before the next rest."""
        self._as_of = None

    async def next_due(self, seen: int, now: datetime) -> datetime | None:
        """Return the next due time, as far as the news up to `seen` tell."""
        if self._as_of != seen or (self._due_at is not None and self._due_at <= now):
            self._due_at = await self._ask()
            self._as_of = seen
        return self._due_at


async def _run(name: str, work: Look) -> bool:
    """Run once; tell whether to go on at once: also after a fault."""
    try:
        return bool(await work())
    except Exception as error:
        _report(name, error)
        return True


def _report(name: str, error: Exception) -> None:
    if is_unavailable(error) or is_transient(error):
        _log.warning("sweep interrupted", sweep=name, error=type(error).__name__)
    else:
        _log.error("sweep failed", sweep=name, exc_info=error)
