"""Retries of failed recipients: the row becomes due again and gets a new message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from inbox.messages.tallying import COUNTED_FIELDS, Change, count_changes, new_writer
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import CampaignFailureDocument, Condition
from templates_hsm.campaigns.model.stop_rules import ERROR_REASONS

BATCH: Final = 500
MAX_TRIES: Final = 5
"""Sends of one row: what failed five times fails for a reason that time does not heal."""
RESUMABLE: Final = frozenset(ERROR_REASONS)
"""Errors that stopped the campaign: when it is resumed their cause is gone."""


async def retry_failed(
    database: Database, workspace_id: str, campaign_id: str, *, now: datetime, codes: Collection[str] | None = None
) -> int:
    """Make the rows of failed messages due again; return how many.

    Args:
        database: Where they are.
        workspace_id: The campaign's workspace.
        campaign_id: The campaign.
        now: From when they may go.
        codes: Only errors with these codes; None for all that a retry may help.
    """
    failed: Condition = {"workspace_id": workspace_id, "campaign_id": campaign_id, "tries_used_up": {"$ne": True}}
    helped: Condition = {"retryable": True} if codes is None else {"code": {"$in": sorted(codes)}}
    writer, total = new_writer(), 0
    while moved := await database.batch_transaction(partial(_move, failed | helped, now, writer)):
        total += moved
    return total


async def _move(condition: Condition, now: datetime, writer: str, database: Collections, session: Session) -> int:
    failures = await database.campaign_failures.find(condition, session=session).limit(BATCH).to_list(None)
    worn_out = [f["_id"] for f in failures if _tries(f["recipient"]) + 1 >= MAX_TRIES]
    again = [f for f in failures if f["_id"] not in worn_out]
    of_workspace = {"workspace_id": condition["workspace_id"]}
    if worn_out:
        mark = {"$set": {"tries_used_up": True}}
        await database.campaign_failures.update_many({"_id": {"$in": worn_out}, **of_workspace}, mark, session=session)
    if again:
        await _no_longer_counted(database, [f["_id"] for f in again], of_workspace, writer, session)
        await database.campaign_recipients.bulk_write([_due(f, of_workspace, now) for f in again], session=session)
    return len(failures)


async def _no_longer_counted(
    database: Collections, ids: Sequence[str], of_workspace: Condition, writer: str, session: Session
) -> None:
    """Take failed messages out of the figures: those that follow them count instead."""
    own = {"_id": {"$in": list(ids)}, **of_workspace}
    found = await database.messages.find(own, COUNTED_FIELDS, session=session).to_list(None)
    await database.messages.update_many(own, {"$unset": {"tally": ""}}, session=session)
    await database.campaign_failures.delete_many(own, session=session)
    await count_changes(database, [Change(message, None) for message in found], writer=writer, session=session)


def _due(failure: CampaignFailureDocument, of_workspace: Condition, now: datetime) -> UpdateOne:
    row_id = failure["recipient"].partition("#")[0]
    fields = {"due_at": now, "retry_of": failure["_id"], "tries": _tries(failure["recipient"]) + 1}
    return UpdateOne({"_id": row_id, **of_workspace}, {"$set": fields})


def _tries(recipient: str) -> int:
    return int(recipient.partition("#")[2] or 0)
