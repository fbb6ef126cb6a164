"""Whether the operator or the customer owes the next message in assigned conversations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from inbox.model.authors import AuthorKind, Direction
from inbox.model.conversation_state import ConversationState
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Collections, Session

_SAID: Final = {
    "void": {"$exists": False},
    "is_notice": {"$exists": False},
    "status": {"$ne": MessageStatus.SCHEDULED.value},
}
"""Neither tombstones of late messages, nor what a provider tells of a customer, nor what is to be said later."""


async def read_unanswered(
    database: Collections, conversation_ids: Iterable[str], *, session: Session = None
) -> Mapping[str, datetime]:
    """Tell since when an assigned operator owes an answer: from the customer's last message, or the assignment."""
    newest = {
        "$lookup": {
            "from": "messages",
            "localField": "_id",
            "foreignField": "conversation_id",
            "pipeline": [
                {"$match": {**_SAID, "author.kind": {"$ne": AuthorKind.AUTO.value}}},
                {"$sort": {"seq": -1}},
                {"$limit": 1},
                {"$project": {"_id": 0, "direction": 1, "created_at": 1}},
            ],
            "as": "newest",
        }
    }
    found = database.conversations.aggregate(
        [
            {"$match": {"_id": {"$in": list(conversation_ids)}, "state": ConversationState.ASSIGNED.value}},
            {"$project": {"assigned_at": 1}},
            newest,
            {"$match": {"newest.direction": Direction.IN.value}},
        ],
        session=session,
    )
    return {c["_id"]: max(c["newest"][0]["created_at"], c["assigned_at"]) async for c in found}
