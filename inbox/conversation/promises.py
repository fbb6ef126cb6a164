"""How a message and a close of its conversation decide who came first.

Writing a message touches two documents, and a close must fall wholly before or wholly
after it. Before messages are inserted, each conversation gets a *promise*: the
highest sequence number about to be inserted, kept under the name of the writer,
written only where the conversation is still open. All conversations of a batch end with the same
number, so that one statement promises to all of them: a statement costs MongoDB more than
three documents (77 µs instead of 270 µs a conversation, measured with batches of 128).
A close looks at the promises: it goes ahead only when each is either fulfilled (the message is
there) or voided, by a tombstone with that number, which makes the late insert fail on the unique
index `(conversation_id, seq)` and go to the next conversation. Promises commute, so that two
processes never fight over a busy conversation, as they would if messages and conversation shared
a transaction.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec

from inbox.foundation.ids import new_id
from inbox.storage.database import Collections, Database, DuplicateKeyError, Posted, UpdateMany, post
from inbox.storage.documents import ConversationDocument, Fields, MessageDocument
from inbox.storage.sequence import LOW_BITS

MANY_LANES: Final = 32
"""More than processes write to one conversation at a time: some of them are gone."""
_OLD: Final = 3_600_000 << LOW_BITS
"""An hour in places (`inbox.storage.sequence`): whoever made the promise has kept it long ago, or died."""


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch is about to do to one conversation.

    Attributes:
        raises: Times of the conversation that are raised to these if later, as (field, time).
        guard: Further conditions under which the conversation takes the message, as (field, value).
        is_action: Whether somebody does something, which puts off the close of a silent conversation.
        ends_snooze: Whether the customer writes, so that the conversation is set aside no longer.
    """

    workspace_id: str
    conversation_id: str
    raises: tuple[tuple[str, datetime], ...] = ()
    guard: tuple[tuple[str, Any], ...] = ()
    is_action: bool = True
    ends_snooze: bool = False


def new_writer() -> str:
    """Name a process for its promises: unlike any other that lives at the same time."""
    return secrets.token_hex(4)


class Promising:
    """Promises of one batch, made by one statement.

    Args:
        database: Where.
        writer: The writer's name in promises.
        seq: The highest place of a message; all conversations of a batch end with it.
        promises: One for each open conversation; may be none.
        at: Now.
    """

    def __init__(self, database: Collections, writer: str, seq: int, promises: Sequence[Promise], at: datetime) -> None:
        self._database = database
        self._writer = writer
        self._seq = seq
        self._promises = promises
        self._at = at
        self._ids = {promise.conversation_id for promise in promises}

    async def post(self) -> Posted[Any] | None:
        """Promise; the answer comes with that of what follows."""
        if not self._promises:
            return None
        statements = _statements(self._writer, self._seq, self._promises, self._at)
        return await post(self._database.promised_conversations.bulk_write(statements, ordered=False))

    async def is_refused(self, made: Posted[Any] | None) -> bool:
        """Tell whether some conversation refused (closed, or guarded)."""
        return made is not None and (await made).matched_count < len(self._ids)

    async def refused(self) -> frozenset[str]:
        """Return the conversations that refused: those in which the promise is not to be found."""
        workspaces = list({promise.workspace_id for promise in self._promises})
        found = await self._database.conversations.find(
            {"_id": {"$in": list(self._ids)}, "workspace_id": {"$in": workspaces}}, {f"promised.{self._writer}": 1}
        ).to_list(None)
        kept = {document["_id"]: document.get("promised", {}).get(self._writer, 0) for document in found}
        return frozenset(one for one in self._ids if kept.get(one, 0) < self._seq)


def _statements(writer: str, seq: int, promises: Sequence[Promise], at: datetime) -> list[UpdateMany]:
    """Return one statement for all conversations of a workspace that change alike."""
    alike: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for promise in promises:
        raises = (*promise.raises, ("active_at", at)) if promise.is_action else promise.raises
        alike[promise.workspace_id, raises, promise.guard, promise.ends_snooze].add(promise.conversation_id)
    return [
        UpdateMany(
            {"_id": {"$in": list(ids)}, "workspace_id": workspace_id, "open": True, **dict(guard)},
            {
                "$max": {f"promised.{writer}": seq, **dict(raises)},
                "$inc": {"version": 1},
                **({"$unset": {"snooze": ""}} if ends_snooze else {}),
            },
        )
        for (workspace_id, raises, guard, ends_snooze), ids in alike.items()
    ]


async def settle_promises(database: Collections, conversations: Sequence[ConversationDocument]) -> None:
    """Make sure that every promise made to conversations of one workspace is fulfilled or can never be.

    Where a message's transaction is still under way the tombstone waits for it and then
    fails on the unique index: the message is there. Afterwards the caller closes each conversation
    on condition that its version is still the one whose promises were settled.
    """
    promised = {(c["_id"], seq): c for c in conversations for seq in c.get("promised", {}).values()}
    if not promised:
        return
    found = database.messages.find(
        {
            "conversation_id": {"$in": [conversation_id for conversation_id, _ in promised]},
            "seq": {"$in": list({seq for _, seq in promised})},
        },
        {"_id": 0, "conversation_id": 1, "seq": 1},
    )
    present = {(message["conversation_id"], message["seq"]) async for message in found}
    for key in promised.keys() - present:
        try:
            await database.messages.insert_one(_tombstone(promised[key], key[1]))
        except DuplicateKeyError:
            continue


async def shed_promises(database: Database, conversations: Sequence[ConversationDocument]) -> None:
    """Take old promises out of conversations in which many processes wrote; each is fulfilled or void from then on.

    A name lives as long as its process, a conversation for weeks. The newest promise stays: places begin above it.
    """
    for conversation in conversations:
        promised: dict[str, int] = conversation["promised"]
        before = max(promised.values()) - _OLD
        old = {writer: seq for writer, seq in promised.items() if seq < before}
        if not old:
            continue
        await settle_promises(database, [{**conversation, "promised": old}])
        names = {f"promised.{writer}": seq for writer, seq in old.items()}
        await database.conversations.update_one(
            {"_id": conversation["_id"], "workspace_id": conversation["workspace_id"], **names},
            {"$unset": dict.fromkeys(names, "")},
        )


def _tombstone(conversation: ConversationDocument, seq: int) -> MessageDocument:
    void: Fields = {
        "_id": new_id(),
        "workspace_id": conversation["workspace_id"],
        "conversation_id": conversation["_id"],
        "seq": seq,
        "void": True,
    }
    return cast(MessageDocument, void)
