"""Indexes of what operators have at hand."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, IS_STRING, Index, Table

DRAFT_KEEP_SECONDS: Final = 30 * DAY_SECONDS
"""What nobody has gone on with for a month is no answer any more."""

DESK: Final[Table] = {
    "reply_collections": (
        Index(
            "by_workspace",
            "workspace_id _id",
            "queueing.settings.team_settings",
            {"workspace_id": "w", "_id": {"$gt": "a"}},
        ),
    ),
    "prepared_replies": (
        Index(
            "by_collection",
            "workspace_id collection_id _id",
            "queueing.settings.reply_store",
            {"workspace_id": "w", "collection_id": {"$in": ["a", "b"]}, "active": True, "_id": {"$gt": "a"}},
        ),
        Index(
            "shortcut_once",
            "workspace_id shortcut",
            "queueing.settings.reply_store",
            unique=True,
            partial={"shortcut": IS_STRING},
        ),
    ),
    "reply_versions": (
        Index("version_once", "workspace_id reply_id -version", "queueing.settings.reply_store", unique=True),
    ),
    "drafts": (Index("expiry", "updated_at", "inbox.messages.drafts", keep_seconds=DRAFT_KEEP_SECONDS),),
    "scheduled_messages": (Index("due", "send_at", "inbox.sending.scheduled_sending", {"send_at": DUE}),),
}
