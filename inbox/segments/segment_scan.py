"""Walks over a workspace's contacts, a batch at a time, and finds those who are in a segment.

With tags in the filter only contacts with one of them are read; otherwise all, in the order of their ids. A filter is
true of the customer, not of the contact: what an operator merged is put together first, so a customer of several
contacts may be found once for each of them, and whoever counts or writes takes the first.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec

from inbox.contacts.whole_contacts import Whole, read_wholes
from inbox.segments.segment_rules import Wanted, fits
from inbox.storage.database import Collections, Database
from inbox.storage.documents import Condition, ContactDocument, Fields
from inbox.storage.sequence import LOW_BITS
from inbox.storage.time_limits import READ_MS

TOGETHER: Final = 1_000
"""Contacts of one batch: some 10 ms of a thread, and 70 ms where each becomes a row."""
MOST_LOOKED_AT: Final = 100_000
"""Contacts for one answer; in most workspaces these are all."""
MOST_SECONDS: Final = 8.0
"""Of one answer; on a busy machine fewer contacts are looked at."""
READ: Final[Fields] = dict.fromkeys(
    (
        *("workspace_id", "identities", "identity_keys", "name", "language", "tags", "fields", "marketing"),
        *("consent", "blocked", "family", "campaigns", "marketing_sent"),
    ),
    1,
)


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """The next contacts.

    Attributes:
        customers: Those of them who are in the segment.
        looked_at: How many were read.
        last: The last one's id: the next batch is above it; None where the batch was the last one.
    """

    customers: Sequence[Whole]
    looked_at: int
    last: str | None


class Found(msgspec.Struct, kw_only=True):
    """What a bounded walk has found.

    Attributes:
        customers: Ids of heads, each once.
        first: The first customers.
        is_all: It came to the end.
    """

    customers: set[str] = msgspec.field(default_factory=set)
    first: list[str] = msgspec.field(default_factory=list)
    looked_at: int = 0
    is_all: bool = False


async def next_batch(
    database: Collections,
    workspace_id: str,
    wanted: Wanted,
    *,
    above: str | None = None,
    below: str | None = None,
    limit: int = TOGETHER,
) -> Batch:
    """Return the customers among the next contacts, in the order of their ids.

    Args:
        database: Where they are.
        workspace_id: Whose they are.
        wanted: The filter as it is now.
        above: Contacts with greater ids.
        below: Contacts with lower ids: who is known since is left out.
        limit: How many contacts are read.
    """
    condition: Condition = {"workspace_id": workspace_id, "_id": _between(above, below)}
    if wanted.tags_in_index is not None:
        condition["tags"] = {"$in": list(wanted.tags_in_index)}
    found = database.contacts.find(condition, READ, max_time_ms=READ_MS).sort("_id", 1).limit(limit)
    contacts: list[ContactDocument] = await found.to_list(None)
    wholes = [one for one in await read_wholes(database, contacts, READ) if fits(one.contact, wanted)]
    customers = await _by_writing(database, workspace_id, wholes, wanted)
    last = contacts[-1]["_id"] if len(contacts) == limit else None
    return Batch(customers=customers, looked_at=len(contacts), last=last)


async def look_around(database: Database, workspace_id: str, wanted: Wanted, *, shown: int) -> Found:
    """Count the customers of a segment, as far as there is time for an answer."""
    found, above = Found(), None
    until = time.monotonic() + MOST_SECONDS
    while found.looked_at < MOST_LOOKED_AT and time.monotonic() < until:
        batch = await database.in_thread(partial(_next, workspace_id, wanted, above))
        for one in batch.customers:
            if one.contact["_id"] not in found.customers and len(found.first) < shown:
                found.first.append(one.contact["_id"])
            found.customers.add(one.contact["_id"])
        found.looked_at += batch.looked_at
        above = batch.last
        if above is None:
            found.is_all = True
            break
    return found


async def _next(workspace_id: str, wanted: Wanted, above: str | None, database: Collections) -> Batch:
    return await next_batch(database, workspace_id, wanted, above=above)


def _between(above: str | None, below: str | None) -> dict[str, Any]:
    return {"$gt": above or ""} | ({"$lt": below} if below is not None else {})


async def _by_writing(
    database: Collections, workspace_id: str, customers: Sequence[Whole], wanted: Wanted
) -> Sequence[Whole]:
    """Leave those who wrote when they should have."""
    left = customers
    if wanted.seen_since is not None and left:
        wrote = await _wrote_since(database, workspace_id, left, wanted.seen_since)
        left = [one for one in left if not wrote.isdisjoint(one.ids)]
    if wanted.unseen_since is not None and left:
        wrote = await _wrote_since(database, workspace_id, left, wanted.unseen_since)
        left = [one for one in left if wrote.isdisjoint(one.ids)]
    return left


async def _wrote_since(
    database: Collections, workspace_id: str, customers: Sequence[Whole], since: datetime
) -> frozenset[str]:
    """Return which contacts have written since a time.

    Where the words of a conversation were deleted, whatever happened last in it counts.
    """
    ids = [id_ for one in customers for id_ in one.ids]
    wanted = {"workspace_id": workspace_id, "contact_id": {"$in": ids}, "active_at": {"$gte": since}}
    fields: Fields = {"contact_id": 1, "emptied_at": 1}
    found = await database.conversations.find(wanted, fields, max_time_ms=READ_MS).to_list(None)
    with_words = [one["_id"] for one in found if one.get("emptied_at") is None]
    spoken = await _with_words_since(database, workspace_id, with_words, since)
    return frozenset(one["contact_id"] for one in found if one.get("emptied_at") is not None or one["_id"] in spoken)


async def _with_words_since(
    database: Collections, workspace_id: str, conversation_ids: Sequence[str], since: datetime
) -> frozenset[str]:
    """Return the conversations with a message of the customer since a time; its place begins with the time."""
    if not conversation_ids:
        return frozenset()
    wanted: Condition = {
        "workspace_id": workspace_id,
        "conversation_id": {"$in": list(conversation_ids)},
        "seq": {"$gte": int(since.timestamp() * 1000) << LOW_BITS},
        "direction": "in",
        "$or": [{"provider_at": None}, {"provider_at": {"$gte": since}}],
    }
    once = [{"$match": wanted}, {"$group": {"_id": "$conversation_id"}}]
    found = await database.messages.aggregate(once, maxTimeMS=READ_MS).to_list(None)
    return frozenset(one["_id"] for one in found)
