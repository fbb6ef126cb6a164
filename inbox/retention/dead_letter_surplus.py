"""Deletes the oldest dead letters of workspaces that have more than they may."""

from __future__ import annotations

from typing import Final

from inbox.people.quotas import QuotaBook
from inbox.storage.database import Database

AT_ONCE: Final = 1_000


async def delete_surplus(database: Database, book: QuotaBook) -> int:
    """Delete a part of what is too much, across all workspaces; return how many."""
    deleted = 0
    for workspace_id in await database.dead_letters.distinct("workspace_id"):
        limit = (await book.of(workspace_id)).dead_letters
        own = {"workspace_id": workspace_id}
        surplus = await database.dead_letters.count_documents(own, limit=limit + AT_ONCE) - limit
        if surplus > 0:
            oldest = await database.dead_letters.find(own, {"_id": 1}).sort("_id", 1).limit(surplus).to_list(None)
            gone = {**own, "_id": {"$in": [one["_id"] for one in oldest]}}
            deleted += (await database.dead_letters.delete_many(gone)).deleted_count
    return deleted
