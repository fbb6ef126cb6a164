"""Notes of the moves of a conversation: which rule was asked, what it answered, who moved it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from inbox.people.access import Caller
from inbox.storage.documents import RoutingNoteDocument

BY_RULE = "queue"
"""Who moved it where no person did."""
STARTED = "started"
"""The answer to an assignment with which an operator began the conversation: no customer arrived."""


class RoutingRule(StrEnum):
    """What was asked."""

    ARRIVAL = "arrival"
    ADMISSION = "admission"
    DISTRIBUTION = "distribution"
    ASSIGNMENT = "assignment"
    TRANSFER = "transfer"
    MAX_WAIT = "max_wait"
    RETURN = "return"
    QUEUE_DELETED = "queue_deleted"
    OPERATOR_REMOVED = "operator_removed"
    PRIORITY = "priority"
    BOT = "bot"
    CLOSE = "close"
    REOPENING = "reopening"
    GIVEN_BACK = "given_back"


class RoutingNote(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that was tried.

    Attributes:
        answer: What it answered, such as `queued`, `overflowed`, `assigned`; of a priority the new one.
        queue_id: The queue that was asked, or where the conversation went.
        operator_id: Who got it.
        by: `kind:id` of who moved it; `queue` where the rules did.
    """

    at: datetime
    rule: RoutingRule
    answer: str
    queue_id: str | None = None
    operator_id: str | None = None
    by: str | None = None


def routing_note(
    rule: RoutingRule,
    answer: str,
    at: datetime,
    *,
    queue_id: str | None = None,
    operator_id: str | None = None,
    by: str = BY_RULE,
) -> RoutingNoteDocument:
    """Make a note for `Change.note`."""
    return {
        "at": at,
        "rule": rule.value,
        "answer": str(answer),
        "queue_id": queue_id,
        "operator_id": operator_id,
        "by": by,
    }


def who(caller: Caller) -> str:
    """Name a caller in a note."""
    return f"{caller.kind}:{caller.id}"
