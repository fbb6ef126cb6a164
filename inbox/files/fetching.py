"""Fetching customers' files from providers: due files, claims and outcomes.

A file is claimed for a while by a conditional update; the claim is renewed while bytes come. A process that dies leaves
a claim that runs out, and the next one begins anew under another blob's name.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.files.blob_store import Written
from inbox.files.file_models import FileState
from inbox.files.sniffing import type_of
from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, Fields, FileDocument
from inbox.stream.events import write_events
from inbox.views.telling import message_updated

CLAIM_SECONDS: Final = 60
"""A claim that is not renewed belongs to a process that died or stands still."""
MAX_ATTEMPTS: Final = 8
MAX_CLAIMS: Final = 2 * MAX_ATTEMPTS
"""A file that was claimed this often without an end may be what ends its processes."""
_FIRST_PAUSE: Final = timedelta(seconds=2)
_LONGEST_PAUSE: Final = timedelta(hours=1)
"""Eight attempts take about four minutes; each asks for a new link, since a provider's may die meanwhile."""


class FileTask(msgspec.Struct, frozen=True, kw_only=True):
    """One file to fetch, claimed by us.

    Attributes:
        reference: The provider's name of the file.
        blob_id: Where its bytes go; the claim is ours as long as the file's document names it.
        attempts: This one included.
        left_over: The blob of an attempt that did not end; to be taken away.
    """

    id: str
    workspace_id: str
    channel_id: str
    reference: str
    mime_type: str | None
    filename: str | None
    blob_id: str
    attempts: int
    left_over: str | None


async def due_channels(database: Database, now: datetime) -> list[str]:
    """Return the channels that have files to fetch (a sweep's query, across all workspaces)."""
    due = {"state": FileState.PENDING.value, "next_attempt_at": {"$lte": now}}
    found: list[str] = await database.files.distinct("channel_id", due)
    return found


async def is_any_pending(database: Database) -> bool:
    """Tell whether any file is still to be fetched, due or not, across all workspaces."""
    pending = {"state": FileState.PENDING.value, "channel_id": {"$gt": ""}}
    return await database.files.find_one(pending, {"_id": 1}) is not None


async def claim_file(
    database: Database, channel_id: str, now: datetime, *, apart_from: Collection[str] = ()
) -> FileTask | None:
    """Claim the file of a channel that has waited longest; None if none is due."""
    blob_id = new_id()
    before: FileDocument | None = await database.files.find_one_and_update(
        {
            "state": FileState.PENDING.value,
            "channel_id": channel_id,
            "next_attempt_at": {"$lte": now},
            "_id": {"$nin": list(apart_from)},
        },
        {
            "$set": {"next_attempt_at": now + timedelta(seconds=CLAIM_SECONDS), "blob_id": blob_id},
            "$inc": {"attempts": 1},
        },
        sort=[("next_attempt_at", 1)],
    )
    if before is None:
        return None
    return FileTask(
        id=before["_id"],
        workspace_id=before["workspace_id"],
        channel_id=channel_id,
        reference=before["reference"],
        mime_type=before.get("mime_type"),
        filename=before.get("filename"),
        blob_id=blob_id,
        attempts=before["attempts"] + 1,
        left_over=before["blob_id"],
    )


async def renew_claim(database: Database, task: FileTask, now: datetime) -> bool:
    """Extend a claim while bytes arrive; False if another worker has it."""
    renewed = await database.files.update_one(
        _ours(task), {"$set": {"next_attempt_at": now + timedelta(seconds=CLAIM_SECONDS)}}
    )
    return bool(renewed.matched_count)


async def file_fetched(
    database: Database, task: FileTask, written: Written, declared: str | None, filename: str | None, now: datetime
) -> bool:
    """Mark a file as fetched, in its message too; False if another worker was first."""
    found = {
        "mime_type": type_of(written.head, declared or task.mime_type),
        "bytes": written.size_bytes,
        "sha256": written.sha256,
        "filename": task.filename or filename,
    }
    return await _end(database, task, {"state": FileState.STORED.value, **found}, found, now)


async def file_missed(database: Database, task: FileTask, reason: str, now: datetime, *, retryable: bool) -> bool:
    """Schedule a retry, or fail the file after the last one; return whether it failed."""
    if retryable and task.attempts < MAX_ATTEMPTS:
        pause = min(_FIRST_PAUSE * 2 ** (task.attempts - 1), _LONGEST_PAUSE)
        again = {"next_attempt_at": now + pause, "error": reason, "blob_id": None}
        await database.files.update_one(_ours(task), {"$set": again})
        return False
    ended = {"state": FileState.FAILED.value, "error": reason, "blob_id": None}
    return await _end(database, task, ended, {}, now)


async def file_postponed(database: Database, task: FileTask, now: datetime) -> None:
    """Schedule a retry that does not count as an attempt, since the provider is not at fault."""
    later = now + timedelta(seconds=CLAIM_SECONDS)
    await database.files.update_one(_ours(task), {"$set": {"next_attempt_at": later}, "$inc": {"attempts": -1}})


async def fetch_again(database: Database, workspace_id: str, file_id: str, now: datetime) -> bool:
    """Schedule a failed file once more; False if there is no such file."""

    async def work(session: Session) -> bool:
        document = await database.files.find_one_and_update(
            {"_id": file_id, "workspace_id": workspace_id, "state": FileState.FAILED.value},
            {
                "$set": {"state": FileState.PENDING.value, "attempts": 0, "next_attempt_at": now, "error": None},
            },
            session=session,
            return_document=True,
        )
        if document is None or not document.get("message_id"):
            return False
        await _tell_message(database, document, {"status": FileState.PENDING.value}, now, session)
        return True

    return await database.transaction(work)


async def _end(database: Database, task: FileTask, fields: Fields, found: Fields, now: datetime) -> bool:
    async def work(session: Session) -> bool:
        document = await database.files.find_one_and_update(
            _ours(task), {"$set": {"next_attempt_at": None, **fields}}, session=session, return_document=True
        )
        if document is None:
            return False
        await _tell_message(database, document, {**found, "status": fields["state"]}, now, session)
        return True

    return await database.transaction(work)


async def _tell_message(database: Database, file: FileDocument, media: Fields, now: datetime, session: Session) -> None:
    """Update the file's state inside its message."""
    changed = {f"content.media.{name}": value for name, value in media.items() if value is not None}
    message = await database.messages.find_one_and_update(
        {"_id": file["message_id"], "workspace_id": file["workspace_id"], "content.media.id": file["_id"]},
        {"$set": changed},
        projection={"raw": 0},
        session=session,
        return_document=True,
    )
    if message is not None:
        await write_events(database, [message_updated(message, now)], at=now, session=session)


def _ours(task: FileTask) -> Condition:
    return {
        "_id": task.id,
        "workspace_id": task.workspace_id,
        "state": FileState.PENDING.value,
        "blob_id": task.blob_id,
    }
