"""What a retention would delete now: how much, and since when it is there."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from inbox.foundation.problems import not_found
from inbox.model.retention import Retention, older_than
from inbox.retention.old_conversations import old_conversations
from inbox.retention.trimming import WITH_FILE, WITH_RAW
from inbox.storage.database import Database
from inbox.storage.documents import ChannelDocument, Condition

COUNTED: Final = 1_000
"""Conversations, or dead letters, that are counted at most: enough to know whether somebody is about to err."""
COUNTING_MS: Final = 5_000


class Doomed(msgspec.Struct, frozen=True, kw_only=True):
    """What would be deleted of one kind.

    Attributes:
        count: How many there are, in at most 1,000 conversations.
        conversations: In how many closed conversations; null for dead letters.
        more: There is more than was counted.
        oldest: When the oldest of these conversations was closed, or the oldest dead letter came.
    """

    count: int = 0
    conversations: int | None = None
    more: bool = False
    oldest: datetime | None = None


class RetentionPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What would be deleted now, by kind; files and raw payloads of messages that go, too, are in `messages`."""

    messages: Doomed
    files: Doomed
    raw: Doomed
    dead_letters: Doomed


async def preview_retention(
    database: Database, workspace_id: str, channel_id: str, wanted: Retention, *, now: datetime
) -> RetentionPreview:
    """Tell what a channel would lose. Raises `ProblemError` (`not_found`)."""
    of_channel = {"_id": channel_id, "workspace_id": workspace_id, "deleted_at": None}
    channel = await database.channels.find_one(of_channel, {"workspace_id": 1})
    if channel is None:
        raise not_found("channel")
    return RetentionPreview(
        messages=await _messages(database, channel, older_than(wanted.messages_days, now), {}),
        files=await _messages(database, channel, older_than(wanted.files_days, now), WITH_FILE),
        raw=await _messages(database, channel, older_than(wanted.raw_days, now), WITH_RAW),
        dead_letters=await _letters(database, channel, older_than(wanted.dead_letters_days, now)),
    )


async def _messages(database: Database, channel: ChannelDocument, before: datetime | None, kind: Condition) -> Doomed:
    if before is None:
        return Doomed(conversations=0)
    found = database.conversations.find(old_conversations(channel, before), {"closed_at": 1}, max_time_ms=COUNTING_MS)
    closed = await found.sort([("closed_at", 1), ("_id", 1)]).limit(COUNTED + 1).to_list(None)
    counted = closed[:COUNTED]
    of_these = {"workspace_id": channel["workspace_id"], "conversation_id": {"$in": [one["_id"] for one in counted]}}
    said = {**of_these, "void": None, **kind}
    return Doomed(
        count=await database.messages.count_documents(said, maxTimeMS=COUNTING_MS) if counted else 0,
        conversations=len(counted),
        more=len(closed) > COUNTED,
        oldest=counted[0].get("closed_at") if counted else None,
    )


async def _letters(database: Database, channel: ChannelDocument, before: datetime | None) -> Doomed:
    if before is None:
        return Doomed()
    old = {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"], "at": {"$lte": before}}
    count = await database.dead_letters.count_documents(old, limit=COUNTED + 1, maxTimeMS=COUNTING_MS)
    oldest = await database.dead_letters.find_one(old, {"at": 1}, sort=[("at", 1)])
    return Doomed(count=min(count, COUNTED), more=count > COUNTED, oldest=None if oldest is None else oldest["at"])
