"""From the relay's events to deliveries: one for each subscription that wants the event."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Final

import msgspec
import structlog

from inbox.foundation.clock import Clock
from inbox.foundation.ids import lowest_id, made_at
from inbox.storage.database import Database
from inbox.storage.documents import EventsDocument, WebhookDeliveryDocument
from inbox.storage.time_limits import READ_MS
from inbox.stream.events import StoredEvent
from inbox.subscriptions.deliveries import NewDelivery, delivery_document, insert_deliveries
from inbox.subscriptions.delivery_rules import wants
from workers.relay.relay_source import EventDocument, Place

LOOK_EVERY_SECONDS: Final = 1.0
"""How long after it was made a webhook gets its first event; a look takes MongoDB less than a millisecond."""
INSERT_AT_ONCE: Final = 500
READ_AT_ONCE: Final = 500
OVERLAP_SECONDS: Final = 60
"""Read once more before the last place: the longest transaction, whose events have older ids than its commit."""


class _Wanted(msgspec.Struct, frozen=True):
    webhook_id: str
    events: frozenset[str]


class _Named(msgspec.Struct, frozen=True):
    type: str


_log = structlog.get_logger(__name__)
_decoder = msgspec.json.Decoder(list[StoredEvent])
_named = msgspec.json.Decoder(_Named)


class DeliveryWriter:
    """Writes deliveries in stream order; a batch that comes again after a crash writes nothing twice.

    Args:
        wake: Told of each webhook that has something to be told.
    """

    def __init__(self, database: Database, clock: Clock, wake: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._of: dict[str, list[_Wanted]] = {}
        self._looked_at = float("-inf")

    async def write(self, documents: Sequence[EventDocument]) -> None:
        """Write the deliveries of a batch of the relay's."""
        await self._look()
        if not self._of:
            return
        written = [one for document in documents for one in self._deliveries(document)]
        for start in range(0, len(written), INSERT_AT_ONCE):
            await insert_deliveries(self._database, written[start : start + INSERT_AT_ONCE])
        for webhook_id in {one["webhook_id"] for one in written}:
            self._wake(webhook_id)

    async def make_up(self, after: Place) -> AsyncIterator[Place]:
        """Write the deliveries of events that no change stream tells of any more, and yield how far that came.

        Events are kept for a day. They are read in the order of their ids, which is that of the clocks of the
        processes that wrote them; what the relay brings as well is written once.
        """
        await self._look()
        if not self._of:
            return
        _log.warning("webhooks.made_up", since=after.seconds)
        last, place = lowest_id(after.seconds - OVERLAP_SECONDS), Place()
        while documents := await self._events_after(last):
            placed = list(_at_their_ids(documents, place))
            await self.write(placed)
            last, place = documents[-1]["_id"], placed[-1].place
            yield place

    async def _events_after(self, last: str) -> list[EventsDocument]:
        found = self._database.events.find({"_id": {"$gt": last}}, max_time_ms=READ_MS)
        return await found.sort("_id", 1).limit(READ_AT_ONCE).to_list(None)

    async def _look(self) -> None:
        if time.monotonic() - self._looked_at < LOOK_EVERY_SECONDS:
            return
        found = self._database.webhooks.find({"enabled": True}, {"workspace_id": 1, "events": 1})
        of: defaultdict[str, list[_Wanted]] = defaultdict(list)
        async for one in found:
            of[one["workspace_id"]].append(_Wanted(one["_id"], frozenset(one["events"])))
        self._of, self._looked_at = dict(of), time.monotonic()

    def _deliveries(self, document: EventDocument) -> Iterator[WebhookDeliveryDocument]:
        subscribed = self._of.get(str(document.workspace_id), ())
        if not subscribed:
            return
        now = self._clock.now()
        for number, (event, type_) in enumerate(_events_of(document)):
            for one in subscribed:
                if wants(one.events, type_):
                    place = place_text(document.place, number)
                    new = NewDelivery(
                        workspace_id=document.workspace_id, webhook_id=one.webhook_id, place=place, event=event
                    )
                    yield delivery_document(new, now)


def _events_of(document: EventDocument) -> list[tuple[StoredEvent, str]]:
    """Return a document's events with their types; one that can't be read has none: it must not stop all workspaces.

    The relay has said so in the log (`Placements.stamp`).
    """
    try:
        return [(event, _named.decode(event.body).type) for event in _decoder.decode(document.items)]
    except (msgspec.DecodeError, TypeError):
        return []


def _at_their_ids(documents: Iterable[EventsDocument], place: Place) -> Iterator[EventDocument]:
    """Place documents of events by their ids, below what the relay places in the same second.

    They are counted anew in each second, so that whoever begins earlier after a crash places them alike.
    """
    for one in documents:
        place = place.next(int(made_at(one["_id"])), 0)
        yield EventDocument(place, one.get("workspace_id"), one.get("count"), one.get("items"))


def place_text(place: Place, number: int) -> str:
    """Return a place that sorts as text: cluster time, increment, index, and the event's number in its document."""
    return f"{place.seconds:010x}{place.increment:08x}{place.index:08x}{number:04x}"
