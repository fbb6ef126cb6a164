"""Finding messages by the provider's message id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from inbox.messages.id_spellings import carries_customer, spellings
from inbox.storage.database import Collections, Session
from inbox.storage.documents import Condition, Fields, MessageDocument

MessageKey = tuple[str, str, str]
"""Workspace id, channel id, provider's message id: what makes a message unique."""

KEY_FIELDS: Final[Fields] = {"_id": 0, "workspace_id": 1, "channel_id": 1, "provider_id": 1}
"""Only these: the index alone answers."""


_IS_STRING: Final[Condition] = {"$type": "string"}
"""The index holds only messages with a provider's id; MongoDB uses it for `$in` only if it is told so."""


def provider_id_condition(keys: Iterable[MessageKey]) -> Condition | None:
    """Return the query condition for the messages among `keys`; None for no keys."""
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for workspace_id, channel_id, provider_id in keys:
        ids[workspace_id, channel_id].append(provider_id)
    wanted = [
        {"workspace_id": w, "channel_id": c, "provider_id": {"$in": p, **_IS_STRING}} for (w, c), p in ids.items()
    ]
    if not wanted:
        return None
    return wanted[0] if len(wanted) == 1 else {"$or": wanted}


async def find_by_provider_id(
    database: Collections, keys: Iterable[MessageKey], fields: Fields, *, session: Session = None
) -> list[MessageDocument]:
    """Read the messages that exist among `keys`; only the given fields."""
    condition = provider_id_condition(keys)
    if condition is None:
        return []
    return await database.messages.find(condition, fields, session=session).to_list(None)


async def find_meant(
    database: Collections,
    keys: Collection[MessageKey],
    fields: Fields,
    *,
    people: Mapping[MessageKey, Sequence[str]] | None = None,
    session: Session = None,
) -> dict[MessageKey, MessageDocument]:
    """Read the messages that are answered or reacted to, by any of their ids.

    Args:
        database: Where the messages are.
        keys: What is looked for: also a later part of a message, or its name by another id of its customer.
        fields: An inclusion of fields has to name those of the key and `part_ids`.
        people: The identity keys of those whose messages are meant, by what is looked for.
        session: The transaction.
    """
    named = await find_by_provider_id(database, keys, fields, session=session)
    found = {own_key(message): message for message in named}
    missing = [key for key in keys if key not in found]
    for message in await _find_by_part(database, missing, fields, session):
        found |= {_key(message, part): message for part in message["part_ids"]}
    missing = [key for key in missing if key not in found]
    return found | await find_respelled(database, missing, fields, people=people or {}, session=session)


async def find_respelled(
    database: Collections,
    keys: Collection[MessageKey],
    fields: Fields,
    *,
    people: Mapping[MessageKey, Sequence[str]],
    session: Session = None,
) -> dict[MessageKey, MessageDocument]:
    """Read messages that are stored under another of their ids than the given one.

    Only messages of the customer who is named count: `people` has their identity keys, and whatever else the
    contact is known by counts too.
    """
    asked = {key: people[key] for key in keys if people.get(key) and carries_customer(key[2])}
    if not asked:
        return {}
    known = await _known_with(database, asked, session)
    named = {
        (key[0], key[1], spelling): key
        for key, own in asked.items()
        for spelling in spellings(key[2], [one.partition(":")[2] for one in (*own, *known.get((key[0], own[0]), ()))])
    }
    messages = await find_by_provider_id(database, named, fields, session=session)
    return {named[own_key(message)]: message for message in messages}


async def _known_with(
    database: Collections, asked: Mapping[MessageKey, Sequence[str]], session: Session
) -> dict[tuple[str, str], list[str]]:
    """Read the further identities of customers: (workspace, identity key) → all keys of the contact."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for (workspace_id, _, _), own in asked.items():
        wanted[workspace_id].update(own)
    found = database.contacts.find(
        {"$or": [{"workspace_id": w, "identity_keys": {"$in": list(own)}} for w, own in wanted.items()]},
        {"workspace_id": 1, "identity_keys": 1},
        session=session,
    )
    return {
        (c["workspace_id"], key): c["identity_keys"] for c in await found.to_list(None) for key in c["identity_keys"]
    }


async def _find_by_part(
    database: Collections, keys: Sequence[MessageKey], fields: Fields, session: Session
) -> list[MessageDocument]:
    """Read messages by the provider's ids of their parts; only long ones have any, so the index is small."""
    parts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for workspace_id, channel_id, provider_id in keys:
        parts[workspace_id, channel_id].append(provider_id)
    wanted = [{"workspace_id": w, "channel_id": c, "part_ids": {"$in": p, **_IS_STRING}} for (w, c), p in parts.items()]
    if not wanted:
        return []
    documents: list[MessageDocument] = await database.messages.find({"$or": wanted}, fields, session=session).to_list(
        None
    )
    return documents


def own_key(message: MessageDocument) -> MessageKey:
    """Return the key of a message that has a provider's id."""
    return _key(message, str(message["provider_id"]))


def _key(message: MessageDocument, provider_id: str) -> MessageKey:
    return (message["workspace_id"], message["channel_id"], provider_id)
