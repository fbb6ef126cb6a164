"""The first step of an erasure: what was said in a person's conversations, and all that belongs to a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from inbox.erasing.erased_files import erase_files
from inbox.erasing.erasing_tools import Came, Tools, after, next_conversation
from inbox.storage.documents import (
    Collection,
    Condition,
    ConversationDocument,
    ErasureDocument,
    Fields,
    MessageDocument,
)

MESSAGES_AT_ONCE: Final = 200
_READ: Final[Fields] = {"content.media.id": 1, "provider_id": 1, "part_ids": 1}


async def erase_contents(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away what was said in one conversation; messages that are being sent this moment stay for the next look."""
    conversation = await next_conversation(tools, erasure)
    if conversation is None:
        return Came()
    counts, _ = await _erase_one(tools, conversation)
    return Came(mark=conversation["_id"], counts=counts)


async def erase_rest_of_contents(tools: Tools, erasure: ErasureDocument) -> Came:
    """As `erase_contents`, but wait for what is being sent: its attempt ends, or its sender is found to be gone."""
    conversation = await next_conversation(tools, erasure)
    if conversation is None:
        return Came()
    counts, is_sending = await _erase_one(tools, conversation)
    if is_sending:
        return Came(mark=erasure["mark"], must_wait=True, counts=counts)
    return Came(mark=conversation["_id"], counts=counts)


async def _erase_one(tools: Tools, conversation: ConversationDocument) -> tuple[Counter[str], bool]:
    """Erase a conversation's contents; tell what went, and whether something is being sent."""
    database, counts = tools.database, Counter[str]()
    own: Condition = {"workspace_id": conversation["workspace_id"], "conversation_id": conversation["_id"]}
    of_channel: Condition = {**own, "channel_id": conversation["channel_id"]}
    counts["outbox"] += (await database.outbox.delete_many({**of_channel, "sender": None})).deleted_count
    counts["held_replies"] += (await database.held_replies.delete_many(of_channel)).deleted_count
    sending = [row["_id"] for row in await database.outbox.find(of_channel, {"_id": 1}).to_list(None)]
    theirs: Condition = {**own, "_id": {"$nin": sending}}
    while messages := await database.messages.find(theirs, _READ).limit(MESSAGES_AT_ONCE).to_list(None):
        counts += await _erase_messages(tools, conversation, messages)
    counts += await _erase_by_prefix(tools, conversation)
    return counts, bool(sending)


async def _erase_messages(
    tools: Tools, conversation: ConversationDocument, messages: Sequence[MessageDocument]
) -> Counter[str]:
    """Take away some messages: first what is about them, so that they are found again after a kill."""
    database, workspace_id = tools.database, conversation["workspace_id"]
    ids = [message["_id"] for message in messages]
    named: Condition = {"workspace_id": workspace_id, "_id": {"$in": ids}}
    counts = Counter[str](files=await erase_files(tools, workspace_id, messages))
    tasks = [f"{kind}:{id_}" for id_ in ids for kind in ("react", "edit", "delete")]
    counts["provider_tasks"] = await _gone(database.provider_tasks, {**named, "_id": {"$in": tasks}})
    counts["early_events"] = await _gone(database.early_events, _early(conversation, messages))
    counts["scheduled_messages"] = await _gone(database.scheduled_messages, named)
    counts["campaign_failures"] = await _gone(database.campaign_failures, named)
    counts["message_terms"] = await _gone(database.message_terms, named)
    counts["messages"] = await _gone(database.messages, named)
    return counts


def _early(conversation: ConversationDocument, messages: Sequence[MessageDocument]) -> Condition:
    """Name what was told of messages before they were here."""
    ids = [id_ for one in messages for id_ in (one.get("provider_id"), *one.get("part_ids", ())) if id_]
    return {
        "workspace_id": conversation["workspace_id"],
        "channel_id": conversation["channel_id"],
        "provider_id": {"$in": ids},
    }


async def _erase_by_prefix(tools: Tools, conversation: ConversationDocument) -> Counter[str]:
    """Take away what is named by the conversation: notes, drafts, occasions for texts, and what its provider hears."""
    database, own = tools.database, {"workspace_id": conversation["workspace_id"]}
    begin: Condition = {**own, "_id": after(conversation["_id"])}
    read: Condition = {**own, "_id": f"read:{conversation['_id']}"}
    return Counter[str](
        notes=await _gone(database.notes, begin),
        drafts=await _gone(database.drafts, begin),
        cues=await _gone(database.cues, begin),
        target_looks=await _gone(database.target_looks, {**own, "_id": conversation["_id"]}),
        provider_tasks=await _gone(database.provider_tasks, read),
    )


async def _gone(collection: Collection[Any], condition: Condition) -> int:
    return (await collection.delete_many(condition)).deleted_count
