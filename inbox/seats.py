"""The places that conversations take up: one in a queue while they wait, one with an operator while they are assigned.

Counted on the queue's and the operator's own document, in the transaction that moves the conversation:
two that would take the last place meet on that document.
"""

from __future__ import annotations

from inbox.database import Database, Document, Session
from inbox.views import ConversationState


async def free_place(database: Database, conversation: Document, *, session: Session) -> None:
    """Give back the place that a conversation takes up, before it is moved or closed."""
    if conversation["state"] == ConversationState.QUEUED.value and conversation["queue_id"] is not None:
        await database.queues.update_one(
            {"_id": conversation["queue_id"], "workspace_id": conversation["workspace_id"]},
            {"$inc": {"waiting": -1}},
            session=session,
        )
    elif conversation["state"] == ConversationState.ASSIGNED.value:
        await database.operators.update_one(
            {"_id": conversation["operator_id"], "workspace_id": conversation["workspace_id"]},
            {"$inc": {"load": -1}},
            session=session,
        )


async def take_seat(database: Database, workspace_id: str, operator_id: str, *, session: Session) -> None:
    """Count one more conversation with an operator."""
    await database.operators.update_one(
        {"_id": operator_id, "workspace_id": workspace_id}, {"$inc": {"load": 1}}, session=session
    )
