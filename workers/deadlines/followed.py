"""What the relay's batches tell of conversations, for workspaces whose queues have a setting that asks for it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec

from inbox.storage.database import Database
from inbox.storage.documents import Condition
from inbox.stream.events import EventType, StoredEvent
from workers.relay.relay_source import EventDocument

KNOWN_SECONDS: Final = 1.0
"""How long the workspaces with the setting are remembered; below `KNOWN_AFTER` of `queueing.targets.target_marks`."""


class _Typed(msgspec.Struct, frozen=True):
    type: str


_items = msgspec.json.Decoder(list[StoredEvent])
_typed = msgspec.json.Decoder(_Typed)


class Followed:
    """Finds the conversations of which events of some types tell.

    Args:
        database: Where queues are.
        queues: Which queues have the setting.
        types: Which events.
    """

    def __init__(self, database: Database, queues: Condition, types: Collection[EventType]) -> None:
        self._database = database
        self._queues = queues
        self._types = frozenset(types)
        self._workspaces: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    async def conversations(self, documents: Sequence[EventDocument]) -> dict[str, str]:
        """Return the conversations of a batch with their workspaces."""
        await self._know()
        return {
            conversation_id: str(document.workspace_id)
            for document in documents
            if document.workspace_id in self._workspaces
            for conversation_id in self._named_in(document)
        }

    async def _know(self) -> None:
        looked_at = time.monotonic()
        if looked_at - self._looked_at < KNOWN_SECONDS:
            return
        found = await self._database.queues.distinct("workspace_id", self._queues)
        self._workspaces, self._looked_at = frozenset(found), looked_at

    def _named_in(self, document: EventDocument) -> Iterable[str]:
        """Return the conversations of a document's events; one that can't be read has none (`Placements.stamp`)."""
        try:
            events = _items.decode(document.items)
            typed = [(event.audience.conversation_id, _typed.decode(event.body).type) for event in events]
        except (msgspec.DecodeError, TypeError):
            return []
        return [id_ for id_, type_ in typed if id_ is not None and type_ in self._types]
