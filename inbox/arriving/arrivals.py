"""Makes the documents of an arrival: contact, conversation and message from a provider's event. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, cast

import msgspec

from inbox.arriving.inbound import Customer, MessageEchoed, MessageReceived
from inbox.contacts.search_terms import with_terms
from inbox.conversation.moves import Moved, arrived, arrived_at_agent, arrived_at_bot
from inbox.files.file_models import with_own_file
from inbox.foundation.ids import new_id
from inbox.foundation.structs import to_document
from inbox.model.authors import Author, AuthorKind, Direction
from inbox.model.channel_ref import ChannelRef
from inbox.model.reply_window import WINDOWED_KINDS, time_or, window_end
from inbox.model.statuses import MessageStatus
from inbox.storage.documents import ContactDocument, ConversationDocument, Fields, MessageDocument

CAMPAIGN_ANSWERED: Final = timedelta(hours=72)
"""Who writes later than this has most likely something else in mind."""

ArrivingEvent = MessageReceived | MessageEchoed
WindowField = Literal["window_expires_at"]
AGENT_AT: Final = "control.agent_at"


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A message that a channel received, or that was written in the business's own app."""

    channel: ChannelRef
    event: ArrivingEvent

    @property
    def is_standby(self) -> bool:
        """Whether another agent answers in the chat."""
        return self.event.standby

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it unique."""
        return (self.channel.workspace_id, self.channel.id, self.event.provider_id)


def check_names(arrival: Arrival) -> None:
    """Check that all ids in an arrival can be encoded for a query. Raises `UnicodeError`."""
    event = arrival.event
    names = (
        event.provider_id,
        event.reply_to,
        event.customer.external_id,
        event.customer.name,
        *event.customer.aliases,
    )
    "\n".join(name for name in names if name).encode()


def ids_of(customer: Customer) -> list[str]:
    """Return all ids of a customer's account, each once."""
    return list(dict.fromkeys((customer.external_id, *customer.aliases)))


def identity_keys(channel: ChannelRef, customer: Customer) -> list[str]:
    """Return the keys by which a customer's contact is found: kind and provider's id, also of the aliases."""
    return [f"{channel.kind}:{external_id}" for external_id in ids_of(customer)]


def new_contact(channel: ChannelRef, customer: Customer, at: datetime) -> ContactDocument:
    """Make the contact of a new customer."""
    contact: ContactDocument = {
        "_id": new_id(),
        "workspace_id": channel.workspace_id,
        "name": customer.name,
        "profile_name": customer.name,
        "identity_keys": identity_keys(channel, customer),
        "identities": [
            {"kind": channel.kind.value, "external_id": customer.external_id, "aliases": list(customer.aliases)}
        ],
        "created_at": at,
        "version": 1,
    }
    if customer.language:
        contact["language"] = customer.language
    return with_terms(contact)


def new_conversation(
    channel: ChannelRef,
    contact: ContactDocument,
    external_id: str,
    at: datetime,
    *,
    beginning: Moved | None = None,
    standby: bool = False,
) -> ConversationDocument:
    """Make the document of a conversation; it begins with the customer's message if nothing else is said."""
    carried = contact.get("windows", {}).get(channel.id, {})
    conversation: Fields = {
        "_id": new_id(),
        "workspace_id": channel.workspace_id,
        "channel_id": channel.id,
        "channel_kind": channel.kind.value,
        "identity": {"kind": channel.kind.value, "external_id": external_id},
        "contact_id": contact["_id"],
        **(_arrived(channel, at, standby=standby) if beginning is None else beginning.fields),
        "last_operator_id": contact.get("last_operator_id"),
        "read_seq": 0,
        "version": 1,
        "promised": {},
        **carried,
        **_answered_campaign(contact, channel, at),
    }
    return cast(ConversationDocument, conversation)


