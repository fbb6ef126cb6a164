"""Finds the closed conversations of a channel that are old enough, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.storage.database import Database
from inbox.storage.documents import ChannelDocument, Condition, ConversationDocument, Fields

READ: Final[Fields] = {"workspace_id": 1, "closed_at": 1}


class Place(msgspec.Struct, frozen=True):
    """A place among the closed conversations of a channel: many may have closed in the same moment."""

    closed_at: datetime
    id: str = ""


def old_conversations(channel: ChannelDocument, before: datetime, after: Place | None = None) -> Condition:
    """Return the query for conversations with words that closed before a time, behind a place."""
    of_channel = {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"], "emptied_at": None}
    if after is None:
        return {**of_channel, "closed_at": {"$type": "date", "$lte": before}}
    return {
        **of_channel,
        "closed_at": {"$type": "date", "$gte": after.closed_at, "$lte": before},
        "$or": [{"closed_at": {"$gt": after.closed_at}}, {"_id": {"$gt": after.id}}],
    }


async def read_old(
    database: Database, channel: ChannelDocument, before: datetime, *, after: Place | None, limit: int
) -> Sequence[ConversationDocument]:
    """Read the next old conversations behind a place, in the order in which they closed."""
    found = database.conversations.find(old_conversations(channel, before, after), READ)
    return await found.sort([("closed_at", 1), ("_id", 1)]).limit(limit).to_list(None)


def place_of(conversation: ConversationDocument) -> Place:
    """Return where a closed conversation stands."""
    closed_at = conversation.get("closed_at")
    if closed_at is None:
        raise ValueError("an open conversation has no place among the closed ones")
    return Place(closed_at, conversation["_id"])
