"""The way in which every new message gets into its conversation, whoever writes it.

A message has a place (`seq`) in its conversation; a unique index lets nobody else have it. A close must fall wholly
before or wholly after it. That is decided in one of three ways, of which the writer chooses:

* *promised* (`append_promised`): the conversation promises to take the message before the transaction, which then
  touches no conversation: for many writers at once (ADR 2);
* *touched* (`Touched`): the transaction itself writes to the open conversation, so that a close at the same moment
  makes it start again: for single messages, and for campaigns, whose transaction is one for all;
* *born* with the message: a new conversation is inserted in the same transaction.

Automatic texts take none of these: they are no activity and may follow a close.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from inbox.conversation.promises import Promising
from inbox.storage.database import Collections, Cursor, Session, WriteConflictError, post
from inbox.storage.documents import (
    ConversationDocument,
    FileDocument,
    HeldReplyDocument,
    MessageDocument,
    OutboxDocument,
)
from inbox.stream.events import Event, write_events
from inbox.views.telling import message_created


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """Open conversations of a workspace that the transaction itself writes to.

    Attributes:
        seq: The highest place of a new message.
        active_at: When somebody did something, which puts off the close of a silent conversation; None for what is
            no activity.
    """

    workspace_id: str
    conversation_ids: Sequence[str]
    seq: int
    active_at: datetime | None = None


class NewMessages(msgspec.Struct, frozen=True, kw_only=True):
    """What one transaction appends.

    Attributes:
        messages: Their documents, each with its place; encoded ahead where they were checked one by one.
        waiting: The outbox rows of those that are to be sent.
        held: The rows of those that wait for the customer's answer.
        conversations: Those that are born with their messages.
        touched: Those that take the messages in this transaction; None where they promised before.
        files: Files that customers' messages name, whose bytes are fetched later.
        events: What is told of all this, in order; None for one `message.created` each.
    """

    messages: Sequence[MessageDocument]
    waiting: Sequence[OutboxDocument] = ()
    held: Sequence[HeldReplyDocument] = ()
    conversations: Sequence[ConversationDocument] = ()
    touched: Touched | None = None
    files: Sequence[FileDocument] = ()
    events: Iterable[Event] | None = None


class Appended(NamedTuple):
    """What became of messages that wanted a promise.

    Attributes:
        refused: The conversations that refused (closed, or no longer as they were read): nothing was written then.
        found: What was asked for.
    """

    refused: frozenset[str] = frozenset()
    found: Sequence[Sequence[Any]] = ()


class _RefusedError(Exception):
    """A conversation did not promise: the transaction is not committed."""


def newest_place(conversation: ConversationDocument) -> int:
    """Return the highest place that a conversation has given to an outgoing message, or promised."""
    places: list[int] = [*conversation.get("promised", {}).values(), conversation.get("last_out_seq", 0)]
    return max(places)


async def append(database: Collections, new: NewMessages, *, at: datetime, session: Session) -> None:
    """Write messages with all that belongs to them, inside a transaction.

    Raises:
        WriteConflictError: if a touched conversation was closed meanwhile.
    """
    if new.conversations:
        await post(database.conversations.insert_many(new.conversations, session=session))
    if new.touched is not None:
        await touch(database, new.touched, session)
    if new.messages:
        await post(database.messages.insert_many(new.messages, session=session))
    if new.waiting:
        await post(database.outbox.insert_many(new.waiting, session=session))
    if new.held:
        await post(database.held_replies.insert_many(new.held, session=session))
    if new.files:
        await post(database.files.insert_many(new.files, session=session))
    events = new.events if new.events is not None else [message_created(message, at) for message in new.messages]
    await write_events(database, events, at=at, session=session)


async def append_promised(
    database: Collections,
    promising: Promising,
    write: Callable[[Session], Awaitable[None]] | None,
    *,
    asked: Sequence[Cursor] = (),
) -> Appended:
    """Have conversations promise to take messages and, if none refuses, write them in one transaction.

    The promises go out before the first statement of the transaction, where possible together with it; their answer is
    awaited before the commit.

    Args:
        database: Where.
        promising: The promises; all conversations of a batch end with the same place.
        write: Appends, with what else belongs into the transaction; None where nothing is to be written.
        asked: What is read as soon as the messages are durable.
    """

    async def work(session: Session) -> None:
        made = await promising.post()
        if write is not None:
            await write(session)
        if await promising.is_refused(made):
            raise _RefusedError

    try:
        _, found = await database.transact_and_read(work, *asked)
    except _RefusedError:
        return Appended(refused=await promising.refused())
    return Appended(found=found)


def touched(conversation: ConversationDocument, seq: int, at: datetime) -> Touched:
    """Touch the conversation in which somebody writes."""
    return Touched(
        workspace_id=conversation["workspace_id"], conversation_ids=[conversation["_id"]], seq=seq, active_at=at
    )


async def touch(database: Collections, what: Touched, session: Session) -> None:
    """Write to open conversations inside a transaction, so that who closes one meanwhile meets it.

    Raises:
        WriteConflictError: if one was closed before.
    """
    ids = set(what.conversation_ids)
    if not ids:
        return
    raised: dict[str, Any] = {"last_out_seq": what.seq}
    if what.active_at is not None:
        raised["active_at"] = what.active_at
    still_open = {"_id": {"$in": list(ids)}, "workspace_id": what.workspace_id, "open": True}
    changed = await database.conversations.update_many(
        still_open, {"$max": raised, "$inc": {"version": 1}}, session=session
    )
    if changed.matched_count < len(ids):
        raise WriteConflictError("a conversation was closed meanwhile")
