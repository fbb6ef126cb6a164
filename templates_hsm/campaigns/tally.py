"""What became of a campaign's recipients: always counted from rows and messages, never added up.

So a crash can double nothing. A message counts while it has `tally`, the campaign's id; a retry takes it from
the message that failed and gives it to the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.messages.statuses import MessageStatus
from inbox.storage.database import Database, Document, Session
from inbox.stream.events import Event, EventType, write_events
from templates_hsm.campaigns.models import Campaign, Counts
from templates_hsm.campaigns.stop_rules import Failures

_WAITING: Final = (MessageStatus.QUEUED, MessageStatus.SENDING)
_REACHED: Final = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, and what the stop rules need."""

    counts: Counts
    failures: Failures


async def counts_of(database: Database, campaign: Document) -> Counts:
    """Count a campaign's recipients."""
    return (await tally_of(database, campaign)).counts


async def tally_of(database: Database, campaign: Document) -> Tally:
    """Count a campaign's recipients and failures."""
    audience = campaign.get("audience")
    if audience is None:
        return Tally(counts=Counts(), failures=Failures(tried=0, failed=0))
    groups = database.messages.aggregate(
        [
            {"$match": {"workspace_id": campaign["workspace_id"], "tally": campaign["_id"]}},
            {"$group": {"_id": {"s": "$status", "w": "$withheld", "c": "$error.code"}, "n": {"$sum": 1}}},
        ]
    )
    skipped = await database.campaign_recipients.count_documents(
        {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"], "skipped": {"$exists": True}}
    )
    return add_up([group async for group in groups], total=audience["accepted"], skipped=skipped)


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
    counts = Counts(
        total=total,
        waiting=sum(by_status[status] for status in _WAITING),
        sent=sum(reached),
        delivered=sum(reached[1:]),
        read=reached[2],
        failed=by_status[MessageStatus.FAILED],
        unknown=by_status[MessageStatus.UNKNOWN],
        skipped=skipped + withheld,
    )
    tried = counts.sent + counts.failed + counts.unknown
    return Tally(counts=counts, failures=Failures(tried=tried, failed=counts.failed, codes=frozenset(codes)))


def campaign_view(document: Mapping[str, Any], counts: Counts | None = None) -> Campaign:
    """Show a stored campaign; without counts as they were last told."""
    told = counts or msgspec.convert(document.get("counts") or {}, Counts)
    audience = document.get("audience")
    if audience is not None and not told.total:
        told = msgspec.structs.replace(told, total=audience["accepted"])
    return msgspec.convert({**document, "id": document["_id"], "counts": msgspec.to_builtins(told)}, Campaign)


async def tell(database: Database, workspace_id: str, campaign: Campaign, *, at: datetime, session: Session) -> None:
    """Keep the counts for lists, and tell clients how it goes."""
    await database.campaigns.update_one(
        {"_id": campaign.id, "workspace_id": workspace_id},
        {"$set": {"counts": msgspec.to_builtins(campaign.counts)}},
        session=session,
    )
    event = Event(workspace_id=workspace_id, type=EventType.CAMPAIGN_PROGRESS, at=at, data=campaign)
    await write_events(database, [event], at=at, session=session)
