"""The audit log: listed, and exported as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec
from aiohttp import web

from gateway.api.call import Call, Route, Who
from inbox.foundation.pages import Page
from inbox.foundation.spreadsheets import harmless
from inbox.people.audit import AuditEntry, AuditPage, AuditQuery, all_entries, list_audit

JSON_LINES: Final = "application/jsonl"
EXPORT_SECONDS: Final = 900.0
"""Three years of a busy workspace on a slow line."""
_COLUMNS: Final = AuditEntry.__struct_fields__


class ExportFormat(StrEnum):
    """Forms of an export."""

    CSV = "csv"
    JSON_LINES = "jsonl"


class AuditExportQuery(AuditQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries, and in which form."""

    format: ExportFormat = ExportFormat.CSV


async def show_audit(call: Call[None, AuditQuery]) -> Page[AuditEntry]:
    """List what was done, the newest first: every act of administrators, and who read customers' data in bulk or raw.

    Who did it (`by`), to which object, and where there is one the reason. It goes back three years.
    """
    return await list_audit(call.database, call.workspace_id, call.query)


async def export_audit(call: Call[None, AuditExportQuery]) -> web.StreamResponse:
    """Download all entries, the oldest first, as CSV or as one JSON object a line."""
    lines, kind = _FORMATS[call.query.format]
    headers = {"Content-Type": kind, "Cache-Control": "no-store"}
    headers["Content-Disposition"] = f'attachment; filename="audit.{call.query.format}"'
    response = web.StreamResponse(headers=headers)
    await response.prepare(call.request)
    if call.query.format is ExportFormat.CSV:
        await response.write(_csv_lines([_COLUMNS]))
    async for entries in all_entries(call.database, call.workspace_id, call.query):
        await response.write(lines(entries))
    await response.write_eof()
    return response


def _as_csv(entries: Sequence[AuditEntry]) -> bytes:
    return _csv_lines([[_cell(getattr(entry, name)) for name in _COLUMNS] for entry in entries])


def _as_json_lines(entries: Sequence[AuditEntry]) -> bytes:
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)


def _csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    """Return a value as it stands in a table."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return str(harmless(" ".join(value)))
    return str(harmless(value if isinstance(value, str) else msgspec.json.encode(value).decode().strip('"')))


_FORMATS: Final = {
    ExportFormat.CSV: (_as_csv, "text/csv; charset=utf-8"),
    ExportFormat.JSON_LINES: (_as_json_lines, JSON_LINES),
}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/audit",
        handler=show_audit,
        summary="List what was done",
        tag="Audit log",
        who=Who.ADMINISTRATORS,
        query=AuditQuery,
        response=AuditPage,
        problems=("too_broad",),
    ),
    Route(
        method="GET",
        path="/audit/export",
        handler=export_audit,
        summary="Export the audit log",
        tag="Audit log",
        who=Who.ADMINISTRATORS,
        query=AuditExportQuery,
        answer_types=("text/csv", JSON_LINES),
        seconds=EXPORT_SECONDS,
    ),
)
