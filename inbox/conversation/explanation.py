"""Explains from a conversation's routing notes why it is where it is."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.routing_notes import BY_RULE, STARTED, RoutingNote, RoutingRule, routing_note
from inbox.foundation.structs import read_as
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Caller
from inbox.storage.database import Database
from inbox.storage.documents import ConversationDocument, RoutingNoteDocument


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversation is and how it came there, oldest first; of very many moves the latest 50."""

    conversation_id: str
    state: ConversationState
    queue_id: str | None
    operator_id: str | None
    items: tuple[RoutingNote, ...]


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


def all_notes(conversation: ConversationDocument) -> list[RoutingNoteDocument]:
    """Return the stored notes between the arrival and the close."""
    log: list[RoutingNoteDocument] = list(conversation.get("routing_log", ()))
    first_queue = _arrived_for(conversation, log)
    waits = "bot" if "bot" in conversation else "new" if first_queue is not None else "queued"
    arrival = routing_note(RoutingRule.ARRIVAL, waits, conversation["opened_at"], queue_id=first_queue, by="channel")
    notes = log if log and log[0]["answer"] == STARTED else [arrival, *log]
    closed_at = conversation.get("closed_at")
    if closed_at is not None:
        reason, by = conversation.get("close_reason") or "", conversation.get("closed_by") or BY_RULE
        notes.append(routing_note(RoutingRule.CLOSE, reason, closed_at, by=by))
    return notes


def _arrived_for(conversation: ConversationDocument, log: Sequence[RoutingNoteDocument]) -> str | None:
    """Return the queue of the channel at that time; one that came to a queue by hand arrived without."""
    first = next((note for note in log if note["queue_id"] is not None), None)
    if first is None:
        queue_id: str | None = conversation["queue_id"]
        return queue_id
    return None if first["rule"] == RoutingRule.TRANSFER.value else str(first["queue_id"])
