"""Takes a person out of events that were told: each keeps its place and says only that the contact was erased. Pure."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime

import msgspec

from inbox.erasing.erasure_models import ErasedNotice
from inbox.erasing.person import ids_in
from inbox.stream.events import EventType, StoredEvent, decode_items


class _Body(msgspec.Struct, frozen=True):
    id: str
    type: str
    at: datetime
    data: msgspec.Raw


class _ErasedBody(msgspec.Struct, frozen=True):
    id: str
    type: str
    at: datetime
    data: ErasedNotice


def without_person(items: bytes, ids: Set[str], contact_id: str) -> bytes | None:
    """Return a document's events with those that are about a person replaced; None where there is none of them.

    Args:
        items: As they are stored and relayed.
        ids: The person's contacts and conversations.
        contact_id: What the replacement names.
    """
    if ids.isdisjoint(ids_in(items)):
        return None
    events = decode_items(items)
    replaced = [_replaced(event, ids, contact_id) for event in events]
    if all(new is old for new, old in zip(replaced, events, strict=True)):
        return None
    return msgspec.json.encode(replaced)


def _replaced(event: StoredEvent, ids: Set[str], contact_id: str) -> StoredEvent:
    about = {event.audience.conversation_id, event.audience.contact_id, *ids_in(bytes(event.body))}
    if ids.isdisjoint(about):
        return event
    body = msgspec.json.decode(event.body, type=_Body)
    if body.type == EventType.CONTACT_ERASED:
        return event
    erased = _ErasedBody(body.id, EventType.CONTACT_ERASED.value, body.at, ErasedNotice(id=contact_id))
    return StoredEvent(event.audience, msgspec.Raw(msgspec.json.encode(erased)))
