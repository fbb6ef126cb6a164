"""Takes away what deleted webhooks left: what they were told, and what they were still to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from inbox.storage.database import Database
from inbox.storage.documents import Condition

LATE: Final = timedelta(seconds=60)
"""After it nothing new is written for a deleted webhook: the relay reads the list of webhooks each second."""
AT_ONCE: Final = 1_000
"""Deliveries of one look, so that no statement takes long."""


async def end_deleted(database: Database, now: datetime) -> bool:
    """Go on with every deleted webhook; tell whether one is left."""
    found = database.webhooks.find({"deleted_at": {"$type": "date"}}, {"workspace_id": 1, "deleted_at": 1})
    deleted = await found.to_list(None)
    for webhook in deleted:
        left = await _take_away(database, {"workspace_id": webhook["workspace_id"], "webhook_id": webhook["_id"]})
        deleted_at = webhook.get("deleted_at")
        if not left and deleted_at is not None and now - deleted_at >= LATE:
            await database.webhooks.delete_one({"_id": webhook["_id"], "workspace_id": webhook["workspace_id"]})
    return bool(deleted)


async def _take_away(database: Database, own: Condition) -> bool:
    """Delete some deliveries of a webhook; tell whether there were any."""
    some = await database.webhook_deliveries.find(own, {"_id": 1}).limit(AT_ONCE).to_list(None)
    if some:
        await database.webhook_deliveries.delete_many({"_id": {"$in": [one["_id"] for one in some]}, **own})
    return bool(some)
