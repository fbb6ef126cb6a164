"""Finds the rows of a campaign whose turn it is."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from inbox.segments.segment_scan import next_batch
from inbox.storage.database import Collections
from inbox.storage.documents import CampaignDocument, RecipientDocument
from templates_hsm.campaigns.audience.audience_csv import CsvRow
from templates_hsm.campaigns.audience.audience_store import row_name, rows_of
from templates_hsm.campaigns.audience.segment_rows import read_source, rows_of_batch
from templates_hsm.campaigns.feed.decide import RecipientRow

MOST_BATCHES: Final = 20
"""Thousands of contacts in which a test looks for one who is in the segment."""


async def next_rows(
    database: Collections, campaign: CampaignDocument, limit: int, now: datetime
) -> list[RecipientDocument]:
    """Return the due rows: first those that waited (a retry, quiet hours), then the next ones of the list."""
    own = {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"]}
    waited = database.campaign_recipients.find({**own, "due_at": {"$lte": now}}).sort("due_at", 1)
    due = await waited.limit(limit).to_list(None)
    if len(due) < limit:
        due += await rows_above(database, campaign, campaign.get("fed_to"), limit - len(due))
    return due


async def rows_above(
    database: Collections, campaign: CampaignDocument, above: str | None, limit: int
) -> list[RecipientDocument]:
    """Return the next rows of the audience above one of them, in the order of their ids."""
    audience = campaign.get("audience")
    if audience is None:
        return []
    following = {"_id": rows_of(audience["id"], above=above), "workspace_id": campaign["workspace_id"]}
    return await database.campaign_recipients.find(following).sort("_id", 1).limit(limit).to_list(None)


async def next_due(database: Collections, campaign: CampaignDocument) -> datetime | None:
    """Return when the next of the rows that wait is due; None if none waits."""
    own = {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"], "due_at": {"$exists": True}}
    first = await database.campaign_recipients.find_one(own, {"due_at": 1}, sort=[("due_at", 1)])
    return None if first is None else first["due_at"]


async def first_values(database: Collections, campaign: CampaignDocument, *, now: datetime) -> list[str] | None:
    """Return the values of one recipient, for a test; None where there is none, or none is found soon.

    Raises:
        ProblemError: `conflict` where the campaign goes to a segment that can't be used.
    """
    source = await read_source(database, campaign, now=now)
    if source is None:
        first = await rows_above(database, campaign, None, 1)
        return first[0]["values"] if first else None
    above = None
    for _ in range(MOST_BATCHES):
        batch = await next_batch(database, campaign["workspace_id"], source.wanted, above=above)
        rows = rows_of_batch(batch, source.field_ids, begin=0)
        found = next((row for row in rows if isinstance(row, CsvRow)), None)
        if found is not None or batch.last is None:
            return found.values if found is not None else None
        above = batch.last
    return None


def unwritten_row(audience_id: str, row: CsvRow) -> RecipientRow:
    """Return a row that is not written down yet as decisions take it."""
    name = row_name(audience_id, row.phone)
    return RecipientRow(id=name, key=name, phone=row.phone, values=tuple(row.values))


def row_of(stored: RecipientDocument) -> RecipientRow:
    """Return a stored row as decisions take it."""
    tries = stored.get("tries", 0)
    return RecipientRow(
        id=stored["_id"],
        key=f"{stored['_id']}#{tries}" if tries else stored["_id"],
        phone=stored.get("phone") or stored["_id"].rpartition(":")[2],
        values=tuple(stored["values"]),
        retry_of=stored.get("retry_of"),
    )
