"""Lists of conversations: filter, order and visibility. Each reads an index in the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import msgspec

from inbox.contacts.search_terms import wanted
from inbox.conversation.conversation_reading import show_conversations
from inbox.conversation.list_filters import HAS_TARGET, ConversationFilter, ListOrder, filter_conditions
from inbox.foundation.pages import DEFAULT_PAGE, Cursor, Limit, Page, PageQuery, cut_page, decode_cursor
from inbox.foundation.spans import Time, check_span, made_between
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Caller
from inbox.people.families import all_of, read_families
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


class ConversationQuery(ConversationFilter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of a list.

    Attributes:
        view_id: A saved view, whose filter and order count where the request names no other.
        order: The newest first unless the view says otherwise.
    """

    view_id: str | None = None
    order: ListOrder | None = None
    limit: Limit = DEFAULT_PAGE
    cursor: Cursor | None = None


class PastQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The query of a contact's conversations: those that were opened in a span of time."""

    from_: Time | None = msgspec.field(default=None, name="from")
    to: Time | None = None

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins."""
        check_span(self.from_, self.to)


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


def _due(conversation: ConversationDocument) -> tuple[datetime, str]:
    target = conversation.get("target")
    if target is None:
        raise LookupError("a list by due times has only what is due")
    return target["due_at"], conversation["_id"]


_NARROWED: Final[Mapping[ListOrder, Condition]] = {
    ListOrder.WAITING: {"open": True, "state": ConversationState.QUEUED.value},
    ListOrder.DUE: {"open": True, **HAS_TARGET},
}
"""What a list in such an order has, as the index of the order does."""
_ORDERS: Final = {
    ListOrder.NEWEST: _Order((("_id", DESCENDING),), str, _id),
    ListOrder.OLDEST: _Order((("_id", ASCENDING),), str, _id),
    ListOrder.WAITING: _Order(
        (("queued_at", ASCENDING), ("_id", ASCENDING)), tuple[datetime, str], lambda c: (c["queued_at"], c["_id"])
    ),
    ListOrder.DUE: _Order((("target.due_at", ASCENDING), ("_id", ASCENDING)), tuple[datetime, str], _due),
}


async def list_conversations(
    database: Database, caller: Caller, query: ConversationQuery, *, now: datetime
) -> Page[ConversationView]:
    """Return a page of the conversations that the caller sees.

    Raises:
        ProblemError: `too_broad`, `invalid_request`.
    """
    conditions = await _conditions(database, caller, query, now)
    with told_when_too_slow(TOO_BROAD):
        page = await _page(database, caller, query, conditions)
    return Page(items=await show_conversations(database, page.items, now=now), next_cursor=page.next_cursor)


async def list_past(
    database: Database, caller: Caller, contact_ids: Sequence[str], query: PastQuery, *, now: datetime
) -> Page[ConversationView]:
    """Return the conversations of contacts that are one customer, open and closed, newest first, as the caller sees."""
    of_customer = {"workspace_id": caller.workspace_id, "contact_id": {"$in": list(contact_ids)}}
    theirs = {**of_customer, **made_between(query.from_, query.to)}
    seen = await seen_by(database, caller, open_only=False)
    order = _ORDERS[ListOrder.NEWEST]
    read = partial(_read, database, [theirs, *seen], order)
    with told_when_too_slow(TOO_BROAD):
        page = cut_page(await read(decode_cursor(query.cursor, str), query.limit + 1), query.limit, _id)
    return Page(items=await show_conversations(database, page.items, now=now), next_cursor=page.next_cursor)


async def _page(
    database: Database, caller: Caller, query: ConversationQuery, conditions: list[Condition]
) -> Page[ConversationDocument]:
    order = _ORDERS[query.order or ListOrder.NEWEST]
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
    """Return the contacts that a search finds, with those they were merged with; None if they are too many.

    MongoDB is told the index: for all searches it remembers one plan, and after one that fits everybody a bad one.
    """
    found = database.contacts.find(fitting, {"family": 1}, max_time_ms=READ_MS, hint=BY_TERM)
    contacts = await found.limit(FEW_CONTACTS + 1).to_list(None)
    ids = {member for contact in contacts for member in contact.get("family", (contact["_id"],))}
    return list(ids) if len(contacts) <= FEW_CONTACTS else None


async def _of_contacts(
    database: Database, fitting: Condition, conversations: Sequence[ConversationDocument]
) -> set[str]:
    """Return those of the conversations whose contacts a search finds."""
    ids = {conversation["contact_id"] for conversation in conversations}
    families = await read_families(database, fitting["workspace_id"], ids)
    found = database.contacts.find({**fitting, "_id": {"$in": all_of(families)}}, {"_id": 1}, max_time_ms=READ_MS)
    contacts = {contact["_id"] async for contact in found.hint("_id_")}
    return {one["_id"] for one in conversations if not contacts.isdisjoint(families[one["contact_id"]])}


async def _conditions(database: Database, caller: Caller, query: ConversationQuery, now: datetime) -> list[Condition]:
    narrowed = _NARROWED.get(query.order or ListOrder.NEWEST)
    ordered = [] if narrowed is None else [narrowed]
    asked = await filter_conditions(database, caller, query, now=now)
    return [*asked, *ordered, *await seen_by(database, caller, open_only=not query.is_of_closed)]


async def seen_by(database: Database, caller: Caller, *, open_only: bool) -> list[Condition]:
    """Make the condition of what the caller sees, with the past of the customers whom they have."""
    if caller.sees_all:
        return []
    if open_only:
        return [visible(caller)]
    in_hand = sorted(await customers_in_hand(database, caller))
    return [{"$or": [*visible(caller)["$or"], {"open": False, "contact_id": {"$in": in_hand}}]}]
