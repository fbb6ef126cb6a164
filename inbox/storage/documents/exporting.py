"""Exports: what was asked for, how far it came, and the files that were made."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class ExportPartDocument(TypedDict):
    """An archive of an export; the bytes are those of a file."""

    file_id: str
    bytes: int


class ExportDocument(TypedDict):
    """An export of a contact or of the workspace (`inbox.exporting`)."""

    _id: str
    workspace_id: str
    kind: str
    """Of `inbox.exporting.export_models.ExportKind`."""
    state: str
    """Of `inbox.exporting.export_models.ExportState`."""
    contact_id: str | None
    contact_ids: list[str]
    """The contact and all that are one customer with it."""
    numbers: list[str]
    """Their numbers without `+`, by which lists of campaigns have them."""
    requested_by: str
    requested_at: datetime
    due_at: NotRequired[datetime]
    """When it is gone on with; none once it is ready."""
    mark: str | None
    """Behind what the finished parts have (`inbox.exporting.walking_rows.Mark`)."""
    parts: list[ExportPartDocument]
    counts: dict[str, int]
    """Rows by section."""
    finished_at: datetime | None
    expires_at: datetime | None
