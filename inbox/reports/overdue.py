"""How many answers are overdue now, and when the next one is due: by queue, and by operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from inbox.conversation.list_filters import HAS_TARGET
from inbox.storage.database import Database
from inbox.storage.documents import Condition
from inbox.storage.time_limits import READ_MS

_LATE: Final = {"$cond": ["$target.breached", 1, 0]}
_TO_COME: Final = {"$cond": ["$target.breached", None, "$target.due_at"]}


class Overdue(msgspec.Struct, frozen=True, kw_only=True):
    """What is due of some conversations."""

    count: int = 0
    next_due_at: datetime | None = None

    def __add__(self, other: Overdue) -> Overdue:
        """Put two together."""
        times = [at for at in (self.next_due_at, other.next_due_at) if at is not None]
        return Overdue(count=self.count + other.count, next_due_at=min(times, default=None))


class OverdueNow(msgspec.Struct, frozen=True, kw_only=True):
    """What is due now, by the ids of queues and of operators."""

    queues: Mapping[str, Overdue]
    operators: Mapping[str, Overdue]


async def read_overdue(database: Database, workspace_id: str) -> OverdueNow:
    """Count what is overdue in a workspace."""
    due: Condition = {"workspace_id": workspace_id, "open": True, **HAS_TARGET}
    by_both = {
        "_id": ["$queue_id", "$operator_id"],
        "count": {"$sum": _LATE},
        "next": {"$min": _TO_COME},
    }
    found = database.conversations.aggregate([{"$match": due}, {"$group": by_both}], maxTimeMS=READ_MS)
    rows = [(*row["_id"], Overdue(count=row["count"], next_due_at=row["next"])) async for row in found]
    return OverdueNow(
        queues=_summed((queue, due) for queue, _, due in rows),
        operators=_summed((operator, due) for _, operator, due in rows),
    )


def _summed(rows: Iterable[tuple[str | None, Overdue]]) -> Mapping[str, Overdue]:
    sums: dict[str, Overdue] = {}
    for id_, due in rows:
        if id_ is not None:
            sums[id_] = sums.get(id_, Overdue()) + due
    return sums
