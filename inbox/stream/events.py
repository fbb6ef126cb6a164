"""Events: what clients of the stream learn. Written in the same transaction as the change itself.

All events of one workspace in one transaction go into one document, because a change
stream costs by the document, not by the event. A relay gives the document its place in
commit order; an event's cursor is that place plus its index within the document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from inbox.foundation.ids import new_id
from inbox.people.access import Placement
from inbox.storage.database import Collections, Session, post
from inbox.storage.documents import EventsDocument

EVENTS_PER_DOCUMENT = 500
BYTES_PER_DOCUMENT = 4 * 1024 * 1024
"""Keeps a document below MongoDB's 16 MiB: no event is longer than a webhook, of which 4 MiB are taken."""


class EventType(StrEnum):
    """Event types of the contract."""

    CONVERSATION_CREATED = "conversation.created"
    CONVERSATION_QUEUED = "conversation.queued"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_TRANSFERRED = "conversation.transferred"
    CONVERSATION_CLOSED = "conversation.closed"
    CONVERSATION_UPDATED = "conversation.updated"
    CONVERSATION_RATED = "conversation.rated"
    CONTROL_CHANGED = "control.changed"
    MESSAGE_CREATED = "message.created"
    MESSAGE_UPDATED = "message.updated"
    NOTE_UPDATED = "note.updated"
    TAG_UPDATED = "tag.updated"
    TOPIC_UPDATED = "topic.updated"
    CONTACT_FIELD_UPDATED = "contact_field.updated"
    DRAFT_UPDATED = "draft.updated"
    SNOOZE_ENDED = "snooze.ended"
    SLA_DUE = "sla.due"
    SLA_BREACHED = "sla.breached"
    CONTACT_UPDATED = "contact.updated"
    CONTACT_MERGED = "contact.merged"
    CONTACT_ERASED = "contact.erased"
    OPERATOR_STATUS = "operator.status"
    QUEUE_UPDATED = "queue.updated"
    TEMPLATE_UPDATED = "template.updated"
    CAMPAIGN_PROGRESS = "campaign.progress"
    CHANNEL_HEALTH = "channel.health"
    WINDOW_CLOSING = "window.closing"
    BUDGET_WARNING = "budget.warning"
    WEBHOOK_DISABLED = "webhook.disabled"


class EventAudience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who gets an event; empty means everybody in the workspace.

    Attributes:
        conversation_id: The conversation that the event is about. A reader that does not
            know where it is placed looks it up: the writer of a message need not.
        placements: Where the conversation was before and is after the event; set on
            conversation events only. Whoever could see it in one of them learns of it.
        contact_id: The contact that the event is about. Whoever sees one of its conversations learns of it.
    """

    conversation_id: str | None = None
    placements: tuple[Placement, ...] = ()
    contact_id: str | None = None


class StoredEvent(msgspec.Struct, frozen=True, array_like=True):
    """One event inside a document: its audience, and its JSON object without the cursor.

    `body` is the object `{"id", "type", "at", "data"}`; readers put `"cursor"` in front of it.
    """

    audience: EventAudience
    body: msgspec.Raw


class _Body(msgspec.Struct, frozen=True):
    id: str
    type: str
    at: datetime
    data: object


_body_encoder = msgspec.json.Encoder()


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event about to be written.

    Attributes:
        data: The changed object as the API shows it; a struct or a mapping that JSON can hold.
            Addresses of media are never in it: they are made when an object is read.
    """

    workspace_id: str
    type: EventType
    at: datetime
    data: object
    audience: EventAudience = EventAudience()

    def stored(self) -> StoredEvent:
        """Return the form in which it is stored and relayed."""
        body = _Body(new_id(), self.type.value, self.at, self.data)
        return StoredEvent(self.audience, msgspec.Raw(_body_encoder.encode(body)))


def event_documents(events: Iterable[Event], at: datetime) -> list[EventsDocument]:
    """Pack events into documents, one or more a workspace, each keeping the order given."""
    by_workspace: Mapping[str, list[StoredEvent]] = defaultdict(list)
    for event in events:
        by_workspace[event.workspace_id].append(event.stored())
    return [
        _document(workspace_id, items, at)
        for workspace_id, stored in by_workspace.items()
        for items in _portions(stored)
    ]


def _portions(stored: Sequence[StoredEvent]) -> Iterator[list[StoredEvent]]:
    """Cut a workspace's events into portions that fit one document."""
    portion: list[StoredEvent] = []
    size = 0
    for event in stored:
        length = len(event.body)
        if portion and (len(portion) == EVENTS_PER_DOCUMENT or size + length > BYTES_PER_DOCUMENT):
            yield portion
            portion, size = [], 0
        portion.append(event)
        size += length
    if portion:
        yield portion


def _document(workspace_id: str, items: list[StoredEvent], at: datetime) -> EventsDocument:
    return {
        "_id": new_id(),
        "workspace_id": workspace_id,
        "at": at.astimezone(UTC),
        "count": len(items),
        "items": msgspec.json.encode(items),
    }


_stored_decoder = msgspec.json.Decoder(tuple[StoredEvent, ...])


def decode_items(items: bytes) -> tuple[StoredEvent, ...]:
    """Unpack the `items` of a document."""
    return _stored_decoder.decode(items)


async def write_events(database: Collections, events: Iterable[Event], *, at: datetime, session: Session) -> None:
    """Write events inside the transaction of the change that they tell of."""
    documents = event_documents(events, at)
    if documents:
        await post(database.events.insert_many(documents, session=session))
