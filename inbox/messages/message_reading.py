"""Reading messages: a thread by `seq`, one message, its attempts, its raw payload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.conversation.conversation_reading import visible_conversation
from inbox.foundation.pages import DEFAULT_PAGE, Limit, Page, encode_cursor
from inbox.foundation.problems import not_found
from inbox.foundation.structs import from_document
from inbox.model.provider_error import ProviderError
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import AttemptDocument, AttemptEndDocument, Condition, Fields, MessageDocument
from inbox.views.message_views import MessageView, message_view

SHOWN: Final[Fields] = {"raw": 0, "attempts": 0, "ends": 0}
REAL: Final[Condition] = {"void": {"$exists": False}}
"""Tombstones of late messages are in the collection, but are no messages."""

_NOTHING: Final[Fields] = {}

Seq = Annotated[int, Meta(ge=0, le=2**53)]


class ThreadQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a thread; without bounds the newest `limit` messages."""

    before_seq: Seq | None = None
    after_seq: Seq | None = None
    limit: Limit = DEFAULT_PAGE


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to send a message.

    Attributes:
        outcome: `sent`, `refused`, `unknown`; None while it is under way or if the process died.
    """

    started_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None
    error: ProviderError | None = None


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """All attempts, oldest first."""

    items: tuple[Attempt, ...]


async def list_messages(
    database: Database, caller: Caller, conversation_id: str, query: ThreadQuery
) -> Page[MessageView]:
    """Return part of a thread, ascending by `seq`.

    Raises:
        ProblemError: `not_found`.
    """
    await visible_conversation(database, caller, conversation_id)
    bounds: Condition = {}
    if query.before_seq is not None:
        bounds["$lt"] = query.before_seq
    if query.after_seq is not None:
        bounds["$gt"] = query.after_seq
    condition = {"workspace_id": caller.workspace_id, "conversation_id": conversation_id, **REAL}
    if bounds:
        condition["seq"] = bounds
    upward = query.after_seq is not None
    found = database.messages.find(condition, SHOWN).sort("seq", 1 if upward else -1).limit(query.limit + 1)
    documents = await found.to_list(None)
    more = len(documents) > query.limit
    views = [message_view(document) for document in documents[: query.limit]]
    if not upward:
        views.reverse()
    edge = views[-1 if upward else 0].seq if views else None
    return Page(items=views, next_cursor=encode_cursor(edge) if more else None)


async def visible_message(
    database: Database, caller: Caller, message_id: str, *, session: Session = None, with_raw: bool = False
) -> MessageDocument:
    """Read a message whose conversation the caller sees. Raises `ProblemError` (`not_found`)."""
    document: MessageDocument | None = await database.messages.find_one(
        {"_id": message_id, "workspace_id": caller.workspace_id, **REAL},
        None if with_raw else {"raw": 0},
        session=session,
    )
    if document is None:
        raise not_found("message")
    await visible_conversation(database, caller, document["conversation_id"], session=session)
    return document


def attempts_of(message: MessageDocument) -> Attempts:
    """Return the attempts to send a message; an inbound one has none."""
    begun: Sequence[AttemptDocument] = message.get("attempts", [])
    ended: Sequence[AttemptEndDocument] = message.get("ends", [])
    pairs = zip_longest(begun, ended, fillvalue=_NOTHING)
    return Attempts(items=tuple(from_document({**began, **end}, Attempt) for began, end in pairs))
