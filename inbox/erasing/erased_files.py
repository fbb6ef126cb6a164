"""Files of erased messages: their bytes go, unless somebody else still needs them."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.erasing.erasing_tools import Tools
from inbox.files.file_models import FileState
from inbox.files.named_files import stored_ids
from inbox.storage.documents import FileDocument, MessageDocument


async def erase_files(tools: Tools, workspace_id: str, messages: Sequence[MessageDocument]) -> int:
    """Take away the files of some messages; return how many. What is interrupted is found again by the messages."""
    ids = {id_ for message in messages for id_ in stored_ids(message.get("content", {}))}
    if not ids:
        return 0
    wanted = {"_id": {"$in": sorted(ids)}, "workspace_id": workspace_id}
    files = await tools.database.files.find(wanted, {"blob_id": 1, "message_id": 1}).to_list(None)
    shared = await _shared(tools, workspace_id, files, [message["_id"] for message in messages])
    going = [file for file in files if file["_id"] not in shared]
    for file in going:
        await take_away(tools, workspace_id, file)
    return len(going)


async def take_away(tools: Tools, workspace_id: str, file: FileDocument) -> None:
    """Delete a file with its bytes: marked first, deleted last."""
    own = {"_id": file["_id"], "workspace_id": workspace_id}
    await tools.database.files.update_one(own, {"$set": {"state": FileState.GOING.value}})
    if file["blob_id"] is not None:
        await tools.store.delete(file["blob_id"])
    await tools.database.files.delete_one(own)


async def _shared(tools: Tools, workspace_id: str, files: Sequence[FileDocument], erased: Sequence[str]) -> set[str]:
    """Return the uploads that other messages, campaigns or prepared replies name, such as a price list.

    Customers' own are not.
    """
    ours = [file["_id"] for file in files if "message_id" not in file]
    if not ours:
        return set()
    named = {
        "workspace_id": workspace_id,
        "content.media.id": {"$in": ours, "$type": "string"},
        "_id": {"$nin": list(erased)},
    }
    shared = await tools.database.messages.distinct("content.media.id", named)
    in_campaigns = {"workspace_id": workspace_id, "files": {"$in": ours, "$type": "string"}}
    sent = await tools.database.campaigns.distinct("files", in_campaigns)
    return {*shared, *sent, *await _prepared(tools, workspace_id)}


async def _prepared(tools: Tools, workspace_id: str) -> set[str]:
    """Return the files that prepared replies name, in their earlier versions too."""
    own, ids = {"workspace_id": workspace_id}, set[str]()
    for collection in (tools.database.prepared_replies, tools.database.reply_versions):
        async for reply in collection.find(own, {"translations": 1}):
            ids |= {id_ for one in reply["translations"].values() for content in one for id_ in stored_ids(content)}
    return ids
