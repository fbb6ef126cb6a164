"""Who sees a file: whoever uploaded it, and whoever sees a conversation with a message that names it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from inbox.files.file_models import StoredFile
from inbox.files.named_files import asked_files, no_such_file
from inbox.files.uploads import find_file
from inbox.foundation.problems import not_found
from inbox.model.content import Content
from inbox.people.access import Caller, may_see
from inbox.people.sight import customers_in_hand, placement_of
from inbox.storage.database import Database
from inbox.storage.documents import Fields
from inbox.storage.time_limits import READ_MS

NEWEST_NAMING: Final = 200
"""Messages that are looked at: a price list that went out ten thousand times is seen in one of the newest."""
_PLACED: Final[Fields] = dict.fromkeys(("queue_id", "operator_id", "open", "contact_id"), 1)


async def visible_file(database: Database, caller: Caller, file_id: str) -> StoredFile:
    """Return a file whose bytes have arrived and that the caller sees. Raises `ProblemError` (`not_found`)."""
    file = await find_file(database, caller.workspace_id, file_id)
    if not await sees_file(database, caller, file_id, uploaded_by=file.uploaded_by):
        raise not_found("file")
    return file


async def check_named_file(
    database: Database, caller: Caller, content: Content, *, named_already: Collection[str] = ()
) -> None:
    """Refuse a message that names a file which its sender may not see. Raises `ProblemError` (`content_invalid`).

    Args:
        database: The database.
        caller: Who writes.
        content: What they write.
        named_already: Files of the message as it was before, which whoever changes it may leave in.
    """
    for file_id, pointer in ({} if caller.sees_all else asked_files(content)).items():
        if file_id in named_already:
            continue
        own = {"_id": file_id, "workspace_id": caller.workspace_id}
        found = await database.files.find_one(own, {"uploaded_by": 1})
        if found is None or not await sees_file(database, caller, file_id, uploaded_by=found.get("uploaded_by")):
            raise no_such_file(pointer)


async def sees_file(database: Database, caller: Caller, file_id: str, *, uploaded_by: str | None) -> bool:
    """Tell whether a caller sees a file of their workspace."""
    if caller.sees_all or uploaded_by == caller.id:
        return True
    named = {"workspace_id": caller.workspace_id, "content.media.id": {"$eq": file_id, "$type": "string"}}
    messages = database.messages.find(named, {"conversation_id": 1}, max_time_ms=READ_MS)
    ids = {message["conversation_id"] async for message in messages.sort("_id", -1).limit(NEWEST_NAMING)}
    wanted = {"_id": {"$in": list(ids)}, "workspace_id": caller.workspace_id}
    conversations = await database.conversations.find(wanted, _PLACED, max_time_ms=READ_MS).to_list(None)
    if any(may_see(caller, placement_of(conversation)) for conversation in conversations):
        return True
    past = [conversation["contact_id"] for conversation in conversations if not conversation["open"]]
    return bool(past) and bool(await customers_in_hand(database, caller, past))
