"""What is stored of a queue beside its settings, and who its members are.

A queue's document counts who waits (`waiting`), and an operator's counts the open conversations that are assigned to
them (`load`) and those of them that rest (`resting`). Whatever moves a conversation changes these counters in the same
transaction, so two that would overfill a queue or an operator meet on one document, and one of them starts again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from inbox.storage.database import Document
from inbox.storage.documents import OperatorDocument, QueueDocument

RECENT_KEPT: Final = 50
"""Times of recent assignments, for the expected wait."""
DEFAULT_CAPACITY: Final = 5
"""Of an operator where neither they nor any of their queues name one."""


def is_member(queue: QueueDocument, operator: OperatorDocument) -> bool:
    """Tell whether an operator belongs to a queue, by name or by group."""
    in_group = not set(queue["group_ids"]).isdisjoint(operator.get("group_ids", ()))
    return operator["_id"] in queue["operator_ids"] or in_group


def members_condition(queue: QueueDocument) -> Document:
    """Make the condition that finds a queue's members among the operators of its workspace."""
    return {
        "workspace_id": queue["workspace_id"],
        "active": True,
        "$or": [{"_id": {"$in": list(queue["operator_ids"])}}, {"group_ids": {"$in": list(queue["group_ids"])}}],
    }


def busy(operator: OperatorDocument) -> int:
    """Return how many of an operator's conversations count for the capacity: those whose customers don't rest."""
    return int(operator.get("load", 0)) - int(operator.get("resting", 0))


def capacity_of(operator: OperatorDocument, queues: Iterable[QueueDocument]) -> int:
    """Return an operator's capacity: their own, otherwise the smallest of their queues' (domain rule 2.4)."""
    own: int | None = operator.get("capacity")
    if own is not None:
        return own
    named = [most for queue in queues if (most := queue.get("capacity")) and is_member(queue, operator)]
    return min(named, default=DEFAULT_CAPACITY)
