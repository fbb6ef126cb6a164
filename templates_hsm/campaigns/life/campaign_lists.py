"""Lists of campaigns, and which of them a search finds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument, Condition
from inbox.storage.time_limits import READ_MS, told_when_too_slow
from templates_hsm.campaigns.model.campaign_models import Campaign, CampaignQuery
from templates_hsm.campaigns.outcome.tally import campaign_view, countable, tallies_of

TOO_BROAD: Final = "Looking through the campaigns took too long: name a state or a channel, or leave `q` out."


async def list_campaigns(database: Database, workspace_id: str, query: CampaignQuery) -> Page[Campaign]:
    """List campaigns, the newest first, with their counts as they are; those of large ones as last told.

    Raises:
        ProblemError: `too_broad` where looking through names takes too long.
    """
    condition, limit = _listed(workspace_id, query), query.limit
    with told_when_too_slow(TOO_BROAD):
        found = database.campaigns.find(condition, max_time_ms=READ_MS).sort("_id", -1).limit(limit + 1)
        campaigns = await found.to_list(None)
    return await _page(database, workspace_id, campaigns, limit)


async def _page(database: Database, workspace_id: str, found: Sequence[CampaignDocument], limit: int) -> Page[Campaign]:
    counted = countable(found)
    tallies = await tallies_of(database, workspace_id, counted)
    counts = {one["_id"]: tally.counts for one, tally in zip(counted, tallies, strict=True)}
    campaigns = [campaign_view(document, counts.get(document["_id"])) for document in found]
    return cut_page(campaigns, limit, lambda campaign: campaign.id)


def _listed(workspace_id: str, query: CampaignQuery) -> Condition:
    """Make the condition of a list."""
    condition: Condition = {"workspace_id": workspace_id}
    before = decode_cursor(query.cursor, str)
    if before is not None:
        condition["_id"] = {"$lt": before}
    if query.state is not None:
        condition["state"] = query.state.value
    if query.channel_id is not None:
        condition["channel_id"] = query.channel_id
    if query.q is not None and query.q.strip():
        named = {"$regex": re.escape(query.q.strip()), "$options": "i"}
        condition["$or"] = [{"name": named}, {"template.name": named}]
    return condition
