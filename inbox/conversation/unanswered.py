"""Whether the operator or the customer owes the next message in assigned conversations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from inbox.model.authors import AuthorKind, Direction
from inbox.model.conversation_state import ConversationState
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Collections, Session

_MACHINES: Final = (AuthorKind.AUTO.value, AuthorKind.CAMPAIGN.value)
_SAID: Final = {
    "void": {"$exists": False},
    "is_notice": {"$exists": False},
    "status": {"$ne": MessageStatus.SCHEDULED.value},
    "author.kind": {"$nin": list(_MACHINES)},
}
"""Neither tombstones of late messages, nor what a provider tells of a customer, nor what is to be said later, nor
what a machine said."""


class Turn(msgspec.Struct, frozen=True):
    """Who owes the next message, and since when: from the last one, or from the assignment."""

    operator_owes: bool
    since: datetime


async def read_turns(
    database: Collections, conversation_ids: Iterable[str], *, session: Session = None
) -> Mapping[str, Turn]:
    """Tell whose turn it is in assigned conversations; those in which nobody has said anything are left out."""
    newest = {
        "$lookup": {
            "from": "messages",
            "localField": "_id",
            "foreignField": "conversation_id",
            "pipeline": [
                {"$match": _SAID},
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
            {"$match": {"newest": {"$ne": []}}},
        ],
        session=session,
    )
    return {
        c["_id"]: Turn(said["direction"] == Direction.IN.value, max(said["created_at"], c["assigned_at"]))
        async for c in found
        for said in c["newest"]
    }


async def read_unanswered(
    database: Collections, conversation_ids: Iterable[str], *, session: Session = None
) -> Mapping[str, datetime]:
    """Tell since when an assigned operator owes an answer."""
    turns = await read_turns(database, conversation_ids, session=session)
    return {id_: turn.since for id_, turn in turns.items() if turn.operator_owes}
