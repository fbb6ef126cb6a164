"""Operators as they really are: a customer who has written counts, though the sweep has not counted them yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from inbox.conversation.unanswered import read_turns
from inbox.storage.database import Collections, Session
from inbox.storage.documents import OperatorDocument
from inbox.storage.time_limits import READ_MS

CLOCKS_DIFFER_MS: Final = 5_000
"""Between machines; nothing was said for ten seconds at least before a rest, so nothing older is found."""


async def with_returned(
    database: Collections, workspace_id: str, operators: Sequence[OperatorDocument], *, session: Session
) -> list[OperatorDocument]:
    """Return operators of one workspace without those among their resting conversations whose customers have written.

    A conversation that rests counts again from the customer's message on, and a sweep does that a moment later. Who
    gives somebody a conversation in between must not take that for room.
    """
    with_some = [operator["_id"] for operator in operators if operator.get("resting", 0) > 0]
    if not with_some:
        return list(operators)
    stirred = {
        "workspace_id": workspace_id,
        "open": True,
        "operator_id": {"$in": with_some},
        "rested_at": {"$type": "date"},
        "$expr": {"$gte": ["$active_at", {"$subtract": ["$rested_at", CLOCKS_DIFFER_MS]}]},
    }
    found = database.conversations.find(stirred, {"operator_id": 1}, session=session, max_time_ms=READ_MS)
    owners = {conversation["_id"]: conversation["operator_id"] async for conversation in found}
    turns = await read_turns(database, owners, session=session) if owners else {}
    back = Counter(owners[id_] for id_, turn in turns.items() if turn.operator_owes)
    return [{**operator, "resting": operator.get("resting", 0) - back[operator["_id"]]} for operator in operators]
