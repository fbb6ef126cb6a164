"""Indexes of messages and of what waits to be sent."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DUE, IS_STRING, IS_THERE, Index, Table

_OF_CHANNEL: Final = {"workspace_id": "w", "channel_id": "c"}
_AMONG: Final = {"$in": ["a", "b"], **IS_STRING}

MESSAGES: Final[Table] = {
    "messages": (
        Index(
            "provider_once",
            "workspace_id channel_id provider_id",
            "inbox.messages.message_lookup",
            {**_OF_CHANNEL, "provider_id": _AMONG},
            unique=True,
            partial={"provider_id": IS_STRING},
        ),
        Index(
            "parts",
            "workspace_id channel_id part_ids",
            "inbox.messages.message_lookup",
            {**_OF_CHANNEL, "part_ids": _AMONG},
            partial={"part_ids": IS_STRING},
        ),
        Index(
            "thread",
            "conversation_id seq",
            "inbox.messages.message_reading",
            {"workspace_id": "w", "conversation_id": "k", "seq": {"$lt": 9}},
            unique=True,
        ),
        Index(
            "outbox_lanes",
            "channel_id lane seq",
            "inbox.sending.delivery",
            {**_OF_CHANNEL, "due": True, "lane": {"$lt": 2}},
            partial={"due": True},
        ),
        Index(
            "held_replies",
            "held_until _id",
            "inbox.sending.held",
            {"status": "held", "held_until": DUE},
            partial={"status": "held"},
        ),
        Index(
            "files",
            "workspace_id content.media.id -_id",
            "inbox.messages.file_sight",
            {"workspace_id": "w", "content.media.id": {"$eq": "f", **IS_STRING}},
            partial={"content.media.id": IS_STRING},
        ),
        Index(
            "retry_once", "workspace_id retry_of", "inbox.sending.outbox", unique=True, partial={"retry_of": IS_STRING}
        ),
        Index(
            "cue_once",
            "workspace_id cue_id",
            "queueing.texts.auto_reply_facts",
            {"workspace_id": {"$in": ["v", "w"]}, "cue_id": _AMONG},
            unique=True,
            partial={"cue_id": IS_STRING},
        ),
        Index(
            "recipient_once",
            "workspace_id recipient",
            "templates_hsm.campaigns.outcome.report",
            {"workspace_id": "w", "recipient": {"$in": ["a:1", "a:2#1"]}},
            unique=True,
            partial={"recipient": IS_THERE},
        ),
        Index(
            "tally",
            "workspace_id tally status withheld error.code",
            "templates_hsm.campaigns.outcome.tally",
            {"workspace_id": "w", "tally": "p", "status": {"$in": ["queued", "sending"]}},
            partial={"tally": IS_THERE},
        ),
    ),
}