def _arrived(channel: ChannelRef, at: datetime, *, standby: bool) -> Fields:
    if standby:
        move = arrived_at_agent(channel.queue_id, at=at)
    elif channel.bot_id is not None:
        move = arrived_at_bot(channel.bot_id, channel.queue_id, at=at)
    else:
        move = arrived(channel.queue_id, at=at)
    return {**move.fields, "priority": channel.priority}


def _answered_campaign(contact: ContactDocument, channel: ChannelRef, at: datetime) -> Fields:
    """Name the campaign that a conversation answers: the last one the contact got here, if that is not long ago."""
    last = contact.get("campaigns", {}).get(channel.id)
    return {"campaign_id": last["id"]} if last is not None and at - last["at"] < CAMPAIGN_ANSWERED else {}


def promise_into(conversation: ConversationDocument, writer: str, seq: int, raised: Mapping[str, datetime]) -> None:
    """Note a first message in a conversation that is being opened, as a promise would in an open one."""
    conversation["promised"][writer] = max(seq, conversation["promised"].get(writer, 0))
    fields = cast(Fields, conversation)
    for field, value in raised.items():
        if field == AGENT_AT:
            conversation["control"] = {"agent_at": value}
        else:
            fields[field] = max(value, fields.get(field) or value)


def times_raised(arrivals: Sequence[Arrival], now: datetime) -> dict[str, datetime]:
    """Return all times that messages raise: windows, and when another agent was seen to answer."""
    seen = [time_or(one.event.provider_at, now) for one in arrivals if one.is_standby]
    raised: dict[str, datetime] = dict(windows_opened(arrivals, now).items())
    return raised | ({AGENT_AT: max(seen)} if seen else {})


def windows_opened(arrivals: Sequence[Arrival], now: datetime) -> dict[WindowField, datetime]:
    """Return the times that messages raise in their conversation (fields of its document)."""
    fields: dict[WindowField, datetime] = {}
    for arrival in arrivals:
        event = arrival.event
        if not isinstance(event, MessageReceived) or not event.opens_window:
            continue
        if arrival.channel.kind not in WINDOWED_KINDS:
            continue
        ends = window_end(event.provider_at, now)
        fields["window_expires_at"] = max(ends, fields.get("window_expires_at", ends))
    return fields


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an arriving message is put."""

    conversation_id: str
    contact_id: str
    seq: int
    reply_to: str | None


def new_message(arrival: Arrival, place: Place, at: datetime) -> MessageDocument:
    """Make the document of an arriving message."""
    event = arrival.event
    echoed = isinstance(event, MessageEchoed)
    answers = AuthorKind.AGENT if event.standby else AuthorKind.EXTERNAL
    author = Author(answers) if echoed else Author(AuthorKind.CONTACT, place.contact_id)
    message: Fields = {
        "_id": new_id(),
        "workspace_id": arrival.channel.workspace_id,
        "channel_id": arrival.channel.id,
        "conversation_id": place.conversation_id,
        "seq": place.seq,
        "direction": (Direction.OUT if echoed else Direction.IN).value,
        "author": to_document(author),
        "content": to_document(with_own_file(event.content)),
        "status": (MessageStatus.SENT if echoed else MessageStatus.RECEIVED).value,
        "reply_to": place.reply_to,
        "reply_to_provider_id": event.reply_to,
        "provider_id": event.provider_id,
        "provider_at": event.provider_at,
        "created_at": at,
        "group_id": event.group_id if isinstance(event, MessageReceived) else None,
        **({"standby": True} if event.standby else {}),
        **({"is_notice": True} if isinstance(event, MessageReceived) and event.is_notice else {}),
        "raw": event.raw,
        **(_told_beside(event) if isinstance(event, MessageReceived) else {}),
    }
    return cast(MessageDocument, message)


def _told_beside(event: MessageReceived) -> Fields:
    """Return what a provider tells of a message beside its content, as far as it does."""
    told = {
        "sender": event.sender,
        "forwarded_from": event.forwarded_from,
        "quote": event.quote,
        "referral": event.referral,
    }
    return {name: value for name, value in told.items() if value}
