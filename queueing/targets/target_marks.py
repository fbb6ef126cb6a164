"""Marks conversations whose wait for an answer is to be looked at: something was said in them, or a target changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from inbox.storage.database import Database, UpdateOne

MARKED_AT_ONCE: Final = 1_000
KNOWN_AFTER: Final = timedelta(seconds=2)
"""After a queue got its first target, until whoever marks what is said in its conversations knows of it."""


async def mark_looks(database: Database, conversations: Mapping[str, str], look_at: datetime) -> None:
    """Have conversations looked at, at a time or earlier; twice is harmless.

    Args:
        database: Where.
        conversations: Id → workspace.
        look_at: Not after this time.
    """
    marks = [
        UpdateOne(
            {"_id": id_, "workspace_id": workspace_id},
            {"$min": {"look_at": look_at}, "$unset": {"gone_at": ""}},
            upsert=True,
        )
        for id_, workspace_id in conversations.items()
    ]
    for start in range(0, len(marks), MARKED_AT_ONCE):
        await database.target_looks.bulk_write(marks[start : start + MARKED_AT_ONCE], ordered=False)
