"""Takes files and raw payloads from messages of closed conversations whose words stay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from inbox.files.file_models import FileState
from inbox.retention.emptying import AT_ONCE, leave_files
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ConversationDocument

Trim = Callable[[Database, ConversationDocument, datetime], Awaitable[None]]

WITH_FILE: Final[Condition] = {"content.media.id": {"$type": "string"}, "content.media.status": {"$ne": "expired"}}
WITH_RAW: Final[Condition] = {"raw": {"$exists": True}}


async def drop_files(database: Database, conversation: ConversationDocument, now: datetime) -> None:
    """Have the files of a closed conversation deleted; its messages say that they are gone."""
    wanted = {**_of(conversation), **WITH_FILE}
    fields = {"workspace_id": 1, "content.media.id": 1}
    while messages := await database.messages.find(wanted, fields).limit(AT_ONCE).to_list(None):
        named = {"_id": {"$in": [one["_id"] for one in messages]}, "workspace_id": conversation["workspace_id"]}

        async def work(session: Session, named: Condition = named, messages: list = messages) -> None:  # type: ignore[type-arg]
            for is_list, place in ((False, "content.media.status"), (True, "content.media.$[].status")):
                kind = {"content.type": "template" if is_list else {"$ne": "template"}}
                expired = {"$set": {place: FileState.EXPIRED.value}}
                await database.messages.update_many({**named, **kind}, expired, session=session)
            await leave_files(database, messages, now, session)

        await database.transaction(work)


async def drop_raw(database: Database, conversation: ConversationDocument, _now: datetime) -> None:
    """Delete what the provider sent behind the messages of a closed conversation."""
    wanted = {**_of(conversation), **WITH_RAW}
    while messages := await database.messages.find(wanted, {"_id": 1}).limit(AT_ONCE).to_list(None):
        named = {"_id": {"$in": [one["_id"] for one in messages]}, "workspace_id": conversation["workspace_id"]}
        await database.messages.update_many(named, {"$unset": {"raw": ""}})


TRIMS: Final[Mapping[str, Trim]] = {"files": drop_files, "raw": drop_raw}
"""What is taken from messages, by its name in `Retention` and in a channel's marks."""


def _of(conversation: ConversationDocument) -> Condition:
    return {"workspace_id": conversation["workspace_id"], "conversation_id": conversation["_id"]}
