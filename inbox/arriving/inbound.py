"""The events that connectors parse from webhooks, the same for every provider.

Connectors parse; the ingest stores. Nothing here names a provider, and every value
is complete in itself, so that a batch can be split, repeated and reordered freely.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from inbox.contacts.profile_names import profile_name
from inbox.model.content import Content
from inbox.model.provider_error import ProviderError


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of inbound values.

    Attributes:
        account_key: The provider's id of the business account's number that the update names
            (WhatsApp: phone number id). None where the webhook's own channel is meant.
        raw: The bytes of this one item as the provider sent them.
    """

    account_key: str | None = None
    raw: bytes = b""


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """The customer's account with the provider.

    Attributes:
        external_id: The provider's id to answer to (WhatsApp: digits of the phone, or the
            business-scoped user id of a user without a phone).
        aliases: Further ids of the same person (business-scoped id beside the phone; the
            Brazilian and Mexican spelling with and without the extra digit).
        name: The profile name as it is shown, None where the provider does not tell it or nothing is to be seen of it.
        language: Of their app, such as `pt-br`; a new contact begins with it.
    """

    external_id: str
    aliases: tuple[str, ...] = ()
    name: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        """Make the name one that can be shown, whichever connector read it."""
        if self.name is not None:
            msgspec.structs.force_setattr(self, "name", profile_name(self.name))


class MessageReceived(_Event, frozen=True, kw_only=True):
    """The customer wrote.

    Attributes:
        provider_id: Unique within a channel.
        reply_to: Provider's id of the message it answers.
        provider_at: The provider's time, aware UTC; None when the provider gave none or nonsense.
        opens_window: False for system messages, which open no reply window.
        is_notice: Nobody wrote; the provider tells of something. It is shown where a conversation is open, and
            opens none.
        group_id: Album id; messages that share it are shown as one group.
        referral: The advertisement or post that led here, as the provider's own facts (`headline`,
            `source_url`, …); empty where there is none.
        acknowledge: The provider's handle by which it waits to hear that this arrived (a pressed button).
        sender: The name of who wrote, where the customer is a group.
        forwarded_from: The name of whose words the customer passes on.
        quote: The words that this is about, of another chat or chosen out of a message, with where they stand.
        standby: Another agent answers in the chat: this is shown, and nobody of us answers.
    """

    customer: Customer
    provider_id: str
    content: Content
    provider_at: datetime | None = None
    reply_to: str | None = None
    opens_window: bool = True
    is_notice: bool = False
    group_id: str | None = None
    referral: dict[str, str] = {}
    acknowledge: str | None = None
    sender: str | None = None
    forwarded_from: str | None = None
    quote: str | None = None
    standby: bool = False


class MessageEchoed(_Event, frozen=True, kw_only=True):
    """The business wrote from its own phone app (author `external`), or another agent in the chat (`standby`)."""

    customer: Customer
    provider_id: str
    content: Content
    provider_at: datetime | None = None
    reply_to: str | None = None
    standby: bool = False


class MessageEdited(_Event, frozen=True, kw_only=True):
    """Somebody changed the message `target`; `provider_id` is the edit's own id."""

    customer: Customer
    provider_id: str
    target: str
    content: Content
    provider_at: datetime | None = None
    by_business: bool = False


class MessageRevoked(_Event, frozen=True, kw_only=True):
    """Somebody deleted the message `target`."""

    customer: Customer
    provider_id: str
    target: str
    provider_at: datetime | None = None
    by_business: bool = False


class ReactionChanged(_Event, frozen=True, kw_only=True):
    """The customer reacted to `target`; an empty `emoji` takes the reaction back."""

    customer: Customer
    provider_id: str
    target: str
    emoji: str
    provider_at: datetime | None = None
    by_business: bool = False


class DeliveryStatus(StrEnum):
    """States that a provider reports of an outgoing message (`played` counts as read)."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class StatusChanged(_Event, frozen=True, kw_only=True):
    """An outgoing message moved on.

    Attributes:
        tracker: Our message id where it travelled with the send (`biz_opaque_callback_data`).
        recipient: Provider's id of the customer, None where left out.
        customer: The customer with all ids that the report names, None where it names none, or a group.
        pricing: Provider's price facts as strings (category, type, billable).
        free_entry_until: How long everything to this customer is free after an advertisement, where a report says so.
    """

    provider_id: str
    status: DeliveryStatus
    provider_at: datetime | None = None
    tracker: str | None = None
    recipient: str | None = None
    customer: Customer | None = None
    error: ProviderError | None = None
    pricing: dict[str, str] = {}
    free_entry_until: datetime | None = None


class IdentityChanged(_Event, frozen=True, kw_only=True):
    """The customer's id changed (new phone number): the contact stays the same.

    Attributes:
        previous: The old external id.
        provider_id: Id of the system message that said so.
    """

    customer: Customer
    previous: str
    provider_id: str
    text: str | None = None
    provider_at: datetime | None = None


class CustomerNamed(_Event, frozen=True, kw_only=True):
    """A provider named ids of one customer together, and told nothing else."""

    customer: Customer


class MarketingPreferenceChanged(_Event, frozen=True, kw_only=True):
    """The customer stopped or resumed marketing messages in the messenger itself."""

    customer: Customer
    accepts_marketing: bool
    provider_at: datetime | None = None


class ReachabilityChanged(_Event, frozen=True, kw_only=True):
    """The customer blocked the business in the messenger, or let it write again.

    Attributes:
        provider_id: The change's own id.
        reachable: Whether the business can write to the customer on this channel.
    """

    customer: Customer
    provider_id: str
    reachable: bool
    provider_at: datetime | None = None


class ControlChanged(_Event, frozen=True, kw_only=True):
    """Who answers in a chat is another one now.

    Attributes:
        provider_id: The change's own id.
        ours: It is for us to answer; otherwise another agent does.
        before: The provider's word for who answered before.
        after: The provider's word for who answers now.
        summary: What was said so far, in the words of who hands over.
    """

    customer: Customer
    provider_id: str
    ours: bool
    before: str | None = None
    after: str | None = None
    summary: str | None = None
    provider_at: datetime | None = None


class ProviderNotice(_Event, frozen=True, kw_only=True):
    """A well-formed update that is about no message (templates, quality, calls, groups, account).

    Attributes:
        topic: The provider's field name, such as `message_template_status_update`.
        scope_key: Provider's id of the business account (WhatsApp: WABA id).
        told_at: When the provider told it: the same words at another time are another notice.
    """

    topic: str
    scope_key: str | None = None
    told_at: datetime | None = None


class Undeciphered(_Event, frozen=True, kw_only=True):
    """One item that could not be parsed; stored as a dead letter.

    Attributes:
        reason: One line, without any of the customer's data.
    """

    reason: str


InboundEvent = (
    MessageReceived
    | MessageEchoed
    | MessageEdited
    | MessageRevoked
    | ReactionChanged
    | StatusChanged
    | IdentityChanged
    | CustomerNamed
    | MarketingPreferenceChanged
    | ReachabilityChanged
    | ControlChanged
    | ProviderNotice
    | Undeciphered
)
