"""Marks conversations whose deadlines have to be computed again because a rule on time was changed.

Noted in the transaction that changes the rule, carried out by the sweep of deadlines.
"""

from __future__ import annotations

from enum import StrEnum

from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Session


class RuleOwner(StrEnum):
    """Which kind of object's rule changed: the conversation's field that names it."""

    CHANNEL = "channel_id"
    QUEUE = "queue_id"


async def note_recheck(
    database: Database, workspace_id: str, owner: RuleOwner, owner_id: str, *, session: Session = None
) -> None:
    """Mark all open conversations of a channel or a queue to be checked again."""
    await database.rechecks.update_one(
        {"_id": f"{owner}:{owner_id}"},
        {"$set": {"workspace_id": workspace_id, "field": owner.value, "value": owner_id, "revision": new_id()}},
        upsert=True,
        session=session,
    )
