"""Targets for answers: what is said is noted as the relay tells of it, and looked at a moment later."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime
from inbox.stream.events import EventType, StoredEvent
from queueing.targets.target_marks import mark_looks
from queueing.targets.target_sweep import TargetSweep
from workers.relay.relay_source import EventDocument

SWEEP_SECONDS: Final = 0.5
"""Between looks while there is something to find; a rest ends when the first wait is due."""
KNOWN_SECONDS: Final = 1.0
"""How long the workspaces with targets are remembered; below `KNOWN_AFTER` of `queueing.targets.target_marks`."""
_MARKING: Final = frozenset(
    {
        EventType.MESSAGE_CREATED,
        EventType.CONVERSATION_CREATED,
        EventType.CONVERSATION_QUEUED,
        EventType.CONVERSATION_ASSIGNED,
        EventType.CONVERSATION_TRANSFERRED,
        EventType.CONVERSATION_CLOSED,
    }
)
"""After these a wait may have begun, ended, or be under other targets."""


class _Typed(msgspec.Struct, frozen=True):
    type: str


_items = msgspec.json.Decoder(list[StoredEvent])
_typed = msgspec.json.Decoder(_Typed)


class TargetMarker:
    """Notes each conversation in which something happened that bears on a target; after a crash some twice."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._workspaces: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    async def write(self, documents: Sequence[EventDocument]) -> None:
        """Note what a batch of the relay's tells of."""
        await self._know()
        marked = {
            conversation_id: str(document.workspace_id)
            for document in documents
            if document.workspace_id in self._workspaces
            for conversation_id in _conversations_of(document)
        }
        if marked:
            await mark_looks(self._database, marked, self._clock.now())

    async def look_everywhere(self) -> None:
        """Have all conversations under targets looked at: nobody knows what was said meanwhile."""
        under = {"targets_set_at": {"$type": "date"}}
        async for queue in self._database.queues.find(under, {"workspace_id": 1}):
            await note_recheck(self._database, queue["workspace_id"], RuleOwner.QUEUE, queue["_id"])

    async def _know(self) -> None:
        if time.monotonic() - self._looked_at < KNOWN_SECONDS:
            return
        looked_at = time.monotonic()
        found = await self._database.queues.distinct("workspace_id", {"targets_set_at": {"$type": "date"}})
        self._workspaces, self._looked_at = frozenset(found), looked_at


def _conversations_of(document: EventDocument) -> Iterable[str]:
    """Return the conversations of a document's events; one that can't be read has none (`Placements.stamp`)."""
    try:
        events = _items.decode(document.items)
        typed = [(event.audience.conversation_id, _typed.decode(event.body).type) for event in events]
    except (msgspec.DecodeError, TypeError):
        return []
    return [conversation_id for conversation_id, type_ in typed if conversation_id is not None and type_ in _MARKING]


class TargetKeeper:
    """Looks at waits; any number may work side by side."""

    def __init__(self, runtime: Runtime) -> None:
        self._sweep = TargetSweep(runtime.database, runtime.clock)

    async def look_due(self) -> bool:
        """Look at what is due; tell whether there was anything."""
        return bool(await self._sweep.look_due())

    async def next_due(self) -> datetime | None:
        """Return when the first wait is due."""
        return await self._sweep.next_due()
