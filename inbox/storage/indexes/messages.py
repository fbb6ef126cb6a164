"""Indexes of messages and of what waits to be sent.

`messages` has at most six, and none names a field that changes often: its status changes four times, and in a
transaction MongoDB 6 pays for all indexes of a document once one of their fields changes. What is looked for by such a
field is a row in a small collection of its own.
"""

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
            "files",
            "workspace_id content.media.id -_id",
            "inbox.messages.file_sight",
            {"workspace_id": "w", "content.media.id": {"$eq": "f", **IS_STRING}},
            partial={"content.media.id": IS_STRING},
        ),
        Index(
            "once",
            "workspace_id once",
            "queueing.texts.auto_reply_facts",
            {"workspace_id": {"$in": ["v", "w"]}, "once": {"$in": ["cue:a", "cue:b"]}},
            unique=True,
            partial={"once": IS_THERE},
        ),
    ),
    "outbox": (Index("lanes", "channel_id lane seq", "inbox.sending.delivery", {**_OF_CHANNEL, "lane": {"$lt": 2}}),),
    "held_replies": (
        Index("by_end", "held_until _id", "inbox.sending.held", {"held_until": DUE}),
        Index(
            "by_conversation",
            "channel_id conversation_id",
            "inbox.sending.held",
            {**_OF_CHANNEL, "conversation_id": "k"},
        ),
    ),
}
