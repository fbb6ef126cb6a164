"""Queues and operators as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from inbox.people.access import Caller
from inbox.reports.overdue import Overdue, read_overdue
from inbox.reports.report_models import LiveReport, OperatorNow, QueueNow
from inbox.storage.database import Database
from inbox.storage.documents import Condition
from inbox.storage.time_limits import READ_MS, told_when_too_slow

MOST: Final = 1_000
"""Queues, and operators: more are on no screen."""
_NOTHING: Final = Overdue()
TOO_BROAD: Final = "So many conversations wait that finding the longest wait took too long: ask again in a moment."


async def live_report(database: Database, caller: Caller, *, now: datetime) -> LiveReport:
    """Show the queues and operators that a caller sees. Raises `ProblemError` (`too_broad`)."""
    with told_when_too_slow(TOO_BROAD):
        overdue = await read_overdue(database, caller.workspace_id)
        return LiveReport(
            at=now,
            queues=await _queues(database, caller, overdue.queues, now),
            operators=await _operators(database, caller, overdue.operators),
        )


async def _queues(database: Database, caller: Caller, overdue: Mapping[str, Overdue], now: datetime) -> list[QueueNow]:
    seen: Condition = {} if caller.sees_all else {"_id": {"$in": sorted(caller.queue_ids)}}
    wanted = {"workspace_id": caller.workspace_id, **seen}
    found = await database.queues.find(wanted, {"name": 1, "waiting": 1}).sort("_id", 1).limit(MOST).to_list(None)
    since = await _waiting_since(database, caller.workspace_id)
    return [
        QueueNow(
            id=queue["_id"],
            name=queue["name"],
            waiting=queue["waiting"],
            longest_wait_seconds=_seconds(since.get(queue["_id"]), now),
            overdue=overdue.get(queue["_id"], _NOTHING).count,
            next_due_at=overdue.get(queue["_id"], _NOTHING).next_due_at,
        )
        for queue in found
    ]


async def _waiting_since(database: Database, workspace_id: str) -> dict[str, datetime]:
    """Return since when the first of each queue waits."""
    waiting: Condition = {"workspace_id": workspace_id, "open": True, "state": "queued"}
    first = [{"$match": waiting}, {"$group": {"_id": "$queue_id", "since": {"$min": "$queued_at"}}}]
    found = database.conversations.aggregate(first, maxTimeMS=READ_MS)
    return {one["_id"]: one["since"] async for one in found if one["_id"] is not None}


def _seconds(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds()))


async def _operators(database: Database, caller: Caller, overdue: Mapping[str, Overdue]) -> list[OperatorNow]:
    seen: Condition = {} if caller.sees_all else {"_id": {"$in": sorted(caller.supervised_ids | {caller.id})}}
    wanted = {"workspace_id": caller.workspace_id, "active": True, **seen}
    fields = {"name": 1, "status": 1, "status_since": 1, "load": 1, "resting": 1}
    found = await database.operators.find(wanted, fields).sort("_id", 1).limit(MOST).to_list(None)
    return [
        OperatorNow(
            id=operator["_id"],
            name=operator["name"],
            status=operator["status"],
            status_since=operator.get("status_since"),
            load=operator.get("load", 0),
            resting=operator.get("resting", 0),
            overdue=overdue.get(operator["_id"], _NOTHING).count,
        )
        for operator in found
    ]
