"""Places in queues: who is next, and who is where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inbox.database import Database, Session
from inbox.views import ConversationState

POSITIONS_COUNTED: Final = 5_000
"""Further back in a queue no place is told: it would change before anybody could read it."""
QUEUE_ORDER: Final = [("priority", -1), ("queued_at", 1), ("_id", 1)]
"""Who is next: priority, then waiting time (domain rule 3.4)."""


async def places_in_queue(
    database: Database, workspace_id: str, queue_id: str, *, session: Session = None
) -> Mapping[str, int]:
    """Give the place, from 1, of each conversation that waits in a queue; those far back have none."""
    condition = {
        "workspace_id": workspace_id,
        "queue_id": queue_id,
        "state": ConversationState.QUEUED.value,
        "open": True,
    }
    found = database.conversations.find(condition, {"_id": 1}, session=session).sort(QUEUE_ORDER)
    ordered = await found.limit(POSITIONS_COUNTED).to_list(None)
    return {conversation["_id"]: number for number, conversation in enumerate(ordered, start=1)}
