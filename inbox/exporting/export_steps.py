"""Goes on with an export: one archive after the other, each from the mark that the one before it left.

An archive counts once its export names it. What a killed process wrote of one is named by nobody, and is swept away
with other uploads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from inbox.exporting.archives import PART_BYTES, Archive
from inbox.exporting.export_files import drop_file
from inbox.exporting.export_models import KEPT, ExportState, part_name
from inbox.exporting.walking_rows import Asked
from inbox.files.blob_store import BlobStore
from inbox.files.file_models import FileState
from inbox.foundation.clock import Clock
from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ExportDocument, Fields, FileDocument

MOST_BYTES: Final = 1024 * 1024 * 1024
"""Of one archive: a quarter of it is where it ends, and the last file in it may have a tenth."""
UNNAMED_FOR: Final = timedelta(hours=6)
"""What a killed writer left goes after it; writing takes minutes."""
ASK_AGAIN: Final = timedelta(seconds=5)
ZIP: Final = "application/zip"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ExportTools:
    """Where everything is that is exported, and where to.

    Attributes:
        part_bytes: How large an archive becomes before the next one begins.
    """

    database: Database
    clock: Clock
    store: BlobStore
    part_bytes: int = PART_BYTES


async def go_on(tools: ExportTools, export: ExportDocument) -> ExportDocument | None:
    """Make the next archive of an export.

    Returns:
        The export as it is then; None where it is ready, has to wait, or is not there any more.
    """
    if await _must_wait(tools, export):
        return None
    file = _file(export, tools.clock.now())
    await tools.database.files.insert_one(file)
    archive = Archive(Asked(tools.database, export), tools.store, at=tools.clock.now(), part_bytes=tools.part_bytes)
    written = await tools.store.write(str(file["blob_id"]), archive.pieces(), limit_bytes=MOST_BYTES)
    facts: Fields = {"bytes": written.size_bytes, "sha256": written.sha256, "mime_type": ZIP}
    noted = partial(_note, tools.database, export, file, facts, archive, tools.clock.now())
    after = await tools.database.transaction(noted)
    if after is None:
        await drop_file(tools.database, tools.store, export["workspace_id"], file)
        _log.info("an archive was made of an export that is gone", export=export["_id"])
    return None if after is None or after["state"] == ExportState.READY.value else after


async def _must_wait(tools: ExportTools, export: ExportDocument) -> bool:
    """Wait while somebody is being erased: what is written meanwhile could have them in it."""
    erasing: Condition = {"workspace_id": export["workspace_id"], "due_at": {"$type": "date"}}
    if await tools.database.erasures.find_one(erasing, {"_id": 1}) is None:
        return False
    own: Condition = {"_id": export["_id"], "workspace_id": export["workspace_id"]}
    await tools.database.exports.update_one(own, {"$set": {"due_at": tools.clock.now() + ASK_AGAIN}})
    return True


def _file(export: ExportDocument, now: datetime) -> FileDocument:
    return {
        "_id": new_id(),
        "workspace_id": export["workspace_id"],
        "state": FileState.UPLOADING.value,
        "blob_id": new_id(),
        "filename": part_name(export["_id"], len(export["parts"]) + 1),
        "created_at": now,
        "unnamed": True,
        "unnamed_until": now + UNNAMED_FOR,
        "export_id": export["_id"],
        "error": None,
    }


async def _note(  # noqa: PLR0913, PLR0917
    database: Database,
    export: ExportDocument,
    file: FileDocument,
    facts: Fields,
    archive: Archive,
    now: datetime,
    session: Session,
) -> ExportDocument | None:
    """Have the export name an archive; None where another process was faster, or the export is gone."""
    as_seen: Condition = {
        "_id": export["_id"],
        "workspace_id": export["workspace_id"],
        "state": ExportState.WORKING.value,
        "mark": export["mark"],
    }
    part = {"file_id": file["_id"], "bytes": facts["bytes"]}
    update: dict[str, Fields] = {"$push": {"parts": part}, "$set": _progress(archive, now)}
    if counted := {f"counts.{name}": count for name, count in archive.counts.items() if count}:
        update["$inc"] = counted
    if archive.mark is None:
        update["$unset"] = {"due_at": ""}
    after = await database.exports.find_one_and_update(as_seen, update, return_document=True, session=session)
    if after is not None:
        kept: Mapping[str, object] = {"state": FileState.EXPORTED.value, **facts}
        own: Condition = {"_id": file["_id"], "workspace_id": export["workspace_id"]}
        await database.files.update_one(own, {"$set": kept}, session=session)
        await _keep_all(database, after, now, session)
    return after


async def _keep_all(database: Database, export: ExportDocument, now: datetime, session: Session) -> None:
    """Have the archives stay as long as their export."""
    until = export["expires_at"] or now + KEPT
    archives: Condition = {"workspace_id": export["workspace_id"], "export_id": export["_id"]}
    named: Condition = {**archives, "_id": {"$in": [part["file_id"] for part in export["parts"]]}}
    await database.files.update_many(named, {"$set": {"unnamed_until": until}}, session=session)


def _progress(archive: Archive, now: datetime) -> Fields:
    if archive.mark is not None:
        return {"mark": archive.mark.text}
    return {"mark": None, "state": ExportState.READY.value, "finished_at": now, "expires_at": now + KEPT}
