"""The places that conversations take up: one in a queue while they wait, one with an operator while they are assigned.

Counted on the queue's and the operator's own document, in the transaction that moves the conversation:
two that would take the last place meet on that document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from inbox.model.conversation_state import ConversationState
from inbox.storage.database import Collections, Document, Session


def queue_line(queue_id: str) -> str:
    """Name the line of those who count on a queue."""
    return f"queue:{queue_id}"


def operator_line(operator_id: str) -> str:
    """Name the line of those who count on an operator."""
    return f"operator:{operator_id}"


def place_line(conversation: Document) -> str | None:
    """Name the line of those who give back a place like this conversation's; None where it takes up none."""
    if conversation["state"] == ConversationState.ASSIGNED.value:
        return operator_line(conversation["operator_id"])
    queued = conversation["state"] == ConversationState.QUEUED.value and conversation["queue_id"] is not None
    return queue_line(conversation["queue_id"]) if queued else None


async def free_place(database: Collections, conversation: Document, *, session: Session) -> None:
    """Return back the place that a conversation takes up, before it is moved or closed."""
    await free_places(database, [conversation], session=session)


async def free_places(database: Collections, conversations: Sequence[Document], *, session: Session) -> None:
    """Return back the places of conversations of one workspace, with one update a queue and an operator."""
    queues: Counter[str] = Counter()
    operators: Counter[str] = Counter()
    for conversation in conversations:
        if conversation["state"] == ConversationState.QUEUED.value and conversation["queue_id"] is not None:
            queues[conversation["queue_id"]] += 1
        elif conversation["state"] == ConversationState.ASSIGNED.value:
            operators[conversation["operator_id"]] += 1
    for counted, collection, field in ((queues, database.queues, "waiting"), (operators, database.operators, "load")):
        for id_, count in sorted(counted.items()):
            await collection.update_one(
                {"_id": id_, "workspace_id": conversations[0]["workspace_id"]},
                {"$inc": {field: -count}},
                session=session,
            )


class SeatTaken(NamedTuple):
    """Conversations that an operator gets together, and the operator's turn among all."""

    operator_id: str
    conversations: int
    turn: int


async def take_seats(
    database: Collections, workspace_id: str, taken: Sequence[SeatTaken], *, at: datetime, session: Session
) -> None:
    """Count new assignments on operators, all with one statement: each finds its numbers by its place among the ids."""
    ids = [one.operator_id for one in taken]
    place = {"$indexOfArray": [ids, "$_id"]}
    count = {"$arrayElemAt": [[one.conversations for one in taken], place]}
    fields = {
        "load": {"$add": [{"$ifNull": ["$load", 0]}, count]},
        "idle_since": {"$literal": at},
        "turn": {"$arrayElemAt": [[one.turn for one in taken], place]},
    }
    await database.operators.update_many(
        {"_id": {"$in": ids}, "workspace_id": workspace_id}, [{"$set": fields}], session=session
    )
