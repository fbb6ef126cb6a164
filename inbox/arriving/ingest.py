"""The way in: all events of a webhook are durable before it is answered.

Six group commits work side by side: messages, ratings, statuses, changes of what is there, acknowledgements of pressed
buttons, and what is only kept raw. One that waits for the database does not hold back the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

import msgspec

from inbox.arriving.addressed import Addressed, Alteration, Change, CustomerChange, StatusReport
from inbox.arriving.arrival_plan import Stored
from inbox.arriving.arrivals import Arrival
from inbox.arriving.change_ingest import Changed, ChangeIngest
from inbox.arriving.dead_letters import RawItem, RawItemIngest
from inbox.arriving.identity_linking import IdentityLinking, Named
from inbox.arriving.inbound import (
    CustomerNamed,
    InboundEvent,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ProviderNotice,
    ReactionChanged,
    StatusChanged,
    Undeciphered,
)
from inbox.arriving.message_ingest import MessageIngest, OnQueue
from inbox.arriving.rating_ingest import RatingIngest, rated_by
from inbox.arriving.status_ingest import StatusIngest
from inbox.channel.provider_tasks import AcknowledgementIngest, Press
from inbox.contacts.suppression import Suppression
from inbox.foundation.clock import Clock
from inbox.model.channel_ref import ChannelRef
from inbox.model.content import kind_of
from inbox.storage.database import Database
from inbox.storage.group_commit import Gathering, GroupCommit, OnRefusal, Write
from inbox.storage.sequence import SequenceClock

__all__ = ["Addressed", "Ingest", "IngestCounts"]

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MAX_BATCH: Final = 500
"""A transaction of 500 messages takes some 60 ms here: larger ones only add to everybody's wait."""
MAX_PENDING: Final = 20_000
"""Some 60 MB of waiting events; two seconds at full speed. More can't be written before the caller gives up."""

REPORTS_GATHERED: Final = Gathering(seconds=0.1, shift_seconds=0.05, enough=16, lull_seconds=0.025)
"""Reports that come one by one, as those of a campaign do, are written ten times a second: nobody waits for one of
them. Senders record the ends of attempts on the same messages, half a slot before (`workers.sending.attempts`)."""


class IngestCounts(msgspec.Struct, frozen=True):
    """What became of a webhook's events, for metrics."""

    messages: int
    repeats: int
    ratings: int
    statuses: int
    changes: int
    kept_raw: int


class Listeners(msgspec.Struct, frozen=True, kw_only=True):
    """Callbacks after something was stored; none may block.

    Attributes:
        on_queue: Hears of each queue for which a conversation was opened.
        on_tasks: Hears that there is something to tell a provider.
        on_refusal: Hears of what was not stored, and why.
    """

    on_queue: OnQueue = lambda _: None
    on_tasks: Callable[[], None] = lambda: None
    on_refusal: OnRefusal = lambda *_: None


NOBODY: Final = Listeners()


