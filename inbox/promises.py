"""How a message and a close of its conversation decide who came first.

Writing a message touches two documents, and a close must fall wholly before or wholly
after it. Before messages are inserted, each conversation gets a *promise*: the
highest sequence number about to be inserted, kept under a name of this process (a lane),
written only where the conversation is still open. A close looks at the promises: it goes
ahead only when each is either fulfilled (the message is there) or voided, by a tombstone with
that number, which makes the late insert fail on the unique index `(conversation_id, seq)`
and go to the next conversation. Promises commute, so that two processes never
fight over a busy conversation, as they would if messages and conversation shared a transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from inbox.database import Database, Document, DuplicateKeyError, UpdateOne
from inbox.ids import new_id


class Promise(msgspec.Struct, kw_only=True):
    """What one batch is about to do to one conversation.

    Attributes:
        raises: Times of the conversation that are raised to these if later.
        guard: Further conditions under which the conversation takes the message.
    """

    workspace_id: str
    conversation_id: str
    seq: int
    raises: Mapping[str, datetime] = {}
    guard: Mapping[str, Any] = {}


def new_lane() -> str:
    """Name a process for its promises: unlike any other that lives at the same time."""
    return secrets.token_hex(4)


async def make_promises(database: Database, lane: str, promises: Sequence[Promise], *, at: datetime) -> frozenset[str]:
    """Promise messages to conversations; give the ids of those that refused (closed, or the guard failed)."""
    if not promises:
        return frozenset()
    result = await database.conversations.bulk_write([_update(lane, p, at) for p in promises], ordered=False)
    if result.matched_count == len(promises):
        return frozenset()
    return await _refused(database, lane, promises)


def _update(lane: str, promise: Promise, at: datetime) -> UpdateOne:
    highest = {f"promised.{lane}": promise.seq, "active_at": at, **promise.raises}
    return UpdateOne(_open(promise), {"$max": highest, "$inc": {"version": 1}})


def _open(promise: Promise) -> Document:
    return {"_id": promise.conversation_id, "workspace_id": promise.workspace_id, "open": True, **promise.guard}


async def _refused(database: Database, lane: str, promises: Sequence[Promise]) -> frozenset[str]:
    cursor = database.conversations.find(
        {"_id": {"$in": [p.conversation_id for p in promises]}}, {f"promised.{lane}": 1}
    )
    kept = {document["_id"]: document.get("promised", {}).get(lane, 0) async for document in cursor}
    return frozenset(p.conversation_id for p in promises if kept.get(p.conversation_id, 0) < p.seq)


async def settle_promises(database: Database, conversation: Document) -> None:
    """Make sure that every promise made to a conversation is fulfilled or can never be.

    Where a message's transaction is still under way the tombstone waits for it and then
    fails on the unique index: the message is there. Afterwards the caller closes the conversation
    on condition that its `promised` is still what was settled.
    """
    promised: Mapping[str, int] = conversation.get("promised", {})
    present = {
        document["seq"]
        async for document in database.messages.find(
            {"conversation_id": conversation["_id"], "seq": {"$in": list(promised.values())}}, {"seq": 1}
        )
    }
    for seq in set(promised.values()) - present:
        try:
            await database.messages.insert_one(_tombstone(conversation, seq))
        except DuplicateKeyError:
            continue


def _tombstone(conversation: Document, seq: int) -> Document:
    return {
        "_id": new_id(),
        "workspace_id": conversation["workspace_id"],
        "conversation_id": conversation["_id"],
        "seq": seq,
        "void": True,
    }
