"""When each business account's templates are read next: a due time for each, claimed by a worker.

An account is due once an hour, at once after a notice or a mismatch, and again a minute after a failure. A claim
is a later due time: a reader that dies leaves the account to the next one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import ASCENDING, Database, UpdateOne
from inbox.storage.documents import NoticeDocument, TemplateAccountDocument
from templates_hsm.sync.template_notices import TOPICS

READ_EVERY: Final = timedelta(hours=1)
"""Far below Meta's 200 calls an hour (about-the-platform, 5 Dec 2025), with 60 calls for the largest account."""
CLAIM: Final = timedelta(minutes=2)
"""Longer than a reading of 60 pages takes."""
RETRY_AFTER: Final = timedelta(minutes=1)
MAX_NOTICES: Final = 500


def account_id(workspace_id: str, waba_id: str) -> str:
    """Return the key of an account's document."""
    return f"{workspace_id}:{waba_id}"


async def adopt_accounts(database: Database, now: datetime) -> None:
    """Begin to follow the accounts of channels that were connected since, across all workspaces."""
    connected = {"kind": ChannelKind.WHATSAPP.value, "enabled": True, "deleted_at": None}
    channels = await database.channels.find(connected, {"workspace_id": 1, "scope_key": 1}).to_list(None)
    keys = {(c["workspace_id"], scope) for c in channels if (scope := c.get("scope_key"))}
    known = {account["_id"] for account in await database.template_accounts.find({}, {"_id": 1}).to_list(None)}
    new = [_new_account(*key, now) for key in keys if account_id(*key) not in known]
    if new:
        await database.template_accounts.bulk_write(new, ordered=False)


async def want_reading(database: Database, workspace_id: str, waba_id: str, now: datetime) -> None:
    """Make a full reading of an account due now, after something did not match."""
    await database.template_accounts.update_one(
        {"_id": account_id(workspace_id, waba_id)},
        {
            "$min": {"due_at": now},
            "$set": {"full_due_at": now},
            "$setOnInsert": {"workspace_id": workspace_id, "waba_id": waba_id},
        },
        upsert=True,
    )


async def heed_notices(database: Database, now: datetime) -> None:
    """Make accounts due that have unhandled notices, across all workspaces."""
    waiting = {"topic": {"$in": list(TOPICS)}, "handled_at": None}
    pipeline: list[dict[str, Any]] = [
        {"$match": waiting},
        {"$group": {"_id": {"workspace_id": "$workspace_id", "waba_id": "$scope_key"}}},
    ]
    found = await database.notices.aggregate(pipeline).to_list(None)
    keys = [account_id(row["_id"]["workspace_id"], str(row["_id"].get("waba_id"))) for row in found]
    if keys:
        idle = {"_id": {"$in": keys}, "claimed": {"$ne": True}, "failing": {"$ne": True}}
        await database.template_accounts.update_many(idle, {"$min": {"due_at": now}})


async def claim_due(
    database: Database, now: datetime, *, apart_from: Collection[str] = ()
) -> TemplateAccountDocument | None:
    """Claim the account that has waited longest, of all workspaces but some; None if nothing is due."""
    claimed: TemplateAccountDocument | None = await database.template_accounts.find_one_and_update(
        {"due_at": {"$lte": now}, "workspace_id": {"$nin": list(apart_from)}},
        {"$set": {"due_at": now + CLAIM, "claimed": True}},
        sort=[("due_at", ASCENDING)],
    )
    return claimed


async def next_reading(database: Database) -> datetime | None:
    """Return when the first account is due, of all workspaces."""
    first = await database.template_accounts.find_one({}, {"due_at": 1}, sort=[("due_at", ASCENDING)])
    return None if first is None else first.get("due_at")


async def waiting_notices(database: Database, account: TemplateAccountDocument) -> list[NoticeDocument]:
    """Return an account's unhandled notices, oldest first."""
    condition = {
        "workspace_id": account["workspace_id"],
        "scope_key": account["waba_id"],
        "topic": {"$in": list(TOPICS)},
        "handled_at": None,
    }
    found = database.notices.find(condition, {"raw": 1}).sort("_id", ASCENDING).limit(MAX_NOTICES)
    notices: list[NoticeDocument] = await found.to_list(None)
    return notices


async def reading_done(
    database: Database, account: TemplateAccountDocument, *, notices: tuple[str, ...], full: bool, now: datetime
) -> None:
    """Store that an account was read and its notices were handled.

    Whoever asked for another reading meanwhile gets it.
    """
    if notices:
        ids = {"_id": {"$in": list(notices)}, "workspace_id": account["workspace_id"]}
        await database.notices.update_many(ids, {"$set": {"handled_at": now}})
    next_at = now + READ_EVERY if full else max(account.get("full_due_at") or now, now)
    done = {"claimed": False, "failing": False, "error": None, "synced_at": now}
    unasked = {"_id": account["_id"], "full_due_at": account.get("full_due_at")}
    settled = {**done, "due_at": next_at, **({"full_due_at": next_at} if full else {})}
    written = await database.template_accounts.update_one(unasked, {"$set": settled})
    if not written.matched_count:
        await database.template_accounts.update_one({"_id": account["_id"]}, {"$set": {**done, "due_at": now}})


async def reading_failed(database: Database, account: TemplateAccountDocument, explanation: str, now: datetime) -> None:
    """Store that an account could not be read, and why; it is due again in a minute."""
    fields = {"due_at": now + RETRY_AFTER, "claimed": False, "failing": True, "error": explanation, "failed_at": now}
    await database.template_accounts.update_one({"_id": account["_id"]}, {"$set": fields})


async def forget_account(database: Database, account: TemplateAccountDocument) -> None:
    """Stop following an account that no channel of the workspace reaches."""
    await database.template_accounts.delete_one({"_id": account["_id"]})


def _new_account(workspace_id: str, waba_id: str, now: datetime) -> UpdateOne:
    fields = {"workspace_id": workspace_id, "waba_id": waba_id, "due_at": now, "full_due_at": now}
    return UpdateOne({"_id": account_id(workspace_id, waba_id)}, {"$setOnInsert": fields}, upsert=True)
