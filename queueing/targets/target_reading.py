"""Reading what a look at a wait depends on: targets of queues, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from inbox.model.authors import ANSWERING, AuthorKind, Direction
from inbox.model.statuses import MessageStatus
from inbox.model.target_kind import TargetKind
from inbox.storage.database import Collections, Cursor, Session
from inbox.storage.documents import BusinessHoursDocument, Fields, MessageDocument, QueueDocument, TargetLookDocument
from inbox.storage.time_limits import READ_MS
from queueing.targets.target_rules import Said, Targets

MOST_SAID: Final = 5_000
"""Messages of one conversation that a look reads: who has written so many without an answer is late in any case."""
_SAID: Final[Fields] = {"conversation_id": 1, "seq": 1, "direction": 1, "author": 1, "created_at": 1}
_TARGETS: Final[Fields] = dict.fromkeys(
    (
        "first_answer_target_seconds",
        "next_answer_target_seconds",
        "target_warning_seconds",
        "targets_set_at",
        "business_hours_id",
    ),
    1,
)


async def read_targets(
    database: Collections, workspace_id: str, queue_ids: Iterable[str], session: Session
) -> Mapping[str, Targets]:
    """Return the targets of queues that have some."""
    wanted = {"workspace_id": workspace_id, "_id": {"$in": sorted(queue_ids)}, "targets_set_at": {"$type": "date"}}
    queues = await database.queues.find(wanted, _TARGETS, session=session).to_list(None)
    hours_ids = [queue["business_hours_id"] for queue in queues if queue["business_hours_id"] is not None]
    of_queues = {"workspace_id": workspace_id, "_id": {"$in": hours_ids}}
    found = await database.business_hours.find(of_queues, session=session).to_list(None) if hours_ids else []
    hours = {one["_id"]: one for one in found}
    return {queue["_id"]: _targets(queue, hours) for queue in queues}


def _targets(queue: QueueDocument, hours: Mapping[str, BusinessHoursDocument]) -> Targets:
    seconds = {
        TargetKind.FIRST_ANSWER: queue.get("first_answer_target_seconds"),
        TargetKind.NEXT_ANSWER: queue.get("next_answer_target_seconds"),
    }
    set_at = queue.get("targets_set_at")
    if set_at is None:
        raise LookupError("a queue with targets says when they were set")
    return Targets(
        seconds={kind: some for kind, some in seconds.items() if some is not None},
        warn_seconds=queue.get("target_warning_seconds"),
        set_at=set_at,
        hours=hours.get(queue["business_hours_id"] or ""),
    )


async def read_said(
    database: Collections, looks: Sequence[TargetLookDocument], session: Session
) -> Mapping[str, Sequence[Said]]:
    """Return what customers said and who answered, in each conversation, from where its look begins."""
    found = await database.together(*(_said_in(database, look, session) for look in looks))
    return {look["_id"]: [_said(message) for message in messages] for look, messages in zip(looks, found, strict=True)}


def _said_in(database: Collections, look: TargetLookDocument, session: Session) -> Cursor:
    said = {
        "workspace_id": look["workspace_id"],
        "conversation_id": look["_id"],
        "seq": {"$gt": look.get("base_seq", 0)},
        "void": {"$exists": False},
        "is_notice": {"$exists": False},
        "status": {"$ne": MessageStatus.SCHEDULED.value},
        "$or": [
            {"direction": Direction.IN.value},
            {"direction": Direction.OUT.value, "author.kind": {"$in": [kind.value for kind in ANSWERING]}},
        ],
    }
    cursor = database.messages.find(said, _SAID, session=session, max_time_ms=READ_MS)
    return cursor.sort([("conversation_id", 1), ("seq", 1)]).limit(MOST_SAID)


def _said(message: MessageDocument) -> Said:
    author = message["author"]
    at: datetime = message["created_at"]
    is_answer = message["direction"] == Direction.OUT.value
    is_operators = is_answer and author["kind"] == AuthorKind.OPERATOR.value
    return Said(seq=message["seq"], at=at, is_answer=is_answer, operator_id=author.get("id") if is_operators else None)
