"""Retries of failed recipients: the row becomes due again and gets a new message."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any, Final

from inbox.model.statuses import MessageStatus
from inbox.storage.database import Collections, Database, Session, UpdateOne
from inbox.storage.documents import MessageDocument
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
    failed: dict[str, Any] = {"workspace_id": workspace_id, "tally": campaign_id, "status": MessageStatus.FAILED.value}
    helped = {"error.retryable": True} if codes is None else {"error.code": {"$in": sorted(codes)}}
    condition = {**failed, **helped, "withheld": {"$ne": True}, "tries_used_up": {"$ne": True}}
    total = 0
    while moved := await database.batch_transaction(partial(_move, condition, now)):
        total += moved
    return total


async def _move(condition: dict[str, Any], now: datetime, database: Collections, session: Session) -> int:
    messages = await database.messages.find(condition, {"recipient": 1}, session=session).limit(BATCH).to_list(None)
    if not messages:
        return 0
    of_workspace = {"workspace_id": condition["workspace_id"]}
    worn_out = [m["_id"] for m in messages if _tries(m["recipient"]) + 1 >= MAX_TRIES]
    again = [m for m in messages if m["_id"] not in worn_out]
    if worn_out:
        mark = {"$set": {"tries_used_up": True}}
        await database.messages.update_many({"_id": {"$in": worn_out}, **of_workspace}, mark, session=session)
    if again:
        ids = [message["_id"] for message in again]
        await database.messages.update_many(
            {"_id": {"$in": ids}, **of_workspace}, {"$unset": {"tally": ""}}, session=session
        )
        await database.campaign_recipients.bulk_write([_due(m, of_workspace, now) for m in again], session=session)
    return len(messages)


def _due(message: MessageDocument, of_workspace: dict[str, str], now: datetime) -> UpdateOne:
    row_id = message["recipient"].partition("#")[0]
    fields = {"due_at": now, "retry_of": message["_id"], "tries": _tries(message["recipient"]) + 1}
    return UpdateOne({"_id": row_id, **of_workspace}, {"$set": fields})


def _tries(recipient: str) -> int:
    return int(recipient.partition("#")[2] or 0)
