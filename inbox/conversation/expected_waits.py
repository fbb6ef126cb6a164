"""How long those who wait in a queue will wait, from its recent pace and the places that its operators have free."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from inbox.conversation.queue_members import busy, capacity_of, members_condition
from inbox.conversation.waiting_estimate import expected_wait
from inbox.model.operator_status import READY
from inbox.storage.database import Collections, Document, Session
from inbox.storage.documents import QueueDocument
from inbox.storage.time_limits import READ_MS

_CAPACITY: Final[Document] = {"operator_ids": 1, "group_ids": 1, "capacity": 1}


async def expected_waits(
    database: Collections,
    workspace_id: str,
    queue_id: str,
    places: Mapping[str, int],
    *,
    now: datetime,
    session: Session,
) -> Mapping[str, int]:
    """Return the seconds that each will wait, by id; who is left out can't be estimated.

    Args:
        database: Where the queue is.
        workspace_id: Whose queue.
        queue_id: The queue.
        places: Places in it, from 1, by conversation id.
        now: The current time.
        session: The transaction, if there is one.
    """
    wanted = {"_id": queue_id, "workspace_id": workspace_id}
    shown = {**_CAPACITY, "assigned_at": 1, "workspace_id": 1}
    queue = await database.queues.find_one(wanted, shown, session=session, max_time_ms=READ_MS)
    if queue is None or not places:
        return {}
    takers = await _free_places(database, queue, session)
    seconds: dict[str, int] = {}
    for id_, place in places.items():
        wait = expected_wait(place, queue["assigned_at"], ready=len(takers), free_capacity=sum(takers), now=now)
        if wait is not None:
            seconds[id_] = int(wait.total_seconds())
    return seconds


async def _free_places(database: Collections, queue: QueueDocument, session: Session) -> list[int]:
    """Return the free places of each ready member who takes conversations."""
    takers = {**members_condition(queue), "status": READY, "next_status": None}
    shown = {"capacity": 1, "group_ids": 1, "load": 1, "resting": 1}
    members = await database.operators.find(takers, shown, session=session, max_time_ms=READ_MS).to_list(None)
    if not members:
        return []
    workspace = {"workspace_id": queue["workspace_id"]}
    queues = await database.queues.find(workspace, _CAPACITY, session=session, max_time_ms=READ_MS).to_list(None)
    return [max(0, capacity_of(member, queues) - busy(member)) for member in members]
