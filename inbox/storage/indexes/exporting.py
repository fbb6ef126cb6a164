"""Indexes of exports."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DUE, Index, Table

EXPORTING: Final[Table] = {
    "exports": (
        Index(
            "due",
            "due_at",
            "workers.export",
            {"due_at": {"$type": "date", **DUE}},
            partial={"due_at": {"$type": "date"}},
        ),
        Index("newest", "workspace_id -_id", "inbox.exporting.export_store", {"workspace_id": "w"}),
        Index("expiry", "expires_at", "inbox.exporting.export_models", keep_seconds=0),
    ),
}
