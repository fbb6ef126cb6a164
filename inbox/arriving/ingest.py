"""The way in: everything that a webhook told is durable before it is answered.

Four group commits work side by side: messages, statuses, changes of what is there, and what is
only kept raw. One that waits for the database does not hold back the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from inbox.arriving.arrivals import Arrival
from inbox.arriving.change_ingest import Change, ChangeIngest
from inbox.arriving.dead_letters import Keepsake, KeepsakeIngest
from inbox.arriving.inbound import (
    InboundEvent,
    MessageEchoed,
    MessageReceived,
    ProviderNotice,
    StatusChanged,
    Undeciphered,
)
from inbox.arriving.message_ingest import MessageIngest, OnQueue
from inbox.arriving.status_ingest import StatusIngest, StatusReport
from inbox.channel.channel_ref import ChannelRef
from inbox.foundation.clock import Clock
from inbox.sending.provider_tasks import acknowledgements
from inbox.storage.database import Database
from inbox.storage.group_commit import GroupCommit
from inbox.storage.sequence import SequenceClock

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MAX_BATCH: Final = 500
"""A transaction of 500 messages takes some 60 ms here: larger ones only add to everybody's wait."""
MAX_PENDING: Final = 20_000
"""Some 60 MB of waiting events; two seconds at full speed. More can't be written before the caller gives up."""


class Addressed(msgspec.Struct, frozen=True):
    """An event and the channel that it belongs to."""

    channel: ChannelRef
    event: InboundEvent


class IngestCounts(msgspec.Struct, frozen=True):
    """What became of a webhook's events, for metrics."""

    messages: int
    repeats: int
    statuses: int
    changes: int
    kept_raw: int


class Ingest:
    """Stores what webhooks tell.

    Args:
        on_queue: Hears of each queue for which a conversation was opened; must not block.
        on_tasks: Hears that there is something to tell a provider; must not block.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sequence: SequenceClock,
        *,
        timeout_seconds: float,
        on_queue: OnQueue = lambda _: None,
        on_tasks: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._on_tasks = on_tasks
        limits = _Limits(timeout_seconds)
        self._messages = limits.commit(MessageIngest(database, clock, sequence, on_queue=on_queue).write)
        self._statuses = limits.commit(StatusIngest(database, clock).write)
        self._changes = limits.commit(ChangeIngest(database, clock).write)
        self._keepsakes = limits.commit(KeepsakeIngest(database, clock).write)

    async def store(self, events: Sequence[Addressed]) -> IngestCounts:
        """Make everything durable; returning means that a majority of MongoDB has journaled it.

        Raises:
            Problem: `unavailable` if the database does not keep up.
            PyMongoError: if the database is away; the provider should repeat.
        """
        sorted_ = _Sorted(events)
        messages = self._messages.submit(sorted_.arrivals)
        reports = self._statuses.submit(sorted_.reports)
        keepsakes = self._keepsakes.submit(sorted_.keepsakes)
        try:
            stored, lost_reports = await messages, await reports
            await keepsakes
        except BaseException:
            for submitted in (messages, reports, keepsakes):
                submitted.add_done_callback(_heard)
            raise
        if sorted_.presses:
            await acknowledgements(self._database, sorted_.presses, at=self._clock.now())
            self._on_tasks()
        arrivals, outcomes = sorted_.arrivals, list(stored)
        if sorted_.changes:
            shown = [arrival for arrival in await self._changes.submit(sorted_.changes) if arrival is not None]
            outcomes += await self._messages.submit(shown)
            arrivals = [*arrivals, *shown]
        unstorable = [
            _set_aside(a.channel, a.event.raw, o.unstorable)
            for a, o in zip(arrivals, outcomes, strict=True)
            if o.unstorable
        ] + [
            _set_aside(r.channel, r.event.raw, reason)
            for r, reason in zip(sorted_.reports, lost_reports, strict=True)
            if reason
        ]
        if unstorable:
            await self._keepsakes.submit(unstorable)
        return IngestCounts(
            messages=sum(o.fresh and not o.unstorable for o in outcomes),
            repeats=sum(not o.fresh for o in outcomes),
            statuses=len(sorted_.reports),
            changes=len(sorted_.changes),
            kept_raw=len(sorted_.keepsakes) + len(unstorable),
        )

    async def drain(self) -> None:
        """Wait until all that was submitted is written (shutdown)."""
        for commit in (self._messages, self._statuses, self._changes, self._keepsakes):
            await commit.drain()


class _Limits(msgspec.Struct, frozen=True):
    """What the four group commits have in common."""

    timeout_seconds: float

    def commit(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]]) -> GroupCommit[Item, Outcome]:
        return GroupCommit(write, max_batch=MAX_BATCH, max_pending=MAX_PENDING, timeout_seconds=self.timeout_seconds)


class _Sorted:
    """Events by the way in which they are stored, each in the order given."""

    def __init__(self, events: Sequence[Addressed]) -> None:
        self.arrivals: list[Arrival] = []
        self.reports: list[StatusReport] = []
        self.changes: list[Change] = []
        self.keepsakes: list[Keepsake] = []
        self.presses: list[tuple[ChannelRef, str, str]] = []
        for addressed in events:
            self._add(addressed.channel, addressed.event)

    def _add(self, channel: ChannelRef, event: InboundEvent) -> None:
        match event:
            case MessageReceived() | MessageEchoed():
                self.arrivals.append(Arrival(channel=channel, event=event))
                if isinstance(event, MessageReceived) and event.acknowledge is not None:
                    self.presses.append((channel, event.customer.external_id, event.acknowledge))
            case StatusChanged():
                self.reports.append(StatusReport(channel=channel, event=event))
            case ProviderNotice() | Undeciphered():
                self.keepsakes.append(Keepsake(channel=channel, event=event))
            case _:
                self.changes.append(Change(channel=channel, event=event))


def _heard(submitted: asyncio.Future[Any]) -> None:
    """Mark an error as noticed: the request has already ended with another one."""
    if not submitted.cancelled():
        submitted.exception()


def _set_aside(channel: ChannelRef, raw: bytes, reason: str) -> Keepsake:
    return Keepsake(channel=channel, event=Undeciphered(raw=raw, reason=f"can't be stored: {reason}"))
