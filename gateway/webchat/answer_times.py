"""How soon visitors are usually answered: read at most once in a while for each channel, however many pages open."""

from __future__ import annotations

import time
from typing import Final

import structlog

from inbox.channel.channel_directory import ChannelRecord
from inbox.foundation.clock import Clock
from inbox.reports.usual_answer import usual_answer_seconds
from inbox.storage.database import Database
from inbox.storage.lines import Lines

KEPT_SECONDS: Final = 1800.0
"""The sums behind it change once a day."""
MOST_KEPT: Final = 5_000
"""Channels of one process."""

_log = structlog.get_logger()


class AnswerTimes:
    """Knows it of the channels that show it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[float, int | None]] = {}
        self._reading = Lines()

    async def usual(self, channel: ChannelRecord) -> int | None:
        """Return the seconds within which a channel usually answers; None where it shows none, or nobody knows.

        A visitor's page never waits for trouble here: without an answer nothing is shown.
        """
        if not channel.widget.show_answer_time:
            return None
        async with self._reading.turn(channel.id):
            known = self._known.get(channel.id)
            if known is None or known[0] <= time.monotonic():
                known = (time.monotonic() + KEPT_SECONDS, await self._read(channel))
                self._keep(channel.id, known)
        return known[1]

    def _keep(self, channel_id: str, known: tuple[float, int | None]) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[channel_id] = known

    async def _read(self, channel: ChannelRecord) -> int | None:
        try:
            return await usual_answer_seconds(self._database, channel.workspace_id, channel.id, now=self._clock.now())
        except Exception as error:
            _log.warning("the usual time to answer is not known", channel_id=channel.id, error=type(error).__name__)
            return None
