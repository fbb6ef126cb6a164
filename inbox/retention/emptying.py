"""Deletes what was said in a closed conversation, with all that was made of it: terms, files, notes, drafts.

In small transactions, each of which leaves a conversation that is whole but shorter; the mark `emptied_at` comes
last. So a killed process leaves nothing that another does not find.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.files.named_files import stored_ids
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ConversationDocument, MessageDocument

AT_ONCE: Final = 200
"""Messages of one transaction, so that it is short: others may want to write the same files."""
LOOKED_AT_AGAIN: Final = timedelta(hours=1)
"""A file is deleted so long after its last message: a message that names it may be on its way."""


async def empty_conversation(
    database: Database, conversation: ConversationDocument, *, settled: str, now: datetime
) -> bool:
    """Delete the words of a closed conversation; tell whether none is left.

    Args:
        database: Where it is.
        conversation: With `_id` and `workspace_id`.
        settled: Up to which id the terms of all messages are written; younger messages stay for now.
        now: When.
    """
    of_conversation = {"workspace_id": conversation["workspace_id"], "conversation_id": conversation["_id"]}
    seq = -1
    while True:
        wanted = {**of_conversation, "seq": {"$gt": seq}}
        found = database.messages.find(wanted, {"workspace_id": 1, "seq": 1, "content.media.id": 1})
        messages = await found.sort("seq", 1).limit(AT_ONCE).to_list(None)
        if not messages:
            break
        await _delete(database, [one for one in messages if one["_id"] <= settled], now)
        seq = messages[-1]["seq"]
    if await database.messages.find_one(of_conversation, {"_id": 1}) is not None:
        return False
    return await _mark_empty(database, conversation, of_conversation, now)


async def _delete(database: Database, messages: Sequence[MessageDocument], now: datetime) -> None:
    """Delete messages that nobody waits for, with their terms; their files go an hour later."""
    if not messages:
        return
    workspace_id = messages[0]["workspace_id"]

    async def work(session: Session) -> None:
        all_of_them = _named([one["_id"] for one in messages], workspace_id)
        waiting = await _waiting(database, all_of_them, session)
        gone = [one for one in messages if one["_id"] not in waiting]
        named = _named([one["_id"] for one in gone], workspace_id)
        await database.messages.delete_many(named, session=session)
        await database.message_terms.delete_many(named, session=session)
        await database.campaign_failures.delete_many(named, session=session)
        await leave_files(database, gone, now, session)

    await database.transaction(work)


async def _waiting(database: Database, named: Condition, session: Session) -> set[str]:
    """Return which messages still wait to be sent, or for the customer's answer."""
    waiting: set[str] = set()
    for collection in (database.outbox, database.held_replies, database.scheduled_messages):
        found = await collection.find(named, {"_id": 1}, session=session).to_list(None)
        waiting |= {one["_id"] for one in found}
    return waiting


async def leave_files(database: Database, messages: Sequence[MessageDocument], now: datetime, session: Session) -> None:
    """Note that messages name their files no more: the sweep of unused files deletes those that nobody else names."""
    ids = [id_ for one in messages for id_ in stored_ids(one.get("content", {}))]
    if ids:
        left = {"unnamed": True, "was_named": True, "unnamed_until": now + LOOKED_AT_AGAIN}
        named = _named(ids, messages[0]["workspace_id"])
        await database.files.update_many(named, {"$set": left}, session=session)


async def _mark_empty(
    database: Database, conversation: ConversationDocument, of_conversation: Condition, now: datetime
) -> bool:
    """Delete what people wrote beside the messages, and note that the conversation is empty."""
    closed = {"_id": conversation["_id"], "workspace_id": conversation["workspace_id"], "open": False}
    first, behind = f"{conversation['_id']}:", f"{conversation['_id']};"

    async def work(session: Session) -> bool:
        emptied = {
            "$set": {"emptied_at": now, "hand_over": None, "snooze": None, "notes": 0},
            "$unset": {"referral": ""},
        }
        marked = await database.conversations.update_one(closed, emptied, session=session)
        if not marked.matched_count:
            return False
        await database.notes.delete_many(of_conversation, session=session)
        drafts = {"_id": {"$gt": first, "$lt": behind}, "workspace_id": conversation["workspace_id"]}
        await database.drafts.delete_many(drafts, session=session)
        return True

    return await database.transaction(work)


def _named(ids: Sequence[str], workspace_id: str) -> Condition:
    return {"_id": {"$in": list(ids)}, "workspace_id": workspace_id}
