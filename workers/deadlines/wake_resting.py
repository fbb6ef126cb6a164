"""Has conversations that rest looked at as soon as somebody writes in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from inbox.storage.documents import Condition
from inbox.stream.events import EventType
from workers.deadlines.followed import Followed
from workers.relay.relay_source import EventDocument

_WITH_RESTS: Final[Condition] = {"resting_after_seconds": {"$type": "number"}}


class RestingMarker:
    """Makes what rests due when the relay tells of a message in it; after a crash some twice."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._followed = Followed(database, _WITH_RESTS, (EventType.MESSAGE_CREATED,))

    async def write(self, documents: Sequence[EventDocument]) -> None:
        """Make due what a batch of the relay's tells of."""
        by_workspace: dict[str, list[str]] = defaultdict(list)
        for conversation_id, workspace_id in (await self._followed.conversations(documents)).items():
            by_workspace[workspace_id].append(conversation_id)
        for workspace_id, ids in by_workspace.items():
            rests = {"_id": {"$in": ids}, "workspace_id": workspace_id, "open": True, "rested_at": {"$type": "date"}}
            await self._database.conversations.update_many(rests, {"$set": {"check_at": self._clock.now()}})

    async def look_everywhere(self) -> None:
        """Have all conversations of queues with rests looked at: nobody knows what was said meanwhile."""
        async for queue in self._database.queues.find(_WITH_RESTS, {"workspace_id": 1}):
            await note_recheck(self._database, queue["workspace_id"], RuleOwner.QUEUE, queue["_id"])
