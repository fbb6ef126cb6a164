"""The places that conversations take up: one in a queue while they wait, one with an operator while they are assigned.

Counted on the queue's and the operator's own document, in the transaction that moves the conversation:
two that would take the last place meet on that document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from inbox.messages.views import ConversationState
from inbox.storage.database import Database, Document, Session


async def free_place(database: Database, conversation: Document, *, session: Session) -> None:
    """Give back the place that a conversation takes up, before it is moved or closed."""
    await free_places(database, [conversation], session=session)


async def free_places(database: Database, conversations: Sequence[Document], *, session: Session) -> None:
    """Give back the places of conversations of one workspace, with one update a queue and an operator."""
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
