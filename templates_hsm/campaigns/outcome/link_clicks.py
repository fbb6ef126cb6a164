"""Clicks on links that may be a campaign's: those on its number, while no other campaign of the number was about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from inbox.arriving.clicks import LINK_CLICKED, PAGE_SEEN
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument, Condition
from inbox.storage.time_limits import READ_MS
from templates_hsm.campaigns.model.result_models import LinkClicks

TOLD_FOR: Final = timedelta(days=7)
"""Meta tells of clicks on messages of the last seven days.

Source: marketing-messages/track-click-events, 30 Jun 2026.
"""


async def link_clicks(database: Database, campaign: CampaignDocument, *, now: datetime) -> LinkClicks | None:
    """Count the clicks from a campaign's start to a week after its end; None where they may be another campaign's."""
    since = campaign.get("started_at")
    if since is None:
        return LinkClicks(clicked=0, pages_seen=0)
    until = (campaign.get("ended_at") or now) + TOLD_FOR
    own: Condition = {"workspace_id": campaign["workspace_id"], "channel_id": campaign["channel_id"]}
    other: Condition = {
        **own,
        "_id": {"$ne": campaign["_id"]},
        "started_at": {"$type": "date", "$lt": until},
        "$or": [{"ended_at": None}, {"ended_at": {"$gt": since - TOLD_FOR}}],
    }
    if await database.campaigns.find_one(other, {"_id": 1}, max_time_ms=READ_MS) is not None:
        return None
    pipeline = [
        {"$match": {**own, "at": {"$gte": since, "$lt": until}}},
        {"$group": {"_id": "$kind", "clicks": {"$sum": 1}}},
    ]
    found = await database.link_clicks.aggregate(pipeline, maxTimeMS=READ_MS).to_list(None)
    by_kind = {one["_id"]: one["clicks"] for one in found}
    return LinkClicks(clicked=by_kind.get(LINK_CLICKED, 0), pages_seen=by_kind.get(PAGE_SEEN, 0))
