"""Lists of conversations: filter, order and visibility. Each reads an index in the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from inbox.contacts.search_terms import MAX_QUERY_CHARS, wanted
from inbox.conversation.conversation_reading import show_conversations
from inbox.foundation.pages import DEFAULT_PAGE, Cursor, Limit, Page, cut_page, decode_cursor
from inbox.labels.label_models import LabelId, TagName
from inbox.labels.label_reading import keys_of_tag, keys_of_topic
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Caller
from inbox.people.sight import customers_in_hand, visible
from inbox.storage.database import ASCENDING, DESCENDING, Database
from inbox.storage.documents import Condition, ConversationDocument
from inbox.storage.time_limits import READ_MS, told_when_too_slow
from inbox.storage.walking import walk
from inbox.views.conversation_views import ConversationView

BY_TERM: Final = [("workspace_id", ASCENDING), ("search_terms", ASCENDING), ("_id", DESCENDING)]
FEW_CONTACTS: Final = 1_000
"""Whose conversations are looked up by contact; of more the list itself is read and held against the search."""
TOO_BROAD: Final = "Too many conversations fit, and finding these took too long: narrow the list down."


class ListView(StrEnum):
    """Which part of the inbox: one's own, what nobody has, or all that one sees."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"


class ListOrder(StrEnum):
    """By opening, or by waiting (longest first; only those that wait)."""

    NEWEST = "newest"
    OLDEST = "oldest"
    WAITING = "waiting"


class ConversationQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of a list; without `state` the open conversations.

    `q` finds contacts by the beginning of a word of their name, or by their number in any spelling. `topic_id` also
    finds the topics below it.
    """

    view: ListView = ListView.ALL
    state: ConversationState | None = None
    queue_id: str | None = None
    channel_id: str | None = None
    contact_id: str | None = None
    tag: TagName | None = None
    topic_id: LabelId | None = None
    order: ListOrder = ListOrder.NEWEST
    q: Annotated[str, Meta(max_length=MAX_QUERY_CHARS)] | None = None
    limit: Limit = DEFAULT_PAGE
    cursor: Cursor | None = None


class _Order(msgspec.Struct, frozen=True):
    """What a list is sorted by, which an index gives, and what its cursors hold: ids sort by the time of opening."""

    sort: tuple[tuple[str, int], ...]
    cursor: Any
    key: Callable[[ConversationDocument], Any]

    def behind(self, place: Any) -> Condition:
        """Make the condition for what comes behind a place."""
        beyond = "$gt" if self.sort[0][1] == ASCENDING else "$lt"
        if len(self.sort) == 1:
            return {"_id": {beyond: place}}
        field, (value, last_id) = self.sort[0][0], place
        return {"$or": [{field: {beyond: value}}, {field: value, "_id": {beyond: last_id}}]}


def _id(conversation: ConversationDocument) -> str:
    return str(conversation["_id"])


_ORDERS: Final = {
    ListOrder.NEWEST: _Order((("_id", DESCENDING),), str, _id),
    ListOrder.OLDEST: _Order((("_id", ASCENDING),), str, _id),
    ListOrder.WAITING: _Order(
        (("queued_at", ASCENDING), ("_id", ASCENDING)), tuple[datetime, str], lambda c: (c["queued_at"], c["_id"])
    ),
}


async def list_conversations(
    database: Database, caller: Caller, query: ConversationQuery, *, now: datetime
) -> Page[ConversationView]:
    """Return a page of the conversations that the caller sees.

    Raises:
        ProblemError: `too_broad`, `invalid_request`.
    """
    conditions = await _conditions(database, caller, query)
    with told_when_too_slow(TOO_BROAD):
        page = await _page(database, caller, query, conditions)
    return Page(items=await show_conversations(database, page.items, now=now), next_cursor=page.next_cursor)


async def list_past(
    database: Database, caller: Caller, contact_id: str, *, limit: int, cursor: str | None, now: datetime
) -> Page[ConversationView]:
    """Return a contact's conversations that the caller sees, open and closed, newest first."""
    theirs = {"workspace_id": caller.workspace_id, "contact_id": contact_id}
    seen = await seen_by(database, caller, open_only=False)
    order = _ORDERS[ListOrder.NEWEST]
    read = partial(_read, database, [theirs, *seen], order)
    with told_when_too_slow(TOO_BROAD):
        page = cut_page(await read(decode_cursor(cursor, str), limit + 1), limit, _id)
    return Page(items=await show_conversations(database, page.items, now=now), next_cursor=page.next_cursor)


