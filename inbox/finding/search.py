"""Search: messages by their words, contacts by name or number, conversations by both; only what the caller sees."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from inbox.contacts.contact_store import show_contacts, standing
from inbox.contacts.search_terms import wanted
from inbox.conversation.conversation_lists import seen_by
from inbox.conversation.conversation_reading import show_conversations
from inbox.finding.excerpts import excerpt
from inbox.finding.hits import FOUND_AT_ONCE, Asked, look_on, rarest_first
from inbox.finding.message_terms import words_of
from inbox.finding.search_models import Found, SearchHit, SearchPage, SearchQuery
from inbox.finding.words import wanted_terms
from inbox.foundation.pages import Page, cut_page, decode_cursor, encode_cursor
from inbox.foundation.spans import first_id, made_between
from inbox.messages.message_reading import SHOWN
from inbox.people.access import Caller
from inbox.people.families import all_of, read_families
from inbox.storage.database import Database
from inbox.storage.documents import (
    Condition,
    ContactDocument,
    ConversationDocument,
    MessageDocument,
    MessageTermsDocument,
)
from inbox.storage.time_limits import READ_MS, told_when_too_slow
from inbox.storage.walking import walk
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import message_view

TOO_BROAD: Final = "Too much fits, and finding it took too long: write more words, or name a channel or a time."
STEPS: Final = 20
"""Of one answer: 20,000 messages with the rarest word looked at. What lies further back is behind the cursor."""
STEPPING_SECONDS: Final = 0.2
"""After this no further step is begun: who waits for an answer goes on from its cursor instead."""
HITS_OF_CONVERSATIONS: Final = 2_000
"""Messages whose conversations are found: the newest that fit."""
CONTACTS_OF_CONVERSATIONS: Final = 1_000
"""Contacts by whose name conversations are found: the newest that fit."""


async def search(database: Database, caller: Caller, query: SearchQuery, *, now: datetime) -> SearchPage:
    """Return a page of what a caller may find.

    Raises:
        ProblemError: `invalid_request`, `too_broad`.
    """
    with told_when_too_slow(TOO_BROAD):
        match query.kind:
            case Found.MESSAGES:
                return await _search_messages(database, caller, query, now)
            case Found.CONTACTS:
                return await _search_contacts(database, caller, query)
            case Found.CONVERSATIONS:
                return await _search_conversations(database, caller, query, now)


async def find_page(
    database: Database, caller: Caller, query: SearchQuery
) -> tuple[Page[MessageTermsDocument], frozenset[str]]:
    """Find a page of messages, and say by which terms."""
    asked = await _asked(database, caller, query, below=decode_cursor(query.cursor, str))
    if asked is None:
        return Page(items=[]), frozenset()
    page = await _hits(database, asked, await _placed(database, caller, query), query.limit)
    return page, frozenset(asked.terms)


async def _search_messages(database: Database, caller: Caller, query: SearchQuery, now: datetime) -> SearchPage:
    page, terms = await find_page(database, caller, query)
    shown = await _shown(database, caller.workspace_id, page.items, terms, now)
    return SearchPage(items=shown, next_cursor=page.next_cursor)


async def _asked(database: Database, caller: Caller, query: SearchQuery, *, below: str | None = None) -> Asked | None:
    """Say what is looked for in messages, the rarest term first; None where there is no word in it."""
    terms = tuple(wanted_terms(query.q))
    if not terms:
        return None
    ends = [end for end in (below, first_id(query.to)) if end is not None]
    asked = Asked(
        workspace_id=caller.workspace_id,
        terms=terms,
        channel_id=query.channel_id,
        above=first_id(query.from_),
        below=min(ends, default=None),
    )
    return await rarest_first(database, asked)


async def _hits(
    database: Database, asked: Asked, placed: Sequence[Condition], limit: int
) -> Page[MessageTermsDocument]:
    """Return up to so many messages in conversations that the caller sees; fewer where it took many steps."""
    kept: list[MessageTermsDocument] = []
    began = time.monotonic()
    at_once = min(limit + 1, FOUND_AT_ONCE)
    for _ in range(STEPS):
        step = await look_on(database, asked, at_once)
        fitting = await _fitting(database, asked.workspace_id, placed, {hit["conversation_id"] for hit in step.found})
        kept += [hit for hit in step.found if hit["conversation_id"] in fitting]
        if len(kept) > limit or step.reached is None:
            return cut_page(kept[: limit + 1], limit, lambda hit: hit["_id"])
        asked = msgspec.structs.replace(asked, below=step.reached)
        at_once = min(2 * at_once, FOUND_AT_ONCE)  # each may be a read of the disk, and most callers see most of them
        if time.monotonic() - began > STEPPING_SECONDS:
            break
    return Page(items=kept, next_cursor=encode_cursor(asked.below))


async def _placed(database: Database, caller: Caller, query: SearchQuery) -> list[Condition]:
    """Make the conditions on the conversations of the workspace: what is asked for, and what the caller sees."""
    named = {name: getattr(query, name) for name in ("queue_id", "operator_id")}
    given: Condition = {name: value for name, value in named.items() if value is not None}
    if query.contact_id is not None:
        families = await read_families(database, caller.workspace_id, [query.contact_id])
        given["contact_id"] = {"$in": all_of(families)}
    seen = await seen_by(database, caller, open_only=False)
    return [*([given] if given else []), *seen]


def _of_workspace(caller: Caller) -> Condition:
    return {"workspace_id": caller.workspace_id}


async def _fitting(database: Database, workspace_id: str, placed: Sequence[Condition], ids: set[str]) -> set[str]:
    """Return those of the workspace's conversations that fit: all where nothing is asked of them."""
    if not ids or not placed:
        return ids
    condition = {"$and": [{"_id": {"$in": list(ids)}, "workspace_id": workspace_id}, *placed]}
    found = database.conversations.find(condition, {"_id": 1}, max_time_ms=READ_MS, hint="_id_")
    return {conversation["_id"] async for conversation in found}


