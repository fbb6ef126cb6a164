"""From the relay's events to notices: one for each browser of whoever is to be told."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from inbox.foundation.clock import Clock
from inbox.push.push_notices import NewNotice, write_notices
from inbox.push.push_rules import TELLING_TYPES, EventFacts, Telling, telling_of
from inbox.push.push_subscriptions import subscribed_workspaces, subscriptions_of
from inbox.storage.database import Database
from inbox.storage.documents import Condition
from inbox.storage.time_limits import READ_MS
from inbox.stream.events import StoredEvent
from workers.relay.relay_source import EventDocument
from workers.webhooks.write_deliveries import place_text

KNOWN_SECONDS: Final = 2.0
"""How long after its first subscription a workspace's events are looked at."""


class _Typed(msgspec.Struct, frozen=True):
    type: str


class _WithFacts(msgspec.Struct, frozen=True):
    data: EventFacts


class _Placed(msgspec.Struct, frozen=True):
    telling: Telling
    place: str


_items = msgspec.json.Decoder(list[StoredEvent])
_typed = msgspec.json.Decoder(_Typed)
_facts = msgspec.json.Decoder(_WithFacts)


class NoticeWriter:
    """Writes notices as the relay tells of events; of a batch that comes again those that are news.

    Args:
        wake: Told of each subscription that has something to be told.
    """

    def __init__(self, database: Database, clock: Clock, wake: Callable[[str], None]) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._workspaces: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    async def write(self, documents: Sequence[EventDocument]) -> None:
        """Write what a batch of the relay's is to tell people."""
        await self._know()
        found: defaultdict[str, list[_Placed]] = defaultdict(list)
        for document in documents:
            if document.workspace_id in self._workspaces:
                found[str(document.workspace_id)] += _tellings(document)
        for workspace_id, placed in found.items():
            if placed:
                await self._write(workspace_id, placed)

    async def _write(self, workspace_id: str, placed: Sequence[_Placed]) -> None:
        now = self._clock.now()
        asked = {one.telling.conversation_id for one in placed if one.telling.operator_id is None}
        holders = await self._holders(workspace_id, asked) if asked else {}
        told = [
            (one, operator_id)
            for one in placed
            if (operator_id := one.telling.operator_id or holders.get(one.telling.conversation_id)) is not None
        ]
        if not told:
            return
        people = {operator_id for _, operator_id in told}
        subscriptions = await subscriptions_of(self._database, workspace_id, people, now)
        notices = [
            NewNotice(
                workspace_id=workspace_id,
                subscription_id=subscription_id,
                operator_id=operator_id,
                kind=one.telling.kind,
                conversation_id=one.telling.conversation_id,
                place=one.place,
                at=now,
            )
            for one, operator_id in told
            for subscription_id, kinds in subscriptions.get(operator_id, {}).items()
            if one.telling.kind.value in kinds
        ]
        await write_notices(self._database, notices, now)
        for subscription_id in {notice.subscription_id for notice in notices}:
            self._wake(subscription_id)

    async def _holders(self, workspace_id: str, conversation_ids: set[str]) -> Mapping[str, str]:
        """Return who has conversations now."""
        held: Condition = {
            "_id": {"$in": sorted(conversation_ids)},
            "workspace_id": workspace_id,
            "open": True,
            "operator_id": {"$type": "string"},
        }
        found = self._database.conversations.find(held, {"operator_id": 1}, max_time_ms=READ_MS)
        return {one["_id"]: one["operator_id"] async for one in found if one["operator_id"] is not None}

    async def _know(self) -> None:
        looked_at = time.monotonic()
        if looked_at - self._looked_at < KNOWN_SECONDS:
            return
        self._workspaces, self._looked_at = await subscribed_workspaces(self._database), looked_at


def _tellings(document: EventDocument) -> Iterator[_Placed]:
    """Return what a document's events mean to people; one that can't be read means nothing (`Placements.stamp`)."""
    try:
        events = [(event, _typed.decode(event.body).type) for event in _items.decode(document.items)]
        for number, (event, type_) in enumerate(events):
            if type_ in TELLING_TYPES:
                telling = telling_of(type_, _facts.decode(event.body).data, event.audience)
                if telling is not None:
                    yield _Placed(telling, place_text(document.place, number))
    except (msgspec.DecodeError, TypeError):
        return
