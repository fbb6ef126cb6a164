"""Applies early events to messages that have arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from inbox.arriving.addressed import Alteration, StatusReport
from inbox.arriving.change_ingest import ChangeIngest
from inbox.arriving.early import Told, drop_early, early_events, kept_for
from inbox.arriving.status_ingest import StatusIngest
from inbox.foundation.clock import Clock
from inbox.messages.message_lookup import MessageKey
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Database

Outcome = TypeVar("Outcome")


class EarlyApplying:
    """Applies early events once their messages are durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._statuses = StatusIngest(database, clock)
        self._changes = ChangeIngest(database, clock)

    async def find_and_apply(self, channels: Mapping[str, ChannelRef], keys: Sequence[MessageKey]) -> None:
        """Apply the early events of messages that were just stored."""
        cursor = kept_for(keys, self._database)
        if cursor is not None:
            await self.apply(early_events(channels, await cursor.to_list(None)))

    async def apply(self, told: Sequence[Told]) -> None:
        """Apply early events and delete them; one that can't be applied stays until it expires.

        Raises:
            Exception: what may pass; to be done again.
        """
        reports = [one for one in told if isinstance(one, StatusReport)]
        alterations = [one for one in told if isinstance(one, Alteration)]
        done: list[Told] = []
        if reports:
            lost = _or_raise(await self._statuses.write(reports))
            done += [report for report, reason in zip(reports, lost, strict=True) if reason is None]
        if alterations:
            changed = await self._changes.write(alterations)
            done += [one for one, c in zip(alterations, _or_raise(changed), strict=True) if c.unstorable is None]
        await drop_early(self._database, done)


def _or_raise(outcomes: Sequence[Outcome | Exception]) -> list[Outcome]:
    """Return outcomes of which none is an exception; raise the first that is."""
    good: list[Outcome] = []
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
        good.append(outcome)
    return good
