"""Queues as people see them, and telling of their changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from inbox.conversation.queue_members import is_member
from inbox.foundation.structs import read_as
from inbox.model.operator_status import REACHABLE
from inbox.storage.database import Database, Session
from inbox.storage.documents import QueueDocument
from inbox.stream.events import Event, EventType, write_events
from queueing.queues.admission_rules import Entrant, EntryAnswer, QueueFacts, may_enter
from queueing.queues.queue_models import Queue

NEVER: Final = datetime.fromtimestamp(0, UTC)
"""When the number of a queue was told of which nobody has told how many wait."""


def queue_view(queue: QueueDocument, *, reachable: int, deleted: bool = False) -> Queue:
    """Show a queue; it is available when a transfer into it would be taken (domain rule 3.9)."""
    facts = QueueFacts(waiting=queue["waiting"], limit=queue["limit"], ready=0, reachable=reachable)
    available = not deleted and may_enter(facts, Entrant.TRANSFER) is EntryAnswer.QUEUED
    return read_as({**queue, "available": available, "deleted": deleted}, Queue)


async def queue_views(
    database: Database, queues: Sequence[QueueDocument], *, session: Session | None = None
) -> list[Queue]:
    """Show queues of one workspace, in the order given."""
    if not queues:
        return []
    condition = {
        "workspace_id": queues[0]["workspace_id"],
        "active": True,
        "status": {"$in": sorted(REACHABLE)},
    }
    people = await database.operators.find(condition, {"group_ids": 1}, session=session).to_list(None)
    return [queue_view(queue, reachable=sum(is_member(queue, person) for person in people)) for queue in queues]


async def tell_of_queue(
    database: Database, queue: QueueDocument, *, at: datetime, session: Session, deleted: bool = False
) -> Queue:
    """Write `queue.updated` with the whole queue; return what was shown.

    Whoever tells of a queue changes the same document: telling how many wait does not change the queue, and would tell
    of one that was changed or deleted meanwhile.
    """
    own = {"_id": queue["_id"], "workspace_id": queue["workspace_id"]}
    noted = {"$inc": {"times": 1}, "$setOnInsert": {"waiting": 0, "at": NEVER}}
    await database.told_queues.update_one(own, noted, upsert=True, session=session)
    if deleted:
        await database.told_queues.delete_one(own, session=session)
        view = queue_view(queue, reachable=0, deleted=True)
    else:
        view = (await queue_views(database, [queue], session=session))[0]
    event = Event(workspace_id=queue["workspace_id"], type=EventType.QUEUE_UPDATED, at=at, data=view)
    await write_events(database, [event], at=at, session=session)
    return view
