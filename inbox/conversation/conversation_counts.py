"""How many conversations a list has, without reading it.

What a caller sees of the open ones falls into places that have nothing in common: what people have, and what nobody
has in certain queues. Each place is a stretch of one index, so that whoever counts a whole view reads no document.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.conversation.conversation_lists import seen_by
from inbox.conversation.list_filters import ConversationFilter, ListView, Narrowing, filter_conditions
from inbox.model.authors import Direction
from inbox.people.access import Caller
from inbox.storage.database import ASCENDING, DESCENDING, Database, Document, is_too_slow
from inbox.storage.documents import Condition

EXACT_TO: Final = 1_000
"""Nobody decides otherwise for 1,001 than for 1,100. To 1,000 a count takes MongoDB one to four milliseconds, with a
filter that no index has up to ten; to 10,000 ten times that, for each of a few hundred open pages."""
FEW_IN_VIEW: Final = 100
"""As far as the list of saved views counts each."""
LOOKED_INTO: Final = 200
"""Conversations of one's own that are looked into for unread messages, a third of a millisecond each; who has more has
no use for the number."""
COUNT_MS: Final = 500
"""A count beside a name is not worth more of the database."""
COUNTED_AT_ONCE: Final = 2
"""As many as searches of one workspace (`gateway.http.turns`)."""
BY_PLACE: Final = [
    ("workspace_id", ASCENDING),
    ("open", ASCENDING),
    ("operator_id", ASCENDING),
    ("_id", DESCENDING),
    ("queue_id", ASCENDING),
]
"""MongoDB is told the index of a whole view: of several that fit, it takes ones that make it read documents."""


class ViewCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many conversations are in one view.

    Attributes:
        count: Exact unless `more`; null for a view that searches (`q`), and where counting would take too long.
        more: There are more than `count`.
        unread: In how many the customer wrote something that is not read yet, of `mine` only, and only where
            these are 200 at most; null elsewhere.
    """

    count: int | None
    more: bool = False
    unread: int | None = None


async def count_view(
    database: Database, caller: Caller, asked: ConversationFilter, *, now: datetime, exact_to: int = EXACT_TO
) -> ViewCount:
    """Count what a list would show a caller, up to a limit."""
    if asked.q is not None and asked.q.strip():
        return ViewCount(count=None)
    conditions = await filter_conditions(database, caller, asked, now=now)
    parts = await _parts(database, caller, asked)
    hint: dict[str, Any] = {"hint": BY_PLACE} if _is_whole(asked) else {}
    found = 0
    try:
        for part in parts:
            wanted = {"$and": [*conditions, *part]}
            left = exact_to + 1 - found
            found += await database.conversations.count_documents(wanted, limit=left, maxTimeMS=COUNT_MS, **hint)
            if found > exact_to:
                return ViewCount(count=exact_to, more=True)
    except Exception as error:
        if is_too_slow(error):
            return ViewCount(count=None)
        raise
    return ViewCount(count=found)


async def count_views(
    database: Database, caller: Caller, asked: Sequence[ConversationFilter], *, now: datetime, exact_to: int = EXACT_TO
) -> list[ViewCount]:
    """Count several views, a few at a time; the answers are in the order of the views."""
    gate = asyncio.Semaphore(COUNTED_AT_ONCE)

    async def counted(one: ConversationFilter) -> ViewCount:
        async with gate:
            return await count_view(database, caller, one, now=now, exact_to=exact_to)

    return list(await asyncio.gather(*map(counted, asked)))


async def count_unread(database: Database, caller: Caller, asked: ConversationFilter, *, now: datetime) -> int | None:
    """Count the conversations of a view (of `LOOKED_INTO` at most) with something unread; None if it takes too long."""
    conditions = await filter_conditions(database, caller, asked, now=now)
    pipeline: list[Document] = [
        {"$match": {"$and": conditions}},
        {"$limit": LOOKED_INTO},
        {"$project": {"read_seq": 1}},
        _FIRST_UNREAD,
        {"$match": {"unread": {"$ne": []}}},
        {"$count": "count"},
    ]
    try:
        found = await database.conversations.aggregate(pipeline, maxTimeMS=COUNT_MS).to_list(None)
    except Exception as error:
        if is_too_slow(error):
            return None
        raise
    return int(found[0]["count"]) if found else 0


_FIRST_UNREAD: Final[Document] = {
    "$lookup": {
        "from": "messages",
        "localField": "_id",
        "foreignField": "conversation_id",
        "let": {"read_seq": "$read_seq"},
        "pipeline": [
            {"$match": {"$expr": {"$gt": ["$seq", "$$read_seq"]}, "direction": Direction.IN.value}},
            {"$limit": 1},
            {"$project": {"_id": 1}},
        ],
        "as": "unread",
    }
}


def _is_whole(asked: ConversationFilter) -> bool:
    """Tell whether a view of open conversations is narrowed down by nothing."""
    return msgspec.structs.replace(asked, view=ListView.ALL) == ConversationFilter()


async def _parts(database: Database, caller: Caller, asked: ConversationFilter) -> Sequence[Sequence[Condition]]:
    """Return the parts of what the caller sees that a view can show; no conversation is in two."""
    if asked.is_of_closed:
        return [await seen_by(database, caller, open_only=False)]
    if caller.sees_all or asked.view is ListView.MINE:
        return [[]]
    unassigned: Condition = {"operator_id": None, "queue_id": {"$in": [None, *sorted(caller.queue_ids)]}}
    if asked.view is ListView.UNASSIGNED:
        return [[unassigned]]
    return [[{"operator_id": {"$in": [caller.id, *sorted(caller.supervised_ids)]}}], [unassigned]]


def narrowed(asked: Narrowing, **part: Any) -> ConversationFilter:
    """Return a view, narrowed down as was asked."""
    same = {name: getattr(asked, name) for name in Narrowing.__struct_fields__}
    return ConversationFilter(**same, **part)
