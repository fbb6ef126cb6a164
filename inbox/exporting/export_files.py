"""The files of exports: their bytes go with their export, or where nothing of one is wanted any more."""

from __future__ import annotations

from inbox.files.blob_store import BlobStore
from inbox.files.file_models import FileState
from inbox.storage.database import Database
from inbox.storage.documents import Condition, FileDocument


async def drop_files(database: Database, store: BlobStore, workspace_id: str) -> int:
    """Take away the archives of exports that are not there any more; return how many.

    Whoever takes exports away deletes them first: from then on no writer can add to one. So this may be done again.
    """
    own: Condition = {"workspace_id": workspace_id}
    archives: Condition = {**own, "export_id": {"$type": "string"}}
    files = await database.files.find(archives, {"blob_id": 1, "export_id": 1}).to_list(None)
    there = {one["_id"] for one in await database.exports.find(own, {"_id": 1}).to_list(None)}
    going = [file for file in files if file.get("export_id") not in there]
    for file in going:
        await drop_file(database, store, workspace_id, file)
    return len(going)


async def drop_file(database: Database, store: BlobStore, workspace_id: str, file: FileDocument) -> None:
    """Delete an archive with its bytes: marked first, deleted last."""
    own: Condition = {"_id": file["_id"], "workspace_id": workspace_id}
    await database.files.update_one(own, {"$set": {"state": FileState.GOING.value}})
    if file["blob_id"] is not None:
        await store.delete(file["blob_id"])
    await database.files.delete_one(own)
