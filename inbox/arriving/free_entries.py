"""How long everything is free after an advertisement: told by reports, kept with the conversation's reply window.

It is about prices only. A closed conversation's time waits at its contact, as its window does, for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from inbox.storage.database import Collections, Session, UpdateOne
from inbox.storage.documents import ConversationDocument, Fields, MessageDocument

FIELD: Final = "free_entry_expires_at"
_SHOWN: Final[Fields] = {"workspace_id": 1, "channel_id": 1, "contact_id": 1, "open": 1}


class FreeEntry(NamedTuple):
    """Until when a report says that messages to the customer of `message` are free."""

    message: MessageDocument
    until: datetime


async def note_free_entries(database: Collections, entries: Sequence[FreeEntry], *, session: Session) -> None:
    """Raise the times of conversations, of closed ones at their contacts; a later time stays."""
    if not entries:
        return
    ends: dict[str, datetime] = {}
    for message, until in entries:
        name = message["conversation_id"]
        ends[name] = max(until, ends.get(name, until))
    workspaces = list({entry.message["workspace_id"] for entry in entries})
    wanted = {"_id": {"$in": list(ends)}, "workspace_id": {"$in": workspaces}}
    found = await database.conversations.find(wanted, _SHOWN, session=session).to_list(None)
    of_open = [_raised(one, one["_id"], FIELD, ends[one["_id"]]) for one in found if one["open"]]
    of_closed = [
        _raised(one, one["contact_id"], f"windows.{one['channel_id']}.{FIELD}", ends[one["_id"]])
        for one in found
        if not one["open"]
    ]
    if of_open:
        await database.conversations.bulk_write(of_open, ordered=False, session=session)
    if of_closed:
        await database.contacts.bulk_write(of_closed, ordered=False, session=session)


def _raised(conversation: ConversationDocument, document_id: str, field: str, until: datetime) -> UpdateOne:
    return UpdateOne({"_id": document_id, "workspace_id": conversation["workspace_id"]}, {"$max": {field: until}})
