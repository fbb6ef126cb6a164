"""Indexes of tags, topics, notes and the fields of the contact card."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import Index, Table

_THERE: Final = {"deleted_at": None}

LABELS: Final[Table] = {
    "tags": (
        Index(
            "name_once",
            "workspace_id folded",
            "inbox.labels.tag_use",
            {"workspace_id": "w", "folded": {"$in": ["vip"]}, **_THERE},
            unique=True,
            partial=_THERE,
        ),
        Index(
            "key_once",
            "workspace_id keys",
            "inbox.labels.label_reading",
            {"workspace_id": "w", "keys": {"$in": ["vip"]}},
            unique=True,
        ),
        Index("by_workspace", "workspace_id _id", "inbox.labels.tag_store", {"workspace_id": "w"}),
    ),
    "topics": (Index("by_workspace", "workspace_id _id", "inbox.labels.label_reading", {"workspace_id": "w"}),),
    "contact_fields": (
        Index("key_once", "workspace_id key", "inbox.contacts.field_store", {"workspace_id": "w"}, unique=True),
    ),
    "notes": (
        Index(
            "by_conversation",
            "workspace_id conversation_id created_at",
            "inbox.conversation.notes",
            {"workspace_id": "w", "conversation_id": "c"},
        ),
    ),
}
