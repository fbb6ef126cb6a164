"""Indexes of channels, files, small tasks for providers, and templates."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DUE, IS_STRING, Index, Table

_UNNAMED: Final = {"unnamed": True}
_CONNECTED: Final = {"deleted_at": None, "account_key": IS_STRING}

CHANNELS: Final[Table] = {
    "channels": (
        Index(
            "account_once_a_workspace",
            "workspace_id kind account_key",
            "inbox.channel.channel_store",
            unique=True,
            partial=_CONNECTED,
        ),
        Index(
            "claimed_once",
            "kind account_key provider_base_url",
            "inbox.channel.claims",
            unique=True,
            partial={"confirmed": True},
        ),
        Index(
            "by_workspace",
            "workspace_id _id",
            "inbox.channel.channel_store",
            {"workspace_id": "w", "_id": {"$gt": "a"}, "deleted_at": None},
        ),
        Index(
            "polled",
            "updates",
            "workers.poll_updates",
            {"updates": "polling", "enabled": True, "deleted_at": None},
            partial={"updates": "polling"},
        ),
        Index(
            "to_look_at",
            "look_at",
            "inbox.channel.standing",
            {"look_at": {"$type": "date", **DUE}, "enabled": True, "deleted_at": None},
            partial={"look_at": {"$type": "date"}},
        ),
        Index("retained", "retained", "inbox.retention.keeper", {"retained": True}, partial={"retained": True}),
        Index(
            "deleted",
            "ended_at",
            "inbox.sending.channel_ending",
            {"deleted_at": {"$type": "date"}, "ended_at": None},
            partial={"deleted_at": {"$type": "date"}},
        ),
    ),
    "files": (
        Index(
            "to_fetch",
            "channel_id next_attempt_at",
            "inbox.files.fetching",
            {"state": "pending", "channel_id": "c", "next_attempt_at": DUE},
            partial={"state": "pending"},
        ),
        Index("unnamed", "created_at", "inbox.files.uploads", {**_UNNAMED, "created_at": DUE}, partial=_UNNAMED),
        Index(
            "unnamed_until",
            "unnamed_until",
            "inbox.files.uploads",
            {**_UNNAMED, "unnamed_until": DUE},
            partial=_UNNAMED,
        ),
        Index(
            "by_size",
            "workspace_id state bytes",
            "inbox.files.storage_use",
            {"workspace_id": "w", "state": "stored"},
            partial={"state": "stored"},
        ),
        Index(
            "by_workspace", "workspace_id _id", "inbox.exporting.archives", {"workspace_id": "w", "_id": {"$gt": "a"}}
        ),
        Index(
            "of_export",
            "workspace_id export_id",
            "inbox.exporting.export_files",
            {"workspace_id": "w", "export_id": IS_STRING},
            partial={"export_id": IS_STRING},
        ),
        Index("by_blob", "blob_id", "inbox.files.orphans", {"blob_id": {"$in": ["a", "b"]}}),
    ),
    "blobs.chunks": (Index("pieces", "files_id n", "inbox.files.gridfs_store", unique=True),),
    "signups": (Index("expiry", "expires_at", "inbox.channel.signups", keep_seconds=0),),
    "provider_tasks": (
        Index(
            "due_of_channel", "channel_id due_at", "inbox.channel.provider_tasks", {"channel_id": "c", "due_at": DUE}
        ),
    ),
    "templates": (
        Index(
            "name_once",
            "workspace_id waba_id name language",
            "templates_hsm.store.template_store",
            unique=True,
            partial={"deleted_at": None},
        ),
        Index(
            "by_workspace",
            "workspace_id _id",
            "templates_hsm.store.template_store",
            {"workspace_id": "w", "deleted_at": None, "_id": {"$gt": "a"}},
        ),
    ),
    "template_accounts": (
        Index(
            "due",
            "due_at",
            "templates_hsm.sync.template_accounts",
            {"due_at": DUE, "workspace_id": {"$nin": ["w"]}},
        ),
    ),
    "leases": (),
    "gateway": (),
}
