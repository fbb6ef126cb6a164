"""Files that are uploaded to us: through the API, or by visitors of a web chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from inbox.files.blob_store import BlobStore, StoreUnavailableError, TooLargeError, Written
from inbox.files.file_models import FileState, StoredFile, file_of
from inbox.files.named_files import stored_ids
from inbox.files.names import tidy_name
from inbox.files.sniffing import type_of
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError, not_found
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import Condition, ContentDocument, FileDocument, MessageDocument, with_fields
from inbox.storage.isolation import Isolated

KEPT_UNNAMED: Final = timedelta(hours=24)
"""An upload that no message names is taken away after a day: a program may upload today what it sends tomorrow."""
KEPT_UNNAMED_OF_VISITOR: Final = timedelta(hours=1)
"""A visitor's page names it at once, or when the network is back: what strangers leave is not kept for long."""
SWEPT_TOGETHER: Final = 50


async def keep_upload(  # noqa: PLR0913
    database: Database,
    store: BlobStore,
    workspace_id: str,
    chunks: AsyncIterator[bytes],
    *,
    declared: str | None,
    filename: str | None,
    limit_bytes: int,
    kept: timedelta,
    now: datetime,
    by: str | None = None,
) -> StoredFile:
    """Store an upload; returning means durable.

    Its document is written first, so that the bytes of an upload that breaks off are found and taken away: at once, or
    by the sweep where this process dies, too. No message names it for as long as `kept`: then it goes as well.
    `by` is the caller who uploads; None for customers.

    Raises:
        ProblemError: `too_large`, `unavailable`, `invalid_request` for an empty file.
    """
    blob_id = new_id()
    document: FileDocument = {
        "_id": new_id(),
        "workspace_id": workspace_id,
        "state": FileState.UPLOADING.value,
        "blob_id": blob_id,
        "filename": tidy_name(filename),
        "created_at": now,
        "unnamed": True,
        "unnamed_until": now + kept,
        "uploaded_by": by,
        "error": None,
    }
    await database.files.insert_one(document)
    try:
        written = await _written(store, blob_id, chunks, limit_bytes)
    except Exception:
        await _take_away(database, store, document)
        raise
    found = {
        "state": FileState.STORED.value,
        "mime_type": type_of(written.head, declared),
        "bytes": written.size_bytes,
        "sha256": written.sha256,
    }
    await database.files.update_one({"_id": document["_id"], "workspace_id": workspace_id}, {"$set": found})
    return file_of(with_fields(document, found))


async def _written(store: BlobStore, blob_id: str, chunks: AsyncIterator[bytes], limit_bytes: int) -> Written:
    """Write the bytes. Raises `ProblemError`, and what else `chunks` raises."""
    try:
        written = await store.write(blob_id, chunks, limit_bytes=limit_bytes)
    except TooLargeError as too_large:
        raise ProblemError("too_large", f"A file must not be larger than {too_large.limit_bytes} bytes.") from None
    except StoreUnavailableError:
        raise ProblemError("unavailable", "The store of files does not work: try again soon.") from None
    if not written.size_bytes:
        raise ProblemError("invalid_request", "The file is empty.")
    return written


async def _take_away(database: Database, store: BlobStore, document: FileDocument) -> None:
    """Delete what a refused upload left; if that fails, the sweep does it later."""
    with suppress(StoreUnavailableError):
        await store.delete(str(document["blob_id"]))
        await database.files.delete_one({"_id": document["_id"], "workspace_id": document["workspace_id"]})


async def find_file(database: Database, workspace_id: str | None, file_id: str) -> StoredFile:
    """Return a stored file whose bytes have arrived.

    Args:
        database: The database.
        workspace_id: Whose it must be; None where a signed link stands for that.
        file_id: Our id.

    Raises:
        ProblemError: `not_found`.
    """
    condition: Condition = {"_id": file_id} if workspace_id is None else {"_id": file_id, "workspace_id": workspace_id}
    document = await database.files.find_one(condition)
    shown = {FileState.STORED, *([FileState.EXPORTED] if workspace_id is None else [])}
    if document is None or document["state"] not in shown:
        raise not_found("file")
    return file_of(document)


async def files_named(
    database: Collections, workspace_ids: Sequence[str], ids: Sequence[str]
) -> Mapping[tuple[str, str], StoredFile]:
    """Read the files that outgoing messages name: (workspace, id) → file, of those whose bytes have arrived."""
    if not ids:
        return {}
    found = await database.files.find(
        {"_id": {"$in": list(ids)}, "workspace_id": {"$in": list(workspace_ids)}, "state": FileState.STORED.value}
    ).to_list(None)
    return {(document["workspace_id"], document["_id"]): file_of(document) for document in found}


async def keep_named(database: Collections, messages: Sequence[MessageDocument], session: Session) -> None:
    """Keep uploads that messages name: the sweep of unused uploads passes them over."""
    ids = list({id_ for message in messages for id_ in stored_ids(message["content"])})
    if ids:
        workspaces = list({message["workspace_id"] for message in messages})
        named = {"_id": {"$in": ids}, "workspace_id": {"$in": workspaces}}
        await database.files.update_many(named, {"$unset": {"unnamed": ""}}, session=session)


async def sweep_unnamed(database: Database, store: BlobStore, now: datetime, *, isolated: Isolated) -> int:
    """Delete uploads that no message named in time, and files whose messages were deleted; return how many.

    Marked first, deleted last: what is interrupted between is found again.
    """
    over = ({"unnamed_until": {"$lte": now}}, {"created_at": {"$lte": now - KEPT_UNNAMED}, "unnamed_until": None})
    old = isolated.among({"$or": [{"unnamed": True, **one} for one in over]})
    found = (
        await database.files.find(old, {"blob_id": 1, "workspace_id": 1, "was_named": 1, "uploaded_by": 1})
        .limit(SWEPT_TOGETHER)
        .to_list(None)
    )

    async def take_away(document: FileDocument) -> None:
        unnamed = {"_id": document["_id"], "unnamed": True}
        if document.get("was_named") and await is_named(database, document):
            await database.files.update_one(unnamed, {"$unset": {"unnamed": ""}})
            return
        going = await database.files.update_one(unnamed, {"$set": {"state": FileState.GOING.value}})
        if going.matched_count:
            if document.get("blob_id"):
                await store.delete(str(document["blob_id"]))
            await database.files.delete_one({"_id": document["_id"]})

    return len(await isolated.each(found, take_away))


async def is_named(database: Database, file: FileDocument) -> bool:
    """Tell whether a message, campaign or prepared reply names a file, after a message that named it was deleted."""
    of_workspace: Condition = {"workspace_id": file["workspace_id"]}
    naming = {"content.media.id": {"$eq": file["_id"], "$type": "string"}}
    kept = {"content.media.status": {"$ne": FileState.EXPIRED.value}}
    if await database.messages.find_one({**of_workspace, **naming, **kept}, {"_id": 1}) is not None:
        return True
    if file.get("uploaded_by") is None:
        return False
    if (
        await database.campaigns.find_one(
            {**of_workspace, "files": {"$eq": file["_id"], "$type": "string"}}, {"_id": 1}
        )
        is not None
    ):
        return True
    for replies in (database.prepared_replies, database.reply_versions):
        async for reply in replies.find(of_workspace, {"translations": 1}):
            if file["_id"] in _files_of(reply["translations"]):
                return True
    return False


def _files_of(translations: Mapping[str, Sequence[ContentDocument]]) -> set[str]:
    contents = [content for messages in translations.values() for content in messages]
    return {media["id"] for content in contents if (media := content.get("media")) and media.get("id")}