class Ingest:
    """Stores the events of webhooks.

    Args:
        timeout_seconds: How long each kind may take.
        suppression: The list that follows what customers say of marketing.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sequence: SequenceClock,
        *,
        timeout_seconds: float,
        suppression: Suppression,
        listeners: Listeners = NOBODY,
    ) -> None:
        self._on_tasks = listeners.on_tasks
        commits = _Commits(timeout_seconds, listeners.on_refusal)
        messages = MessageIngest(database, clock, sequence, suppression, on_queue=listeners.on_queue)
        self._messages = commits.open("messages", messages.write)
        self._statuses = commits.open("statuses", StatusIngest(database, clock).write)
        self._statuses.gathering = REPORTS_GATHERED
        self._changes = commits.open("changes", ChangeIngest(database, clock, suppression).write)
        self._raw_items = commits.open("raw_items", RawItemIngest(database, clock).write)
        self._ratings = commits.open("ratings", RatingIngest(database, clock).write)
        self._presses = commits.open("presses", AcknowledgementIngest(database, clock).write)
        self._linking = IdentityLinking(database, clock)
        self._identities = commits.open("identities", self._linking.write)

    async def store(self, events: Sequence[Addressed]) -> IngestCounts:
        """Make everything durable; returning means that a majority of MongoDB has journaled it.

        Raises:
            ProblemError: `unavailable` if the database does not keep up.
            PyMongoError: if the database is away; the provider should repeat.
        """
        told = _Sorted(events)
        arrivals = await self._without_ratings(told.arrivals)
        stored, lost, _ = await _all_of(
            self._messages.submit(arrivals),
            self._statuses.submit(told.reports),
            self._raw_items.submit(told.raw_items),
        )
        changed, _ = await _all_of(self._changes.submit(told.changes), self._presses.submit(told.presses))
        if told.presses:
            self._on_tasks()
        lines = [outcome.line for outcome in changed if outcome.line is not None]
        shown = await self._messages.submit(lines)
        left = [
            *_left_arrivals([*arrivals, *lines], [*stored, *shown]),
            *(_set_aside(r.channel, r.event.raw, why) for r, why in zip(told.reports, lost, strict=True) if why),
            *_left_changes(told.changes, changed),
        ]
        await _all_of(
            self._raw_items.submit(left),
            self._identities.submit([named for named in told.named if self._linking.is_news(named)]),
        )
        return IngestCounts(
            messages=sum(o.fresh and not o.unstorable and not o.nowhere for o in (*stored, *shown)),
            repeats=sum(not o.fresh for o in (*stored, *shown)),
            ratings=len(told.arrivals) - len(arrivals),
            statuses=len(told.reports),
            changes=len(told.changes),
            kept_raw=len(told.raw_items) + len(left),
        )

    async def _without_ratings(self, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
        """Note pressed scores; return the others, and what only looks like one: they are messages."""
        pressed = [place for place, arrival in enumerate(arrivals) if rated_by(arrival) is not None]
        if not pressed:
            return arrivals
        counted = await self._ratings.submit([arrivals[place] for place in pressed])
        ratings = {place for place, counts in zip(pressed, counted, strict=True) if counts}
        return [arrival for place, arrival in enumerate(arrivals) if place not in ratings]

    async def drain(self) -> None:
        """Wait until all that was submitted is written (shutdown)."""
        of_messages = (self._ratings, self._messages, self._statuses, self._changes)
        for commit in (*of_messages, self._raw_items, self._presses, self._identities):
            await commit.drain()


class _Commits(msgspec.Struct, frozen=True):
    """What the group commits have in common."""

    timeout_seconds: float
    on_refusal: OnRefusal

    def open(self, kind: str, write: Write[Item, Outcome]) -> GroupCommit[Item, Outcome]:
        return GroupCommit(
            write,
            kind=kind,
            max_batch=MAX_BATCH,
            max_pending=MAX_PENDING,
            timeout_seconds=self.timeout_seconds,
            on_refusal=self.on_refusal,
        )


async def _all_of(*submitted: asyncio.Future[Any]) -> list[Any]:
    """Wait for submissions; the first error is raised, and those of the others count as heard."""
    try:
        return [await one for one in submitted]
    except BaseException:
        for one in submitted:
            one.add_done_callback(_heard)
        raise


class _Sorted:
    """Events by the way in which they are stored, each in the order given."""

    def __init__(self, events: Sequence[Addressed]) -> None:
        self.arrivals: list[Arrival] = []
        self.reports: list[StatusReport] = []
        self.changes: list[Change] = []
        self.raw_items: list[RawItem] = []
        self.presses: list[Press] = []
        self.named: list[Named] = []
        for addressed in events:
            self._add(addressed.channel, addressed.event)
            self._add_named(addressed.channel, addressed.event)

    def _add(self, channel: ChannelRef, event: InboundEvent) -> None:
        match event:
            case MessageReceived() | MessageEchoed():
                self.arrivals.append(Arrival(channel=channel, event=event))
                if isinstance(event, MessageReceived) and event.acknowledge is not None:
                    to = event.customer.external_id
                    self.presses.append(Press(channel=channel, to=to, handle=event.acknowledge))
            case StatusChanged():
                self.reports.append(StatusReport(channel=channel, event=event))
            case CustomerNamed():
                pass
            case ProviderNotice() | Undeciphered():
                self.raw_items.append(RawItem(channel=channel, event=event))
            case MessageEdited() | MessageRevoked() | ReactionChanged():
                self.changes.append(Alteration(channel=channel, event=event))
            case _:
                self.changes.append(CustomerChange(channel=channel, event=event))

    def _add_named(self, channel: ChannelRef, event: InboundEvent) -> None:
        """Note a customer who is named by several ids at once."""
        if isinstance(event, ProviderNotice | Undeciphered):
            return
        if event.customer is not None and event.customer.aliases:
            self.named.append(Named(channel, event.customer))


def _heard(submitted: asyncio.Future[Any]) -> None:
    """Mark an error as noticed: the request has already ended with another one."""
    if not submitted.cancelled():
        submitted.exception()


def _left_arrivals(arrivals: Sequence[Arrival], outcomes: Sequence[Stored]) -> Iterator[RawItem]:
    """Keep raw what no conversation has: what can't be stored, and notices about customers without an open one."""
    for arrival, outcome in zip(arrivals, outcomes, strict=True):
        if outcome.unstorable:
            yield _set_aside(arrival.channel, arrival.event.raw, outcome.unstorable)
        elif outcome.nowhere:
            yield _notice(arrival.channel, arrival.event.raw, kind_of(arrival.event.content))


def _left_changes(changes: Sequence[Change], outcomes: Sequence[Changed]) -> Iterator[RawItem]:
    """Keep raw what changed nobody and nothing."""
    for change, outcome in zip(changes, outcomes, strict=True):
        if outcome.unstorable:
            yield _set_aside(change.channel, change.event.raw, outcome.unstorable)
        elif outcome.unknown:
            yield _notice(change.channel, change.event.raw, "unknown_customer")


def _set_aside(channel: ChannelRef, raw: bytes, reason: str) -> RawItem:
    return RawItem(channel=channel, event=Undeciphered(raw=raw, reason=f"can't be stored: {reason}"))


def _notice(channel: ChannelRef, raw: bytes, topic: str) -> RawItem:
    return RawItem(channel=channel, event=ProviderNotice(raw=raw, topic=topic))
