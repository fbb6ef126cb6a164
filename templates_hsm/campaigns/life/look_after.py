"""Supervises a running campaign: counts it, writes an event when counts changed, finds reasons to stop it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.money.budgets import is_spent
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument, ChannelDocument
from templates_hsm.campaigns.model.campaign_models import Counts, StopRule
from templates_hsm.campaigns.model.stop_rules import (
    BUDGET_SPENT,
    CHANNEL_DELETED,
    CHANNEL_DISABLED,
    FailureTally,
    Frozen,
    stop_reason,
)
from templates_hsm.campaigns.outcome.note_opt_outs import REFUSED, note_opt_outs
from templates_hsm.campaigns.outcome.tally import Tally, campaign_view, tally_of, tell
from templates_hsm.definition.template_definition import Category, TemplateName
from templates_hsm.store.find_template import find_template

COUNT_AGAIN: Final = timedelta(seconds=3)
"""What a person who watches the end of a campaign takes for at once."""
COUNT_SHARE: Final = 20
"""Of its age, and of the worker's time, a twentieth passes between two counts."""
COUNTED_FOR: Final = timedelta(days=35)
"""WhatsApp drops what it could not deliver after 30 days. Source: webhooks, 28 Sep 2026."""


async def look_after(database: Database, campaign: CampaignDocument, *, at: datetime) -> str | None:
    """Count a campaign, with an event if its counts changed; return why it has to stop, None if it goes on."""
    tally = await count(database, campaign, at=at)
    frozen = msgspec.convert(campaign["frozen"], Frozen)
    failures = _since_resumed(tally.failures, campaign)
    rule = msgspec.convert(campaign["stop"], StopRule)
    channel = await _channel(database, campaign)
    if channel is None or channel["deleted_at"] is not None:
        return CHANNEL_DELETED
    if not channel.get("enabled", True):
        return CHANNEL_DISABLED
    named = TemplateName(**campaign["template"])
    template = await find_template(database, campaign["workspace_id"], str(channel["scope_key"]), named, None)
    return (
        stop_reason(template, frozen, failures, rule)
        or await _variant_reason(database, campaign, str(channel["scope_key"]), rule)
        or await _money_reason(database, campaign, frozen, at)
    )


async def _variant_reason(database: Database, campaign: CampaignDocument, waba_id: str, rule: StopRule) -> str | None:
    """Return why variant B can't go on; its failures count with all others."""
    variant, frozen = campaign.get("variant"), campaign.get("frozen_versions")
    if variant is None or frozen is None or frozen["variant"] is None:
        return None
    named = TemplateName(**variant["template"])
    template = await find_template(database, campaign["workspace_id"], waba_id, named, None)
    return stop_reason(template, msgspec.convert(frozen["variant"], Frozen), FailureTally(tried=0, failed=0), rule)


async def _money_reason(database: Database, campaign: CampaignDocument, frozen: Frozen, at: datetime) -> str | None:
    is_marketing = frozen.category is Category.MARKETING
    workspace_id, channel_id = campaign["workspace_id"], campaign["channel_id"]
    return BUDGET_SPENT if is_marketing and await is_spent(database, workspace_id, channel_id, now=at) else None


async def count(database: Database, campaign: CampaignDocument, *, at: datetime) -> Tally:
    """Count a campaign, with an event if its counts changed, and store opt-outs that WhatsApp reported."""
    tally = await tally_of(database, campaign)
    if tally.counts != msgspec.convert(campaign.get("counts") or {}, Counts):
        await _tell_counts(database, campaign, tally.counts, at)
    if REFUSED in tally.failures.codes:
        await note_opt_outs(database, campaign, at=at)
    return tally


async def _tell_counts(database: Database, campaign: CampaignDocument, counts: Counts, at: datetime) -> None:
    """Tell of a campaign as it is now: while it was counted somebody may have paused or cancelled it."""
    own = {"_id": campaign["_id"], "workspace_id": campaign["workspace_id"]}

    async def work(session: Session) -> None:
        stored: CampaignDocument | None = await database.campaigns.find_one(own, session=session)
        if stored is not None and counts != msgspec.convert(stored.get("counts") or {}, Counts):
            view = campaign_view(stored, counts)
            await tell(database, campaign["workspace_id"], view, at=at, session=session)

    await database.transaction(work)


async def count_on(database: Database, campaign: CampaignDocument, *, at: datetime) -> None:
    """Count a campaign that is not fed any more, and schedule the next count: the older it is, the later."""
    began = time.monotonic()
    await count(database, campaign, at=at)
    age = at - (campaign.get("counted_since") or at)
    pause = max(COUNT_AGAIN, age / COUNT_SHARE, timedelta(seconds=COUNT_SHARE * (time.monotonic() - began)))
    following = at + pause if age < COUNTED_FOR else None
    await database.campaigns.update_one(
        {"_id": campaign["_id"], "workspace_id": campaign["workspace_id"], "count_at": campaign["count_at"]},
        {"$set": {"count_at": following}},
    )


async def _channel(database: Database, campaign: CampaignDocument) -> ChannelDocument | None:
    found: ChannelDocument | None = await database.channels.find_one(
        {"_id": campaign["channel_id"], "workspace_id": campaign["workspace_id"]},
        {"scope_key": 1, "deleted_at": 1, "enabled": 1},
    )
    return found


def _since_resumed(failures: FailureTally, campaign: CampaignDocument) -> FailureTally:
    """Leave out the failures from before the campaign was resumed."""
    forgiven = campaign.get("forgiven")
    if forgiven is None:
        return failures
    return msgspec.structs.replace(
        failures,
        tried=max(0, failures.tried - forgiven["tried"]),
        failed=max(0, failures.failed - forgiven["failed"]),
    )
