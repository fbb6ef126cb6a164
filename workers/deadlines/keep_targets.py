"""Targets for answers: what is said is noted as the relay tells of it, and looked at a moment later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from inbox.channel.rechecks import RuleOwner, note_recheck
from inbox.foundation.clock import Clock
from inbox.storage.database import Database
from inbox.storage.documents import Condition
from inbox.storage.runtime import Runtime
from inbox.stream.events import EventType
from queueing.targets.target_marks import mark_looks
from queueing.targets.target_sweep import TargetSweep
from workers.deadlines.followed import Followed
from workers.relay.relay_source import EventDocument

SWEEP_SECONDS: Final = 0.5
"""Between looks while there is something to find; a rest ends when the first wait is due."""
_WITH_TARGETS: Final[Condition] = {"targets_set_at": {"$type": "date"}}
_MARKING: Final = (
    EventType.MESSAGE_CREATED,
    EventType.CONVERSATION_CREATED,
    EventType.CONVERSATION_QUEUED,
    EventType.CONVERSATION_ASSIGNED,
    EventType.CONVERSATION_TRANSFERRED,
    EventType.CONVERSATION_CLOSED,
)
"""After these a wait may have begun, ended, or be under other targets."""


class TargetMarker:
    """Notes each conversation in which something happened that bears on a target; after a crash some twice."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._followed = Followed(database, _WITH_TARGETS, _MARKING)

    async def write(self, documents: Sequence[EventDocument]) -> None:
        """Note what a batch of the relay's tells of."""
        marked = await self._followed.conversations(documents)
        if marked:
            await mark_looks(self._database, marked, self._clock.now())

    async def look_everywhere(self) -> None:
        """Have all conversations under targets looked at: nobody knows what was said meanwhile."""
        async for queue in self._database.queues.find(_WITH_TARGETS, {"workspace_id": 1}):
            await note_recheck(self._database, queue["workspace_id"], RuleOwner.QUEUE, queue["_id"])


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