async def _page(
    database: Database, caller: Caller, query: ConversationQuery, conditions: list[Condition]
) -> Page[ConversationDocument]:
    order = _ORDERS[query.order]
    after = decode_cursor(query.cursor, order.cursor)
    if query.q is not None and query.q.strip():
        found = wanted(query.q)
        if found is None:
            return Page(items=[])
        of_workspace = {"workspace_id": caller.workspace_id, **found}
        few = await _few_contacts(database, of_workspace)
        if few is None:
            read, keep = partial(_read, database, conditions, order), partial(_of_contacts, database, of_workspace)
            return await walk(read, keep, after=after, key=order.key, limit=query.limit)
        conditions = [*conditions, {"contact_id": {"$in": few}}]
    found_here = await _read(database, conditions, order, after, query.limit + 1)
    return cut_page(found_here, query.limit, order.key)


async def _read(
    database: Database, conditions: Sequence[Condition], order: _Order, after: Any, count: int
) -> Sequence[ConversationDocument]:
    place = [] if after is None else [order.behind(after)]
    found = database.conversations.find({"$and": [*conditions, *place]}, max_time_ms=READ_MS)
    documents: list[ConversationDocument] = await found.sort(list(order.sort)).limit(count).to_list(None)
    return documents


async def _few_contacts(database: Database, fitting: Condition) -> list[str] | None:
    """Return the contacts that a search finds; None if they are too many.

    MongoDB is told the index: for all searches it remembers one plan, and after one that fits everybody a bad one.
    """
    found = database.contacts.find(fitting, {"_id": 1}, max_time_ms=READ_MS, hint=BY_TERM)
    contacts = await found.limit(FEW_CONTACTS + 1).to_list(None)
    return [contact["_id"] for contact in contacts] if len(contacts) <= FEW_CONTACTS else None


async def _of_contacts(
    database: Database, fitting: Condition, conversations: Sequence[ConversationDocument]
) -> set[str]:
    """Return those of the conversations whose contacts a search finds."""
    ids = list({conversation["contact_id"] for conversation in conversations})
    found = database.contacts.find({**fitting, "_id": {"$in": ids}}, {"_id": 1}, max_time_ms=READ_MS)
    contacts = {contact["_id"] async for contact in found.hint("_id_")}
    return {conversation["_id"] for conversation in conversations if conversation["contact_id"] in contacts}


async def _conditions(database: Database, caller: Caller, query: ConversationQuery) -> list[Condition]:
    closed = query.state is ConversationState.CLOSED
    conditions: list[Condition] = [{"workspace_id": caller.workspace_id, "open": not closed}]
    if query.state is not None:
        conditions.append({"state": query.state.value})
    for field in ("queue_id", "channel_id", "contact_id"):
        value = getattr(query, field)
        if value is not None:
            conditions.append({field: value})
    if query.order is ListOrder.WAITING:
        conditions.append({"open": True, "state": ConversationState.QUEUED.value})
    match query.view:
        case ListView.MINE:
            conditions.append({"operator_id": caller.id})
        case ListView.UNASSIGNED:
            conditions.append({"operator_id": None})
        case ListView.ALL:
            pass
    conditions += await _labelled(database, caller.workspace_id, query)
    return [*conditions, *await seen_by(database, caller, open_only=not closed)]


async def _labelled(database: Database, workspace_id: str, query: ConversationQuery) -> list[Condition]:
    """Make the conditions of tag and topic."""
    conditions: list[Condition] = []
    if query.tag is not None:
        conditions.append({"tags": {"$in": await keys_of_tag(database, workspace_id, query.tag)}})
    if query.topic_id is not None:
        conditions.append({"topics": {"$in": await keys_of_topic(database, workspace_id, query.topic_id)}})
    return conditions


async def seen_by(database: Database, caller: Caller, *, open_only: bool) -> list[Condition]:
    """Make the condition of what the caller sees, with the past of the customers whom they have."""
    if caller.sees_all:
        return []
    if open_only:
        return [visible(caller)]
    in_hand = sorted(await customers_in_hand(database, caller))
    return [{"$or": [*visible(caller)["$or"], {"open": False, "contact_id": {"$in": in_hand}}]}]
