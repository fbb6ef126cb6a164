"""Every index, with the question that it answers. Each begins with `workspace_id` unless a sweep reads across all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from inbox.storage.database import ASCENDING as UP
from inbox.storage.database import DESCENDING as DOWN
from inbox.storage.database import Database, IndexModel, OperationFailure

EVENT_KEEP_SECONDS = 24 * 3600
IDEMPOTENCY_KEEP_SECONDS = 24 * 3600
EARLY_EVENT_KEEP_SECONDS = 30 * 24 * 3600
"""Meta gives up on an undelivered message after 30 days (about-the-platform, 5 Dec 2025): no status comes later."""
DAY_SECONDS = 24 * 3600
DEAD_LETTER_KEEP_SECONDS = 90 * DAY_SECONDS
"""Time to notice them, to bring out a version that understands them, and to install it; each takes up to 8 kB."""
REPLAYED_KEEP_SECONDS = 7 * DAY_SECONDS
"""What a replayed dead letter said is stored; for a week one can see that it was."""
NOTICE_KEEP_SECONDS = 30 * DAY_SECONDS
"""Whoever heeds notices reads the provider's own state at least once an hour: an older one says nothing new."""
HANDLED_KEEP_SECONDS = 7 * DAY_SECONDS
"""A notice that was heeded only explains why something changed."""
STATUS_CHANGE_KEEP_SECONDS = 400 * DAY_SECONDS
"""A year and a month, so that a month can be held against the same one of the year before."""
AUDIT_KEEP_SECONDS = 3 * 365 * DAY_SECONDS
"""As long as claims usually live: who asks why somebody got marketing messages asks within three years."""

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "workspaces": (),
    "operators": (
        IndexModel([("workspace_id", UP), ("email", UP)], unique=True, name="email_once"),
        IndexModel([("email", UP)], name="sign_in"),
        IndexModel([("presence_until", UP)], name="presence"),
        IndexModel(
            [("next_status", UP)], partialFilterExpression={"next_status": {"$type": "string"}}, name="planned_status"
        ),
        IndexModel([("status", UP), ("away_since", UP)], partialFilterExpression={"load": {"$gt": 0}}, name="gone"),
    ),
    "tokens": (
        IndexModel([("workspace_id", UP), ("owner_id", UP)], name="by_owner"),
        IndexModel([("expires_at", UP)], expireAfterSeconds=0, name="expiry"),
    ),
    "channels": (
        IndexModel(
            [("workspace_id", UP), ("kind", UP), ("account_key", UP)],
            unique=True,
            partialFilterExpression={"deleted_at": None, "account_key": {"$type": "string"}},
            name="account_once_a_workspace",
        ),
        IndexModel(
            [("kind", UP), ("account_key", UP), ("provider_base_url", UP)],
            unique=True,
            partialFilterExpression={"confirmed": True},
            name="claimed_once",
        ),
        IndexModel([("workspace_id", UP), ("_id", UP)], name="by_workspace"),
        IndexModel([("updates", UP)], partialFilterExpression={"updates": "polling"}, name="polled"),
        IndexModel([("ended_at", UP)], partialFilterExpression={"deleted_at": {"$type": "date"}}, name="deleted"),
    ),
    "contacts": (
        IndexModel([("workspace_id", UP), ("identity_keys", UP)], unique=True, name="identity_once"),
        IndexModel([("workspace_id", UP), ("_id", DOWN)], name="newest"),
        IndexModel(
            [("workspace_id", UP), ("tags", UP), ("_id", DOWN)],
            partialFilterExpression={"tags": {"$exists": True}},
            name="tagged",
        ),
        IndexModel([("workspace_id", UP), ("search_terms", UP), ("_id", DOWN)], name="search"),
        IndexModel(
            [("workspace_id", UP), ("joined_ids", UP)],
            partialFilterExpression={"joined_ids": {"$exists": True}},
            name="joined",
        ),
    ),
    "suppressions": (),
    "campaigns": (
        IndexModel([("workspace_id", UP), ("_id", DOWN)], name="newest"),
        IndexModel([("state", UP), ("ended_at", UP)], name="by_state"),
        IndexModel([("count_at", UP)], partialFilterExpression={"count_at": {"$type": "date"}}, name="counted"),
        IndexModel([("unsettled", UP)], partialFilterExpression={"unsettled": True}, name="unsettled"),
    ),
    "campaign_recipients": (
        IndexModel(
            [("workspace_id", UP), ("campaign_id", UP), ("due_at", UP)],
            partialFilterExpression={"due_at": {"$exists": True}},
            name="due",
        ),
        IndexModel(
            [("workspace_id", UP), ("campaign_id", UP)],
            partialFilterExpression={"skipped": {"$exists": True}},
            name="skipped",
        ),
    ),
    "audience_uploads": (IndexModel([("at", UP)], name="by_age"),),
    "audience_errors": (),
    "conversations": (
        IndexModel(
            [("workspace_id", UP), ("channel_id", UP), ("identity.external_id", UP)],
            unique=True,
            partialFilterExpression={"open": True},
            name="one_open",
        ),
        IndexModel(
            [("workspace_id", UP), ("channel_id", UP), ("identity.external_id", UP), ("_id", DOWN)],
            name="episodes",
        ),
        IndexModel([("workspace_id", UP), ("open", UP), ("operator_id", UP), ("_id", DOWN)], name="lists"),
        IndexModel([("workspace_id", UP), ("open", UP), ("_id", DOWN)], name="by_time"),
        IndexModel(
            [("workspace_id", UP), ("queued_at", UP), ("_id", UP)],
            partialFilterExpression={"open": True, "state": "queued"},
            name="by_waiting",
        ),
        IndexModel([("workspace_id", UP), ("contact_id", UP), ("_id", DOWN)], name="history"),
        IndexModel(
            [("queue_id", UP), ("state", UP), ("priority", DOWN), ("queued_at", UP), ("opened_at", UP), ("_id", UP)],
            partialFilterExpression={"open": True},
            name="line",
        ),
        IndexModel([("queue_id", UP)], partialFilterExpression={"state": "new"}, name="unrouted"),
        IndexModel([("check_at", UP)], partialFilterExpression={"open": True}, name="deadlines"),
        IndexModel([("window_expires_at", UP)], partialFilterExpression={"open": True}, name="windows"),
    ),
    "messages": (
        IndexModel(
            [("workspace_id", UP), ("channel_id", UP), ("provider_id", UP)],
            unique=True,
            partialFilterExpression={"provider_id": {"$type": "string"}},
            name="provider_once",
        ),
        IndexModel(
            [("workspace_id", UP), ("channel_id", UP), ("part_ids", UP)],
            partialFilterExpression={"part_ids": {"$type": "string"}},
            name="parts",
        ),
        IndexModel([("conversation_id", UP), ("seq", UP)], unique=True, name="thread"),
        IndexModel(
            [("channel_id", UP), ("lane", UP), ("seq", UP)],
            partialFilterExpression={"due": True},
            name="outbox_lanes",
        ),
        IndexModel([("held_until", UP), ("_id", UP)], partialFilterExpression={"status": "held"}, name="held_replies"),
        IndexModel(
            [("workspace_id", UP), ("content.media.id", UP), ("_id", DOWN)],
            partialFilterExpression={"content.media.id": {"$type": "string"}},
            name="files",
        ),
        IndexModel(
            [("workspace_id", UP), ("retry_of", UP)],
            unique=True,
            partialFilterExpression={"retry_of": {"$type": "string"}},
            name="retry_once",
        ),
        IndexModel(
            [("workspace_id", UP), ("cue_id", UP)],
            unique=True,
            partialFilterExpression={"cue_id": {"$type": "string"}},
            name="cue_once",
        ),
        IndexModel(
            [("workspace_id", UP), ("recipient", UP)],
            unique=True,
            partialFilterExpression={"recipient": {"$exists": True}},
            name="recipient_once",
        ),
        IndexModel(
            [("workspace_id", UP), ("tally", UP), ("status", UP), ("withheld", UP), ("error.code", UP)],
            partialFilterExpression={"tally": {"$exists": True}},
            name="tally",
        ),
    ),
    "events": (IndexModel([("at", UP)], expireAfterSeconds=EVENT_KEEP_SECONDS, name="expiry"),),
    "early_events": (
        IndexModel([("workspace_id", UP), ("channel_id", UP), ("provider_id", UP)], name="by_message"),
        IndexModel([("at", UP)], expireAfterSeconds=EARLY_EVENT_KEEP_SECONDS, name="expiry"),
    ),
    "idempotency": (IndexModel([("at", UP)], expireAfterSeconds=IDEMPOTENCY_KEEP_SECONDS, name="expiry"),),
    "dead_letters": (
        IndexModel([("workspace_id", UP), ("_id", DOWN)], name="newest"),
        IndexModel([("workspace_id", UP), ("key", UP)], unique=True, name="item_once"),
        IndexModel([("at", UP)], expireAfterSeconds=DEAD_LETTER_KEEP_SECONDS, name="expiry"),
        IndexModel([("replayed_at", UP)], expireAfterSeconds=REPLAYED_KEEP_SECONDS, name="replayed_expiry"),
    ),
    "notices": (
        IndexModel([("workspace_id", UP), ("_id", DOWN)], name="newest"),
        IndexModel([("topic", UP), ("_id", UP)], partialFilterExpression={"handled_at": None}, name="to_handle"),
        IndexModel([("workspace_id", UP), ("key", UP)], unique=True, name="item_once"),
        IndexModel([("at", UP)], expireAfterSeconds=NOTICE_KEEP_SECONDS, name="expiry"),
        IndexModel([("handled_at", UP)], expireAfterSeconds=HANDLED_KEEP_SECONDS, name="handled_expiry"),
    ),
    "queues": (
        IndexModel([("workspace_id", UP), ("_id", UP)], name="by_workspace"),
        IndexModel([("waiting", UP)], partialFilterExpression={"waiting": {"$gt": 0}}, name="waited_in"),
    ),
    "told_queues": (IndexModel([("waiting", UP)], partialFilterExpression={"waiting": {"$gt": 0}}, name="waited_in"),),
    "groups": (IndexModel([("workspace_id", UP), ("_id", UP)], name="by_workspace"),),
    "statuses": (IndexModel([("workspace_id", UP), ("_id", UP)], name="by_workspace"),),
    "business_hours": (IndexModel([("workspace_id", UP), ("_id", UP)], name="by_workspace"),),
    "status_changes": (
        IndexModel([("workspace_id", UP), ("operator_id", UP), ("_id", DOWN)], name="by_operator"),
        IndexModel([("at", UP)], expireAfterSeconds=STATUS_CHANGE_KEEP_SECONDS, name="expiry"),
    ),
    "cues": (
        IndexModel([("due_at", UP)], name="due"),
        IndexModel([("workspace_id", UP), ("conversation_id", UP)], name="by_conversation"),
    ),
    "files": (
        IndexModel(
            [("channel_id", UP), ("next_attempt_at", UP)],
            partialFilterExpression={"state": "pending"},
            name="to_fetch",
        ),
        IndexModel([("created_at", UP)], partialFilterExpression={"unnamed": True}, name="unnamed"),
        IndexModel([("unnamed_until", UP)], partialFilterExpression={"unnamed": True}, name="unnamed_until"),
        IndexModel([("blob_id", UP)], name="by_blob"),
    ),
    "blobs.chunks": (IndexModel([("files_id", UP), ("n", UP)], unique=True, name="pieces"),),
    "provider_tasks": (IndexModel([("channel_id", UP), ("due_at", UP)], name="due_of_channel"),),
    "templates": (
        IndexModel(
            [("workspace_id", UP), ("waba_id", UP), ("name", UP), ("language", UP)],
            unique=True,
            partialFilterExpression={"deleted_at": None},
            name="name_once",
        ),
        IndexModel([("workspace_id", UP), ("_id", UP)], name="by_workspace"),
    ),
    "template_accounts": (IndexModel([("due_at", UP)], name="due"),),
    "leases": (),
    "gateway": (),
    "audit": (
        IndexModel([("workspace_id", UP), ("_id", DOWN)], name="newest"),
        IndexModel([("at", UP)], expireAfterSeconds=AUDIT_KEEP_SECONDS, name="expiry"),
    ),
}


OLD_ACCOUNT_INDEX = "account_once"
"""Of versions in which whoever named an account first had it, whether or not it was theirs."""


async def create_indexes(database: Database) -> None:
    """Create what is missing; safe to run from many processes at once."""
    for collection, indexes in INDEXES.items():
        if indexes:
            await getattr(database, collection).create_indexes(list(indexes))
    if OLD_ACCOUNT_INDEX in await database.channels.index_information():
        await _replace_old_claims(database)


async def _replace_old_claims(database: Database) -> None:
    """Let channels that work keep the accounts that they have had; the others get theirs with the next check."""
    working = {"deleted_at": None, "account_key": {"$type": "string"}, "health.status": "ok", "confirmed": None}
    await database.channels.update_many(working, {"$set": {"confirmed": True}})
    with suppress(OperationFailure):  # another process was faster
        await database.channels.drop_index(OLD_ACCOUNT_INDEX)


async def missing_indexes(database: Database) -> list[str]:
    """Name the indexes that are not there, as `collection.index`."""
    missing = []
    for collection, indexes in INDEXES.items():
        present = await getattr(database, collection).index_information()
        missing += [f"{collection}.{i.document['name']}" for i in indexes if i.document["name"] not in present]
    return missing
