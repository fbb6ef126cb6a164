"""Ends the waiting rows of a cancelled campaign as skipped, a batch at a time.

Each step may be repeated: whoever is killed between leaves the rest to the next sweep.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from inbox.messages.tallying import COUNTED_FIELDS, Change, count_changes, new_writer
from inbox.sending.outgoing import Lane
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import CampaignDocument, Condition, RecipientDocument, with_fields
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
    writer = new_writer()
    for _ in range(BATCHES):
        if not await database.batch_transaction(partial(_end_due, campaign, batch, writer)):
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
    later = {**outbox_rows(campaign), "next_attempt_at": {"$gt": at}}
    await database.outbox.update_many(later, {"$set": {"next_attempt_at": at}})
    await _update(database, campaign, {"$unset": {"unsettled": ""}, "$set": {"count_at": at}})


async def _has_more(database: Database, campaign: CampaignDocument) -> bool:
    """Look once more for rows that a concurrent retry made due."""
    due = await database.campaign_recipients.find_one(_due(campaign), {"_id": 1})
    if due is not None:
        await _update(database, campaign, {"$set": {"unsettled": True}})
    return due is not None


def outbox_rows(campaign: CampaignDocument) -> Condition:
    """Make the condition of a campaign's messages that are still to be sent."""
    return {
        "workspace_id": campaign["workspace_id"],
        "channel_id": campaign["channel_id"],
        "lane": Lane.CAMPAIGN.value,
        "campaign_id": campaign["_id"],
    }


def _due(campaign: CampaignDocument) -> Condition:
    return {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"], "due_at": {"$exists": True}}


async def _update(database: Database, campaign: CampaignDocument, update: dict[str, Any]) -> None:
    await database.campaigns.update_one({"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]}, update)


async def _end_due(campaign: CampaignDocument, batch: int, writer: str, database: Collections, session: Session) -> int:
    """End rows that waited for their time; a row that waited for its retry has failed after all."""
    waiting = database.campaign_recipients.find(_due(campaign), {"retry_of": 1}, session=session)
    rows = await waiting.limit(batch).to_list(None)
    if not rows:
        return 0
    failed = [row["retry_of"] for row in rows if row.get("retry_of")]
    of_workspace = {"workspace_id": campaign["workspace_id"]}
    if failed:
        await _count_again(database, campaign, failed, writer, session)
    await database.campaign_recipients.bulk_write([_end_of(row, of_workspace) for row in rows], session=session)
    return len(rows)


async def _count_again(
    database: Collections, campaign: CampaignDocument, ids: Sequence[str], writer: str, session: Session
) -> None:
    """Put messages back into the figures that waited for a retry: they have failed after all."""
    own = {"_id": {"$in": list(ids)}, "workspace_id": campaign["workspace_id"], "tally": {"$exists": False}}
    found = await database.messages.find(own, COUNTED_FIELDS, session=session).to_list(None)
    tally = {"tally": campaign["_id"]}
    await database.messages.update_many(own, {"$set": tally}, session=session)
    changes = [Change(None, with_fields(message, tally)) for message in found]
    await count_changes(database, changes, writer=writer, session=session)


def _end_of(row: RecipientDocument, of_workspace: dict[str, str]) -> UpdateOne:
    one = {"_id": row["_id"], **of_workspace}
    if row.get("retry_of"):
        return UpdateOne(one, {"$unset": {"due_at": "", "retry_of": ""}, "$inc": {"tries": -1}})
    return UpdateOne(one, {"$set": _CANCELLED, "$unset": {"due_at": ""}})


async def _end_further(campaign: CampaignDocument, above: str | None, batch: int, database: Collections) -> str | None:
    """End the next rows of the list above one; return the last of them."""
    audience = campaign.get("audience")
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
