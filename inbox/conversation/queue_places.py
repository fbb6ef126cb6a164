"""Positions of conversations in queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Cursor, Document, Session
from inbox.storage.documents import ConversationDocument, QueueDocument
from inbox.storage.time_limits import READ_MS

POSITIONS_COUNTED: Final = 5_000
"""Further back in a queue no place is told: it would change before anybody could read it."""
QUEUE_ORDER: Final = [("priority", -1), ("queued_at", 1), ("opened_at", 1), ("_id", 1)]
"""Who is next: priority, then waiting time (domain rule 3.4); of those who were let in together, who came first."""


def in_line(workspace_id: str, queue_id: str, state: ConversationState = ConversationState.QUEUED) -> Document:
    """Make the condition that finds who waits in a queue, or who is there in another state; sort by `QUEUE_ORDER`."""
    return {"workspace_id": workspace_id, "queue_id": queue_id, "state": state.value, "open": True}


async def places_in_queue(
    database: Collections, workspace_id: str, queue_id: str, *, session: Session = None
) -> Mapping[str, int]:
    """Return the place, from 1, of each conversation that waits in a queue; those far back have none."""
    found = database.conversations.find(
        in_line(workspace_id, queue_id), {"_id": 1}, session=session, max_time_ms=READ_MS
    )
    ordered = await found.sort(QUEUE_ORDER).limit(POSITIONS_COUNTED).to_list(None)
    return {conversation["_id"]: number for number, conversation in enumerate(ordered, start=1)}


async def end_of_line(
    database: Collections, workspace_id: str, queue_id: str, at: datetime, *, session: Session, behind_all: bool = False
) -> datetime:
    """Return the `queued_at` of who joins a queue now: never before one who waits, whatever the clocks of machines say.

    Args:
        database: Where the queue is.
        workspace_id: Whose queue.
        queue_id: The queue.
        at: Now.
        session: The transaction of joining.
        behind_all: Also behind those who joined at the same moment but came later.
    """
    found = await last_in_line(database, workspace_id, queue_id, session=session).to_list(None)
    return behind(found, at, behind_all=behind_all)


def last_in_line(database: Collections, workspace_id: str, queue_id: str, *, session: Session) -> Cursor:
    """Ask for who waits at the end of a queue."""
    waiting = {**in_line(workspace_id, queue_id), "priority": 0}
    found = database.conversations.find(waiting, {"queued_at": 1}, session=session, max_time_ms=READ_MS)
    return found.sort("queued_at", -1).limit(1)


def behind(last: Sequence[ConversationDocument], at: datetime, *, behind_all: bool = False) -> datetime:
    """Return the place of who comes now, behind the last one if there is one."""
    if not last or last[0]["queued_at"] is None:
        return at
    return max(at, last[0]["queued_at"] + timedelta(milliseconds=int(behind_all)))


async def count_ahead(database: Collections, queue: QueueDocument, priority: int, *, session: Session) -> int:
    """Count those who wait in a queue with at least a priority: the next one with that priority comes behind them."""
    ahead = {**in_line(queue["workspace_id"], queue["_id"]), "priority": {"$gte": priority}}
    return int(await database.conversations.count_documents(ahead, session=session, maxTimeMS=READ_MS))
