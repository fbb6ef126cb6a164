"""Indexes of erasures."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, Index, Table

CERTIFICATE_KEEP_SECONDS: Final = 3 * 365 * DAY_SECONDS
"""As long as the log of what administrators did: who asks whether they were erased asks within three years."""

ERASING: Final[Table] = {
    "erasures": (
        Index(
            "due",
            "due_at",
            "workers.erase",
            {"due_at": {"$type": "date", **DUE}},
            partial={"due_at": {"$type": "date"}},
        ),
        Index("newest", "workspace_id -_id", "inbox.erasing.erasures", {"workspace_id": "w"}),
        Index(
            "by_contact",
            "workspace_id person.contact_ids",
            "inbox.erasing.contact_erasing",
            {"workspace_id": "w", "person.contact_ids": {"$eq": "c", "$type": "string"}, "state": "working"},
            partial={"person.contact_ids": {"$type": "string"}},
        ),
        Index("expiry", "finished_at", "inbox.erasing.steps", keep_seconds=CERTIFICATE_KEEP_SECONDS),
    ),
    "workspace_erasures": (
        Index(
            "due",
            "due_at",
            "workers.erase_workspaces",
            {"due_at": {"$type": "date", **DUE}},
            partial={"due_at": {"$type": "date"}},
        ),
        Index("expiry", "finished_at", "inbox.erasing.workspace_steps", keep_seconds=CERTIFICATE_KEEP_SECONDS),
    ),
}
