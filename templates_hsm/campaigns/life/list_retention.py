"""Deletes the rows of campaigns that ended long ago; their counts and messages stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.audience.audience_store import forget_audiences
from templates_hsm.campaigns.model.campaign_states import CampaignState
from templates_hsm.campaigns.outcome.tally import counts_of

LISTS_KEPT: Final = timedelta(days=180)
"""Half a year to fetch the report, and to answer who asks why they got a message: a list may have two million rows."""
AT_ONCE: Final = 20
"""Campaigns of one look: counting each may take seconds."""
_OVER: Final = [CampaignState.COMPLETED.value, CampaignState.CANCELLED.value]


async def end_old_lists(database: Database, *, now: datetime) -> int:
    """Give up the lists of campaigns that ended long ago, across all workspaces; return how many.

    The counts are written down in the transaction that gives the rows up; a sweep removes these.
    """
    due = {"state": {"$in": _OVER}, "ended_at": {"$lt": now - LISTS_KEPT}, "list_ended_at": None}
    found = await database.campaigns.find(due).limit(AT_ONCE).to_list(None)
    for campaign in found:
        await _end_list(database, campaign, now)
    return len(found)


def check_list_kept(campaign: CampaignDocument) -> None:
    """Check that a campaign's rows have not been deleted. Raises `ProblemError` (`not_found`)."""
    if campaign.get("list_ended_at") is not None:
        raise ProblemError(
            "not_found",
            f"This campaign's list was removed {LISTS_KEPT.days} days after its end; its counts and messages stay.",
        )


async def _end_list(database: Database, campaign: CampaignDocument, now: datetime) -> None:
    counts: dict[str, Any] = msgspec.to_builtins(await counts_of(database, campaign))
    own = {"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]}

    async def work(session: Session) -> None:
        unchanged = {**own, "state": campaign["state"], "list_ended_at": None}
        ended = await database.campaigns.update_one(
            unchanged, {"$set": {"list_ended_at": now, "counts": counts}}, session=session
        )
        if ended.matched_count:
            await forget_audiences(database, campaign, at=now, session=session)

    await database.transaction(work)
