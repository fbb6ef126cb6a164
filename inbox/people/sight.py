"""Which conversations and contacts a caller sees: the rules of `inbox.people.access` as queries.

Who has a customer now also sees the customer's earlier conversations, whoever had them. A contact is seen with its
conversations: by whoever sees one of them.
"""

from __future__ import annotations

from collections.abc import Collection

from inbox.foundation.problems import not_found
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Caller, CallerKind, Placement, may_see
from inbox.people.families import all_of, read_families
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ConversationDocument
from inbox.storage.time_limits import READ_MS

MOST_IN_HAND = 1_000
"""Customers whom a caller and all whom they supervise have at once: the most that one capacity can be."""


def visible(caller: Caller) -> Condition:
    """Return the rule of `may_see` as a query condition on conversations."""
    if caller.kind is CallerKind.BOT:
        return {"open": True, "state": ConversationState.BOT.value, "bot.id": caller.id}
    if caller.sees_all:
        return {}
    return {
        "$or": [
            {"operator_id": {"$in": [caller.id, *sorted(caller.supervised_ids)]}},
            {"operator_id": None, "queue_id": {"$in": [None, *sorted(caller.queue_ids)]}},
        ]
    }


def placement_of(conversation: ConversationDocument) -> Placement:
    """Return a conversation's queue and operator, and the bot that holds it."""
    return Placement(conversation["queue_id"], conversation["operator_id"], holding_bot(conversation))


def holding_bot(conversation: ConversationDocument) -> str | None:
    """Return the id of the bot that holds a conversation; None where none does."""
    held = conversation.get("state") == ConversationState.BOT.value
    return conversation["bot"]["id"] if held and "bot" in conversation else None


async def sees(
    database: Database, caller: Caller, conversation: ConversationDocument, *, session: Session = None
) -> bool:
    """Tell whether a caller sees a conversation: where it is placed, or as the history of a customer they serve now."""
    if may_see(caller, placement_of(conversation)):
        return True
    if conversation["open"]:
        return False
    return bool(await customers_in_hand(database, caller, [conversation["contact_id"]], session=session))


async def customers_in_hand(
    database: Database, caller: Caller, among: Collection[str] | None = None, *, session: Session = None
) -> set[str]:
    """Return the contacts with an open conversation of the caller or of an operator they supervise.

    Who was merged with one of them is in hand as well.

    Args:
        database: Where conversations are.
        caller: Who asks.
        among: Only these contacts; None for all.
        session: The transaction, if there is one.
    """
    workspace_id = caller.workspace_id
    near = None if among is None else all_of(await read_families(database, workspace_id, among, session=session))
    wanted = {
        "workspace_id": workspace_id,
        "open": True,
        "operator_id": {"$in": [caller.id, *sorted(caller.supervised_ids)]},
        **({} if near is None else {"contact_id": {"$in": near}}),
    }
    found = database.conversations.find(wanted, {"contact_id": 1}, session=session, max_time_ms=READ_MS)
    own = {conversation["contact_id"] async for conversation in found.limit(MOST_IN_HAND)}
    return set(all_of(await read_families(database, workspace_id, own, session=session)))


async def seen_contacts(
    database: Database, caller: Caller, contact_ids: Collection[str], *, session: Session = None
) -> set[str]:
    """Return those of the contacts that the caller sees: also by a conversation of one that was merged with them."""
    if caller.sees_all or not contact_ids:
        return set(contact_ids)
    families = await read_families(database, caller.workspace_id, contact_ids, session=session)
    theirs = {"workspace_id": caller.workspace_id, "contact_id": {"$in": all_of(families)}, **visible(caller)}
    grouped = [{"$match": theirs}, {"$group": {"_id": "$contact_id"}}]
    found = database.conversations.aggregate(grouped, session=session, maxTimeMS=READ_MS)
    seen = {one["_id"] async for one in found}
    return {contact_id for contact_id, family in families.items() if not seen.isdisjoint(family)}


async def check_sees_contact(database: Database, caller: Caller, contact_id: str, *, session: Session = None) -> None:
    """Refuse a contact that the caller does not see. Raises `ProblemError` (`not_found`)."""
    if not await seen_contacts(database, caller, [contact_id], session=session):
        raise not_found("contact")
