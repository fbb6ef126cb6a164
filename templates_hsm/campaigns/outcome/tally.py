"""A campaign's figures: counts that whoever changes a message keeps, and rows that were skipped.

A message counts while it has `tally`, the campaign's id; a retry takes it from the message that failed and gives it to
the new one. How the counts are kept: `inbox.messages.tallying`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

import msgspec

from inbox.messages.tallying import Bucket, counts_by_campaign
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from inbox.stream.events import Event, EventType, write_events
from templates_hsm.campaigns.model.campaign_models import Campaign, Counts
from templates_hsm.campaigns.model.stop_rules import FailureTally

COUNTED_AT_ONCE: Final = 50_000
"""Recipients of the campaigns of a list that are counted for it; the figures of larger ones stand as last told: their
skipped rows are counted one by one.
"""
_REACHED: Final = (Bucket.SENT, Bucket.DELIVERED, Bucket.READ)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, and what the stop rules need."""

    counts: Counts
    failures: FailureTally


async def counts_of(database: Database, campaign: CampaignDocument) -> Counts:
    """Count a campaign's recipients."""
    return (await tally_of(database, campaign)).counts


async def tally_of(database: Database, campaign: CampaignDocument) -> Tally:
    """Count a campaign's recipients and failures."""
    return (await tallies_of(database, campaign["workspace_id"], [campaign]))[0]


async def tallies_of(database: Database, workspace_id: str, campaigns: Sequence[CampaignDocument]) -> list[Tally]:
    """Count the recipients and failures of several campaigns of a workspace, in their order."""
    ids = [campaign["_id"] for campaign in campaigns if campaign.get("audience") and not _written_down(campaign)]
    counted: Mapping[str, Counter[Bucket]] = {}
    codes: Mapping[str, frozenset[str]] = {}
    skipped: Counter[str] = Counter()
    if ids:
        counted = await counts_by_campaign(database, workspace_id, ids)
        codes = {id_: await failure_codes(database, workspace_id, id_) for id_ in ids if counted[id_][Bucket.FAILED]}
        async for group in database.campaign_recipients.aggregate(_skipped_of(workspace_id, ids)):
            skipped[group["_id"]] = group["n"]
    return [
        _written_down(campaign)
        or add_up(
            counted.get(campaign["_id"], Counter()),
            total=_total(campaign),
            skipped=skipped[campaign["_id"]],
            codes=codes.get(campaign["_id"], frozenset()),
        )
        for campaign in campaigns
    ]


async def failure_codes(database: Database, workspace_id: str, campaign_id: str) -> frozenset[str]:
    """Return the codes of a campaign's failures; MongoDB skips from one to the next."""
    own = {"workspace_id": workspace_id, "campaign_id": campaign_id}
    return frozenset(await database.campaign_failures.distinct("code", own))


def _written_down(campaign: CampaignDocument) -> Tally | None:
    """Return the last counts of a campaign whose rows are not kept any more; None while they are."""
    if campaign.get("list_ended_at") is None:
        return None
    counts = msgspec.convert(campaign["counts"], Counts)
    return Tally(
        counts=counts, failures=FailureTally(tried=counts.sent + counts.failed + counts.unknown, failed=counts.failed)
    )


def countable(campaigns: Sequence[CampaignDocument]) -> Sequence[CampaignDocument]:
    """Return the leading campaigns of a list that together are small enough to count for an answer."""
    sums = accumulate(map(_total, campaigns))
    return [campaign for campaign, total in zip(campaigns, sums, strict=True) if total <= COUNTED_AT_ONCE]


def _skipped_of(workspace_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    own = {"workspace_id": workspace_id, "campaign_id": {"$in": ids}, "skipped": {"$exists": True}}
    return [{"$match": own}, {"$group": {"_id": "$campaign_id", "n": {"$sum": 1}}}]


def _total(campaign: CampaignDocument) -> int:
    audience = campaign["audience"]
    return audience["accepted"] if audience is not None else 0


def add_up(counted: Mapping[Bucket, int], *, total: int, skipped: int, codes: frozenset[str] = frozenset()) -> Tally:
    """Make a campaign's figures of the numbers of its messages, of its rows, and of those that were skipped."""
    numbers = {bucket: max(0, counted.get(bucket, 0)) for bucket in Bucket}
    reached = [numbers[bucket] for bucket in _REACHED]
    skipped += numbers[Bucket.WITHHELD]
    settled = sum(reached) + numbers[Bucket.FAILED] + numbers[Bucket.UNKNOWN] + skipped
    counts = Counts(
        total=total,
        waiting=max(0, total - settled),
        sent=sum(reached),
        delivered=sum(reached[1:]),
        read=reached[2],
        failed=numbers[Bucket.FAILED],
        unknown=numbers[Bucket.UNKNOWN],
        skipped=skipped,
    )
    tried = counts.sent + counts.failed + counts.unknown
    return Tally(counts=counts, failures=FailureTally(tried=tried, failed=counts.failed, codes=codes))


def campaign_view(document: CampaignDocument, counts: Counts | None = None) -> Campaign:
    """Show a stored campaign; without counts as they were last told."""
    told = counts or msgspec.convert(document.get("counts") or {}, Counts)
    if not told.total:
        told = msgspec.structs.replace(told, total=_total(document), waiting=_total(document))
    return msgspec.convert({**document, "id": document["_id"], "counts": msgspec.to_builtins(told)}, Campaign)


async def tell(database: Database, workspace_id: str, campaign: Campaign, *, at: datetime, session: Session) -> None:
    """Store the counts, for lists, and write the event with them."""
    await database.campaigns.update_one(
        {"_id": campaign.id, "workspace_id": workspace_id},
        {"$set": {"counts": msgspec.to_builtins(campaign.counts)}},
        session=session,
    )
    event = Event(workspace_id=workspace_id, type=EventType.CAMPAIGN_PROGRESS, at=at, data=campaign)
    await write_events(database, [event], at=at, session=session)
