"""Ends the waiting rows of a cancelled campaign as skipped, a batch at a time.

Each step may be repeated: whoever is killed between leaves the rest to the next sweep.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from inbox.model.statuses import MessageStatus
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import CampaignDocument, RecipientDocument
from templates_hsm.campaigns.audience.audience_store import rows_of
from templates_hsm.campaigns.model.eligibility import Skip

BATCH: Final = 1_000
"""Rows marked with one statement: some 20 ms."""
BATCHES: Final = 20
"""Until another campaign has its turn: half a second."""
_CANCELLED: Final = {"skipped": Skip.CANCELLED.value}


async def settle_cancelled(database: Database, campaign: CampaignDocument, *, at: datetime, batch: int = BATCH) -> bool:
    """Skip the rows of a cancelled campaign that have no message; make its queued messages due, to be withheld.

    Args:
        database: Where they are.
        campaign: As it is stored now.
        at: The current time.
        batch: Rows that are marked with one statement.

    Returns:
        Whether all have ended; otherwise the next call goes on.
    """
    for _ in range(BATCHES):
        if not await database.batch_transaction(partial(_end_due, campaign, batch)):
            break
    above = campaign.get("fed_to")
    for _ in range(BATCHES):
        last = await database.in_thread(partial(_end_further, campaign, above, batch))
        if last is None:
            await _let_go(database, campaign, at)
            return not await _has_more(database, campaign)
        above = last
    await _update(database, campaign, {"$max": {"fed_to": above}})
    return False


async def _let_go(database: Database, campaign: CampaignDocument, at: datetime) -> None:
    """Make waiting messages due now, so that the sender withholds them, and have the campaign counted."""
    waiting = {
        "workspace_id": campaign["workspace_id"],
        "tally": campaign["_id"],
        "status": MessageStatus.QUEUED.value,
        "next_attempt_at": {"$gt": at},
    }
    await database.messages.update_many(waiting, {"$set": {"next_attempt_at": at}})
    await _update(database, campaign, {"$unset": {"unsettled": ""}, "$set": {"count_at": at}})


async def _has_more(database: Database, campaign: CampaignDocument) -> bool:
    """Look once more for rows that a concurrent retry made due."""
    due = await database.campaign_recipients.find_one(_due(campaign), {"_id": 1})
    if due is not None:
        await _update(database, campaign, {"$set": {"unsettled": True}})
    return due is not None


def _due(campaign: CampaignDocument) -> dict[str, Any]:
    return {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"], "due_at": {"$exists": True}}


async def _update(database: Database, campaign: CampaignDocument, update: dict[str, Any]) -> None:
    await database.campaigns.update_one({"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]}, update)


async def _end_due(campaign: CampaignDocument, batch: int, database: Collections, session: Session) -> int:
    """End rows that waited for their time; a row that waited for its retry has failed after all."""
    waiting = database.campaign_recipients.find(_due(campaign), {"retry_of": 1}, session=session)
    rows = await waiting.limit(batch).to_list(None)
    if not rows:
        return 0
    failed = [row["retry_of"] for row in rows if row.get("retry_of")]
    of_workspace = {"workspace_id": campaign["workspace_id"]}
    await database.messages.update_many(
        {"_id": {"$in": failed}, **of_workspace}, {"$set": {"tally": campaign["_id"]}}, session=session
    )
    await database.campaign_recipients.bulk_write([_end_of(row, of_workspace) for row in rows], session=session)
    return len(rows)


def _end_of(row: RecipientDocument, of_workspace: dict[str, str]) -> UpdateOne:
    one = {"_id": row["_id"], **of_workspace}
    if row.get("retry_of"):
        return UpdateOne(one, {"$unset": {"due_at": "", "retry_of": ""}, "$inc": {"tries": -1}})
    return UpdateOne(one, {"$set": _CANCELLED, "$unset": {"due_at": ""}})


async def _end_further(campaign: CampaignDocument, above: str | None, batch: int, database: Collections) -> str | None:
    """End the next rows of the list above one; return the last of them."""
    audience = campaign["audience"]
    if audience is None:
        return None
    of_workspace = {"workspace_id": campaign["workspace_id"]}
    following = {"_id": rows_of(audience["id"], above=above), **of_workspace}
    rows = await database.campaign_recipients.find(following, {"_id": 1}).sort("_id", 1).limit(batch).to_list(None)
    ids = [row["_id"] for row in rows]
    if not ids:
        return None
    await database.campaign_recipients.update_many({"_id": {"$in": ids}, **of_workspace}, {"$set": _CANCELLED})
    return str(ids[-1])
