"""Counts a campaign's recipients from rows and messages, anew each time: no counter is kept.

So a crash can double nothing. A message counts while it has `tally`, the campaign's id; a retry takes it from
the message that failed and gives it to the new one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, Final

import msgspec

from inbox.model.statuses import MessageStatus
from inbox.storage.database import Database, Session
from inbox.storage.documents import CampaignDocument
from inbox.stream.events import Event, EventType, write_events
from templates_hsm.campaigns.model.campaign_models import Campaign, Counts
from templates_hsm.campaigns.model.stop_rules import FailureTally

COUNTED_AT_ONCE: Final = 50_000
"""Recipients that are counted for a list: a tenth of a second over an index. Larger campaigns stand as last told."""
_REACHED: Final = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)


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
    groups: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    skipped: Counter[str] = Counter()
    if ids:
        async for group in database.messages.aggregate(_messages_of(workspace_id, ids)):
            groups[group["_id"]["p"]].append(group)
        async for group in database.campaign_recipients.aggregate(_skipped_of(workspace_id, ids)):
            skipped[group["_id"]] = group["n"]
    return [
        _written_down(campaign)
        or add_up(groups[campaign["_id"]], total=_total(campaign), skipped=skipped[campaign["_id"]])
        for campaign in campaigns
    ]


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


def _messages_of(workspace_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    kind = {"p": "$tally", "s": "$status", "w": "$withheld", "c": "$error.code"}
    return [
        {"$match": {"workspace_id": workspace_id, "tally": {"$in": ids}}},
        {"$group": {"_id": kind, "n": {"$sum": 1}}},
    ]


def _skipped_of(workspace_id: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    own = {"workspace_id": workspace_id, "campaign_id": {"$in": ids}, "skipped": {"$exists": True}}
    return [{"$match": own}, {"$group": {"_id": "$campaign_id", "n": {"$sum": 1}}}]


def _total(campaign: CampaignDocument) -> int:
    audience = campaign["audience"]
    return audience["accepted"] if audience is not None else 0


def add_up(groups: Iterable[Mapping[str, Any]], *, total: int, skipped: int) -> Tally:
    """Add up groups of messages: `_id` with status, withheld and error code, and their number."""
    by_status: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    withheld = 0
    for group in groups:
        about, count = group["_id"], group["n"]
        if about.get("w"):
            withheld += count
            continue
        by_status[about["s"]] += count
        if about["s"] == MessageStatus.FAILED and about.get("c"):
            codes[about["c"]] += count
    reached = [by_status[status] for status in _REACHED]
    settled = sum(reached) + by_status[MessageStatus.FAILED] + by_status[MessageStatus.UNKNOWN] + skipped + withheld
    counts = Counts(
        total=total,
        waiting=max(0, total - settled),
        sent=sum(reached),
        delivered=sum(reached[1:]),
        read=reached[2],
        failed=by_status[MessageStatus.FAILED],
        unknown=by_status[MessageStatus.UNKNOWN],
        skipped=skipped + withheld,
    )
    tried = counts.sent + counts.failed + counts.unknown
    return Tally(counts=counts, failures=FailureTally(tried=tried, failed=counts.failed, codes=frozenset(codes)))


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
