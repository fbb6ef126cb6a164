"""Why a conversation is where it is: notes taken with each move, and the account that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from inbox.conversation.conversation_reading import visible_conversation
from inbox.foundation.structs import read_as
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Caller
from inbox.storage.database import Database, Document

BY_RULE = "queue"
"""Who moved it where no person did."""
STARTED = "started"
"""The answer to an assignment with which an operator began the conversation: no customer arrived."""


class Rule(StrEnum):
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
    CLOSE = "close"


class RoutingNote(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that was tried.

    Attributes:
        answer: What it answered, such as `queued`, `overflowed`, `assigned`.
        queue_id: The queue that was asked, or where the conversation went.
        operator_id: Who got it.
        by: `kind:id` of who moved it; `queue` where the rules did.
    """

    at: datetime
    rule: Rule
    answer: str
    queue_id: str | None = None
    operator_id: str | None = None
    by: str | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversation is and how it came there, oldest first; of very many moves the latest 50."""

    conversation_id: str
    state: ConversationState
    queue_id: str | None
    operator_id: str | None
    items: tuple[RoutingNote, ...]


def routing_note(
    rule: Rule,
    answer: str,
    at: datetime,
    *,
    queue_id: str | None = None,
    operator_id: str | None = None,
    by: str = BY_RULE,
) -> Document:
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


async def explain(database: Database, caller: Caller, conversation_id: str) -> Explanation:
    """Explain where a conversation is. Raises `ProblemError` (`not_found`)."""
    conversation = await visible_conversation(database, caller, conversation_id)
    return Explanation(
        conversation_id=conversation["_id"],
        state=ConversationState(conversation["state"]),
        queue_id=conversation["queue_id"],
        operator_id=conversation["operator_id"],
        items=tuple(read_as({"_id": "", **note}, RoutingNote) for note in all_notes(conversation)),
    )


def all_notes(conversation: Mapping[str, Any]) -> list[Document]:
    """Return the stored notes between the arrival and the close."""
    log: list[Document] = list(conversation.get("routing_log", ()))
    first_queue = _arrived_for(conversation, log)
    waits = "new" if first_queue is not None else "queued"
    arrival = routing_note(Rule.ARRIVAL, waits, conversation["opened_at"], queue_id=first_queue, by="channel")
    notes = log if log and log[0]["answer"] == STARTED else [arrival, *log]
    if not conversation["open"]:
        reason, by = conversation.get("close_reason") or "", conversation.get("closed_by") or BY_RULE
        notes.append(routing_note(Rule.CLOSE, reason, conversation["closed_at"], by=by))
    return notes


def _arrived_for(conversation: Mapping[str, Any], log: Sequence[Document]) -> str | None:
    """Return the queue of the channel at that time; one that came to a queue by hand arrived without."""
    first = next((note for note in log if note["queue_id"] is not None), None)
    if first is None:
        queue_id: str | None = conversation["queue_id"]
        return queue_id
    return None if first["rule"] == Rule.TRANSFER.value else str(first["queue_id"])
