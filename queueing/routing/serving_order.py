"""Which queues of a workspace have somebody to hand out, and who is next there: read for all of them at once."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from inbox.conversation.queue_members import busy, capacity_of, is_member
from inbox.model.operator_status import READY
from inbox.storage.database import Database, Document
from inbox.storage.time_limits import READ_MS
from queueing.queues.queue_snapshot import MEMBERS_AT_ONCE
from queueing.routing.distributing import read_line

_OF_QUEUE: Final[Document] = dict.fromkeys(("workspace_id", "waiting", "operator_ids", "group_ids", "capacity"), 1)
_OF_OPERATOR: Final[Document] = dict.fromkeys(("group_ids", "capacity", "load", "resting"), 1)


class FirstInLine(NamedTuple):
    """The head of a queue; sorted, those of several queues stand as if they waited in one."""

    without_priority: int
    queued_at: datetime
    queue_id: str


async def queues_to_serve(database: Database, workspace_id: str) -> list[FirstInLine]:
    """Look, without a lock, at queues in which somebody waits who could be taken; the longest wait comes first."""
    own: Document = {"workspace_id": workspace_id}
    queues = await database.queues.find(own, _OF_QUEUE, max_time_ms=READ_MS).to_list(None)
    waited_in = [queue for queue in queues if queue["waiting"] > 0]
    if not waited_in:
        return []
    takers = {**own, "active": True, "status": READY, "next_status": None}
    found = database.operators.find(takers, _OF_OPERATOR, batch_size=MEMBERS_AT_ONCE, max_time_ms=READ_MS)
    ready = await found.to_list(None)
    free = [operator for operator in ready if busy(operator) < capacity_of(operator, queues)]
    served = [queue for queue in waited_in if any(is_member(queue, operator) for operator in free)]
    heads = [(queue["_id"], one) for queue in served for one in await read_line(database, queue, 1, None)]
    return sorted(FirstInLine(-head["priority"], head["queued_at"] or head["opened_at"], id_) for id_, head in heads)
