"""Counts of campaigns' messages: kept by whoever changes a message, in the transaction of the change.

So they are right after every crash, and nobody counts a million messages. A campaign's count is the sum of its rows:
each writer has its own, so that no two wait for each other. A message counts while it has `tally`, the campaign's id.
What failed has a row besides, with what decides on a retry.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from inbox.foundation.ids import new_id
from inbox.model.statuses import MessageStatus
from inbox.storage.database import Collections, Session, UpdateOne, post
from inbox.storage.documents import CampaignCountDocument, CampaignFailureDocument, Fields, MessageDocument


class Bucket(StrEnum):
    """What a campaign counts; each message is in one of them."""

    WAITING = "waiting"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    WITHHELD = "withheld"


_BUCKETS: Final = {
    MessageStatus.QUEUED: Bucket.WAITING,
    MessageStatus.SENDING: Bucket.WAITING,
    MessageStatus.UNKNOWN: Bucket.UNKNOWN,
    MessageStatus.SENT: Bucket.SENT,
    MessageStatus.DELIVERED: Bucket.DELIVERED,
    MessageStatus.READ: Bucket.READ,
    MessageStatus.FAILED: Bucket.FAILED,
}


FIRST_VARIANT: Final = "a"
"""Of a campaign's two variants; rows without a variant are its, as are those of campaigns that have none."""
COUNTED_FIELDS: Final[Fields] = dict.fromkeys(
    ("workspace_id", "tally", "variant", "status", "withheld", "error", "recipient", "to"), 1
)
"""What decides where a message counts."""


class Change(NamedTuple):
    """A message before and after a change; None where it was not there, or did not count."""

    before: MessageDocument | None
    after: MessageDocument | None


def new_writer() -> str:
    """Name one who writes one transaction after the other: two at once under one name would meet in its row."""
    return new_id()


def bucket_of(message: MessageDocument | None) -> Bucket | None:
    """Return where a message counts; None where it does not."""
    if message is None or not message.get("tally"):
        return None
    return Bucket.WITHHELD if message.get("withheld") else _BUCKETS[MessageStatus(message["status"])]


async def count_changes(database: Collections, changes: Iterable[Change], *, writer: str, session: Session) -> None:
    """Note what changes mean for the counts of campaigns, inside the transaction of the changes."""
    moved = [c for c in changes if bucket_of(c.before) is not bucket_of(c.after)]
    if not moved:
        return
    failed = [failure_of(c.after) for c in moved if c.after is not None and bucket_of(c.after) is Bucket.FAILED]
    if failed:
        await post(database.campaign_failures.insert_many(failed, session=session))
    rows = [_added(*campaign, by, writer) for campaign, by in _differences(moved).items()]
    await post(database.campaign_counts.bulk_write(rows, ordered=False, session=session))


def failure_of(message: MessageDocument) -> CampaignFailureDocument:
    """Make the row of a message that failed."""
    error = message.get("error")
    return {
        "_id": message["_id"],
        "workspace_id": message["workspace_id"],
        "campaign_id": message["tally"],
        "recipient": message["recipient"],
        "to": message["to"],
        "code": error["code"] if error else "",
        "provider_code": error.get("provider_code") if error else None,
        "retryable": bool(error and error.get("retryable")),
    }


async def counts_by_campaign(
    database: Collections, workspace_id: str, campaign_ids: Sequence[str], *, session: Session = None
) -> dict[str, Counter[Bucket]]:
    """Return how many messages of campaigns are where, by campaign."""
    counted: defaultdict[str, Counter[Bucket]] = defaultdict(Counter)
    of_campaigns = {"workspace_id": workspace_id, "campaign_id": {"$in": list(campaign_ids)}}
    async for row in database.campaign_counts.find(of_campaigns, session=session):
        counted[row["campaign_id"]].update(_of_row(row))
    return counted


async def counts_by_variant(
    database: Collections, workspace_id: str, campaign_id: str, *, session: Session = None
) -> dict[str, Counter[Bucket]]:
    """Return how many messages of a campaign are where, by variant; those of a campaign without variants are `a`."""
    counted: defaultdict[str, Counter[Bucket]] = defaultdict(Counter)
    of_campaign = {"workspace_id": workspace_id, "campaign_id": campaign_id}
    async for row in database.campaign_counts.find(of_campaign, session=session):
        counted[row.get("variant", FIRST_VARIANT)].update(_of_row(row))
    return counted


def _of_row(row: CampaignCountDocument) -> dict[Bucket, int]:
    return {Bucket(name): number for name, number in row["counts"].items()}


def _differences(changes: Iterable[Change]) -> dict[tuple[str, str, str], Counter[Bucket]]:
    """Add up by workspace, campaign and variant; a message may come to count for a campaign, or cease to."""
    differences: defaultdict[tuple[str, str, str], Counter[Bucket]] = defaultdict(Counter)
    for change in changes:
        for message, by in ((change.before, -1), (change.after, 1)):
            bucket = bucket_of(message)
            if message is not None and bucket is not None:
                variant = message.get("variant", FIRST_VARIANT)
                differences[message["workspace_id"], message["tally"], variant][bucket] += by
    return differences


def _added(workspace_id: str, campaign_id: str, variant: str, by: Counter[Bucket], writer: str) -> UpdateOne:
    row = {"_id": f"{campaign_id}:{writer}", "workspace_id": workspace_id, "campaign_id": campaign_id}
    if variant != FIRST_VARIANT:
        row |= {"_id": f"{campaign_id}:{writer}:{variant}", "variant": variant}
    return UpdateOne(row, {"$inc": {f"counts.{bucket}": number for bucket, number in by.items()}}, upsert=True)