async def _shown(
    database: Database, workspace_id: str, hits: Sequence[MessageTermsDocument], terms: frozenset[str], now: datetime
) -> list[SearchHit]:
    """Show found messages as they are now; one that was deleted meanwhile is left out."""
    ids = [hit["_id"] for hit in hits]
    real = {"_id": {"$in": ids}, "workspace_id": workspace_id, "deleted_at": None}
    found = await database.messages.find(real, SHOWN).to_list(None)
    messages = {message["_id"]: message for message in found}
    views = await _conversations(database, workspace_id, [message["conversation_id"] for message in found], now)
    return [_message_hit(messages[id_], views, terms) for id_ in ids if id_ in messages]


def _message_hit(
    message: MessageDocument, conversations: dict[str, ConversationView], terms: frozenset[str]
) -> SearchHit:
    return SearchHit(
        kind=Found.MESSAGES,
        message=message_view(message),
        excerpt=excerpt(words_of(message), terms),
        conversation=conversations.get(message["conversation_id"]),
    )


async def _conversations(
    database: Database, workspace_id: str, ids: Sequence[str], now: datetime
) -> dict[str, ConversationView]:
    wanted_ids = {"_id": {"$in": list(set(ids))}, "workspace_id": workspace_id}
    documents = await database.conversations.find(wanted_ids).to_list(None)
    return {view.id: view for view in await show_conversations(database, documents, now=now)}


async def _search_contacts(database: Database, caller: Caller, query: SearchQuery) -> SearchPage:
    condition = wanted(query.q) if query.q.strip() else None
    if condition is None:
        return SearchPage(items=[])
    fitting = {"workspace_id": caller.workspace_id, **condition}
    placed = [_of_workspace(caller), *await _placed(database, caller, query), _opened(query)]
    page = await walk(
        partial(_read_contacts, database, fitting),
        partial(_with_conversation, database, placed),
        after=decode_cursor(query.cursor, str),
        key=lambda contact: contact["_id"],
        limit=query.limit,
    )
    shown = await show_contacts(database, await standing(database, fitting, page.items))
    hits = [SearchHit(kind=Found.CONTACTS, contact=contact) for contact in shown]
    return SearchPage(items=hits, next_cursor=page.next_cursor)


