"""Events about messages, conversations and contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from inbox.model.authors import Direction
from inbox.model.channel_ref import ChannelRef
from inbox.people.access import Placement
from inbox.storage.documents import ContactDocument, ConversationDocument, MessageDocument
from inbox.stream.events import Event, EventAudience, EventType
from inbox.views.contact_views import ContactsMerged, contact_brief
from inbox.views.conversation_views import Surroundings, conversation_view
from inbox.views.message_views import last_message, message_view


def message_created(message: MessageDocument, at: datetime) -> Event:
    """Make the event of a new message."""
    return _message_event(EventType.MESSAGE_CREATED, message, at)


def message_updated(message: MessageDocument, at: datetime) -> Event:
    """Make the event of a message that changed (status, edit, deletion, reaction)."""
    return _message_event(EventType.MESSAGE_UPDATED, message, at)


def _message_event(type_: EventType, message: MessageDocument, at: datetime) -> Event:
    return Event(
        workspace_id=message["workspace_id"],
        type=type_,
        at=at,
        data=message_view(message),
        audience=EventAudience(conversation_id=message["conversation_id"]),
    )


def conversation_created(
    conversation: ConversationDocument,
    contact: ContactDocument,
    channel: ChannelRef,
    messages: list[MessageDocument],
    at: datetime,
) -> Event:
    """Make the event of a conversation that its first messages opened."""
    views = [message_view(message) for message in messages]
    surroundings = Surroundings(
        channel_name=channel.name,
        contact=contact_brief(contact),
        last_message=last_message(views[-1]) if views else None,
        unread=sum(view.direction is Direction.IN for view in views),
        silence=channel.auto_close,
    )
    return Event(
        workspace_id=conversation["workspace_id"],
        type=EventType.CONVERSATION_CREATED,
        at=at,
        data=conversation_view(conversation, surroundings, at),
        audience=EventAudience(
            conversation["_id"], (Placement(conversation["queue_id"], conversation["operator_id"]),)
        ),
    )


def contact_updated(workspace_id: str, contact: ContactDocument, at: datetime) -> Event:
    """Make the event of a contact's new name or identities, for whoever sees one of its conversations."""
    return Event(
        workspace_id=workspace_id,
        type=EventType.CONTACT_UPDATED,
        at=at,
        data=contact_brief(contact),
        audience=EventAudience(contact_id=contact["_id"]),
    )


def contacts_merged(workspace_id: str, contact: ContactDocument, merged_ids: Sequence[str], at: datetime) -> Event:
    """Make the event of contacts that became one customer, for whoever sees a conversation of one of them."""
    return Event(
        workspace_id=workspace_id,
        type=EventType.CONTACT_MERGED,
        at=at,
        data=ContactsMerged(contact=contact_brief(contact), merged_ids=tuple(merged_ids)),
        audience=EventAudience(contact_id=contact["_id"]),
    )
