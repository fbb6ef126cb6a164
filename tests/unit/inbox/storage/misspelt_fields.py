"""Code with deliberate misspellings, for `test_document_types.py`: mypy must refuse the marked lines and no others."""

from __future__ import annotations

from datetime import datetime

from inbox.storage.documents import (
    ConversationDocument,
    MessageDocument,
    StatusChangeDocument,
    StoredCollections,
)


async def read(database: StoredCollections, workspace_id: str) -> datetime | None:
    found = await database.conversations.find_one({"workspace_id": workspace_id})
    if found is None:
        return None
    print(found["identity"]["external_id"], found.get("closed_at"))
    print(found["identity"]["externel_id"])  # misspelt
    closed_at: datetime | None = found.get("closd_at")  # misspelt
    print(closed_at, found["windows_expires_at"])  # misspelt
    return found["opened_at"]


async def read_many(database: StoredCollections, workspace_id: str) -> list[str]:
    messages = await database.messages.find({"workspace_id": workspace_id}).sort("seq", -1).to_list(10)
    print([message["author"]["name"] for message in messages])  # misspelt
    return [message["status"] for message in messages]


def take_other_document(message: MessageDocument) -> ConversationDocument:
    return message  # misspelt


async def write(database: StoredCollections, before: StatusChangeDocument) -> None:
    await database.status_changes.insert_one(before)
    await database.status_changes.insert_one({**before, "previous_status": "ready"})  # misspelt
    await database.status_change.insert_one(before)  # misspelt