def _opened(query: SearchQuery) -> Condition:
    """Make the condition on a conversation's channel and on when it was opened."""
    channel = {} if query.channel_id is None else {"channel_id": query.channel_id}
    return {**channel, **made_between(query.from_, query.to)}


async def _read_contacts(
    database: Database, fitting: Condition, before: str | None, count: int
) -> Sequence[ContactDocument]:
    place = {} if before is None else {"_id": {"$lt": before}}
    found = database.contacts.find({**fitting, **place}, max_time_ms=READ_MS)
    contacts: list[ContactDocument] = await found.sort("_id", -1).limit(count).to_list(None)
    return contacts


async def _with_conversation(
    database: Database, placed: Sequence[Condition], contacts: Sequence[ContactDocument]
) -> set[str]:
    """Return those of the contacts who have had a conversation that fits, also as one they were merged with."""
    families = {contact["_id"]: contact.get("family", [contact["_id"]]) for contact in contacts}
    theirs: Condition = {"contact_id": {"$in": [member for family in families.values() for member in family]}}
    grouped: list[Condition] = [{"$match": {"$and": [theirs, *placed]}}, {"$group": {"_id": "$contact_id"}}]
    found = database.conversations.aggregate(grouped, maxTimeMS=READ_MS)
    fitting = {one["_id"] async for one in found}
    return {contact_id for contact_id, family in families.items() if not fitting.isdisjoint(family)}


async def _search_conversations(database: Database, caller: Caller, query: SearchQuery, now: datetime) -> SearchPage:
    placed = await _placed(database, caller, query)
    by_words, more_words = await _conversations_by_words(database, caller, query, placed)
    by_contact, more_contacts = await _contacts_meant(database, caller, query)
    either = [{"_id": {"$in": by_words}}, {"contact_id": {"$in": by_contact}, **_opened(query)}]
    before = decode_cursor(query.cursor, str)
    place: list[Condition] = [] if before is None else [{"_id": {"$lt": before}}]
    condition = {"$and": [_of_workspace(caller), {"$or": either}, *placed, *place]}
    found = database.conversations.find(condition, max_time_ms=READ_MS).sort("_id", -1).limit(query.limit + 1)
    documents: list[ConversationDocument] = await found.to_list(None)
    page = cut_page(documents, query.limit, lambda conversation: conversation["_id"])
    views = await show_conversations(database, page.items, now=now)
    hits = [SearchHit(kind=Found.CONVERSATIONS, conversation=view) for view in views]
    return SearchPage(items=hits, next_cursor=page.next_cursor, newest_only=more_words or more_contacts)


async def _conversations_by_words(
    database: Database, caller: Caller, query: SearchQuery, placed: Sequence[Condition]
) -> tuple[list[str], bool]:
    """Return the conversations of the newest messages that fit, and whether there are more messages."""
    asked = await _asked(database, caller, query)
    if asked is None:
        return [], False
    page = await _hits(database, asked, placed, HITS_OF_CONVERSATIONS)
    return list({hit["conversation_id"] for hit in page.items}), page.next_cursor is not None


async def _contacts_meant(database: Database, caller: Caller, query: SearchQuery) -> tuple[list[str], bool]:
    """Return the newest contacts that fit with those they were merged with, and whether there are more."""
    condition = wanted(query.q) if query.q.strip() else None
    if condition is None:
        return [], False
    fitting = {"workspace_id": caller.workspace_id, **condition}
    found = await _read_contacts(database, fitting, None, CONTACTS_OF_CONVERSATIONS + 1)
    ids = [member for one in found[:CONTACTS_OF_CONVERSATIONS] for member in one.get("family", (one["_id"],))]
    return list(dict.fromkeys(ids)), len(found) > CONTACTS_OF_CONVERSATIONS
