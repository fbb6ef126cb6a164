"""From the relay's events to deliveries: one for each subscription that wants the event."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from inbox.storage.documents import WebhookDeliveryDocument
from inbox.stream.events import StoredEvent
from inbox.subscriptions.deliveries import NewDelivery, delivery_document, insert_deliveries
from inbox.subscriptions.delivery_rules import wants
from workers.relay.relay_source import EventDocument, Place

LOOK_EVERY_SECONDS: Final = 1.0
"""How long after it was made a webhook gets its first event; a look takes MongoDB less than a millisecond."""
INSERT_AT_ONCE: Final = 500


class _Wanted(msgspec.Struct, frozen=True):
    webhook_id: str
    events: frozenset[str]


class _Named(msgspec.Struct, frozen=True):
    type: str


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


def place_text(place: Place, number: int) -> str:
    """Return a place that sorts as text: cluster time, increment, index, and the event's number in its document."""
    return f"{place.seconds:010x}{place.increment:08x}{place.index:08x}{number:04x}"
