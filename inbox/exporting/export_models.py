"""Exports as the API shows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from inbox.foundation.pages import Page
from inbox.storage.documents import ExportDocument

KEPT: Final = timedelta(days=7)
"""Time to fetch it, also over a weekend; a copy of customers' data is not to lie about for long."""


class ExportKind(StrEnum):
    """What is exported."""

    CONTACT = "contact"
    WORKSPACE = "workspace"


class ExportState(StrEnum):
    """How far an export is."""

    WORKING = "working"
    READY = "ready"


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """An export: `ready` once all its archives are there, and gone at `expires_at`.

    Attributes:
        contact_id: Whose; null for the workspace's.
        requested_by: `kind:id` of who asked.
        parts: How many archives there are so far.
        bytes: Their size together.
        counts: Rows so far, by the name of their file.
    """

    id: str
    kind: ExportKind
    state: ExportState
    contact_id: str | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    parts: int
    bytes: int
    counts: dict[str, int]


class ExportPage(Page[Export], frozen=True, kw_only=True):
    """A part of the list of exports, the newest first."""


class ExportFile(msgspec.Struct, frozen=True, kw_only=True):
    """An archive of an export, with a link that is good for an hour and needs no token."""

    number: int
    filename: str
    bytes: int
    url: str


class ExportFiles(msgspec.Struct, frozen=True, kw_only=True):
    """All archives of an export, in their order."""

    items: tuple[ExportFile, ...]


def export_view(document: ExportDocument) -> Export:
    """Return an export as it is shown."""
    return Export(
        id=document["_id"],
        kind=ExportKind(document["kind"]),
        state=ExportState(document["state"]),
        contact_id=document["contact_id"],
        requested_by=document["requested_by"],
        requested_at=document["requested_at"],
        finished_at=document["finished_at"],
        expires_at=document["expires_at"],
        parts=len(document["parts"]),
        bytes=sum(part["bytes"] for part in document["parts"]),
        counts=document["counts"],
    )


def part_name(export_id: str, number: int) -> str:
    """Return what an archive is called."""
    return f"export-{export_id}-{number:04}.zip"
