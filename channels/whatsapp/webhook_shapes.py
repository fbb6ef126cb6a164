"""The shapes of Meta's webhook around the messages, and of what is no message.

Items stay `msgspec.Raw` until their turn, so that a broken one hurts no other.

Source: webhooks/reference/messages and its pages, 21 May 2026.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated

from msgspec import Meta, Raw

from channels.whatsapp.limits import MAX_TRACKER_CHARS
from channels.whatsapp.message_shapes import ErrorShape, LongText, MessageId, PersonId, Shape, Words

PaidParts = Annotated[int, Meta(ge=0, le=2**53)]
"""JavaScript's exact integers."""
_EARLIEST_SECONDS = 1_230_768_000
"""1 January 2009, the year WhatsApp began: what is earlier is nonsense."""
_LATEST_SECONDS = 4_102_444_800
"""1 January 2100: what is later is nonsense, or milliseconds."""

_MAX_TIMESTAMP_CHARS = 24
"""Longer than any number that is a time; bounds what the cache keeps."""


class ChangeShape(Shape):
    """One change of an entry; `field` says what `value` is."""

    field: Words
    value: Raw


class EntryShape(Shape):
    """The changes of one business account."""

    changes: list[ChangeShape]
    id: PersonId = None
    time: object = None


class EnvelopeShape(Shape):
    """The body of a webhook call."""

    object: Words
    entry: list[EntryShape]


class LooseEnvelopeShape(Shape):
    """The same, where an entry or change may be broken."""

    object: Words
    entry: list[Raw]


class LooseEntryShape(Shape):
    """An entry of which a change may be broken."""

    changes: list[Raw]
    id: object = None
    time: object = None


class MetadataShape(Shape):
    """The business's number that the update is about."""

    phone_number_id: PersonId = None


class SubjectShape(Shape):
    """The little that the values of all fields may share."""

    metadata: MetadataShape | None = None


class ProfileShape(Shape):
    """What the customer shows of themselves."""

    name: Words | None = None
    username: Words | None = None


class ContactShape(Shape):
    """A customer, by phone, business-scoped id or both."""

    profile: ProfileShape | None = None
    wa_id: PersonId = None
    user_id: PersonId = None
    parent_user_id: PersonId = None


class ValueShape(Shape):
    """The value of the message fields; more than one list may be filled."""

    metadata: MetadataShape | None = None
    contacts: list[ContactShape] | None = None
    messages: list[Raw] | None = None
    message_echoes: list[Raw] | None = None
    statuses: list[Raw] | None = None
    user_preferences: list[Raw] | None = None
    user_actions: list[Raw] | None = None
    errors: list[Raw] | None = None


class StandbyValueShape(Shape):
    """The value of `standby`: what happens in a chat in which another agent answers.

    Source: webhooks/reference/standby, 4 Aug 2026.
    """

    standby: ValueShape
    metadata: MetadataShape | None = None
    contacts: list[ContactShape] | None = None


class PartyShape(Shape):
    """The customer of a handover."""

    phone_number: PersonId = None
    wa_id: PersonId = None
    user_id: PersonId = None
    parent_user_id: PersonId = None


class SummaryShape(Shape):
    """What was said before a handover."""

    text: LongText | None = None


class ContextOfTalkShape(Shape):
    """What the agent that hands over says of the conversation."""

    summary: SummaryShape | None = None


class HandoverShape(Shape):
    """Who answered before, and who does now."""

    previous_owner_role: Words | None = None
    new_owner_role: Words | None = None
    metadata: Words | None = None
    conversation_context: ContextOfTalkShape | None = None


class HandoverValueShape(Shape, kw_only=True):
    """The value of `messaging_handovers`: `type` names which of the two parts is there.

    Source: webhooks/reference/messaging-handovers, 22 Sep 2026.
    """

    type: Words
    sender: PartyShape | None = None
    recipient: MetadataShape | None = None
    metadata: MetadataShape | None = None
    timestamp: object = None
    control_passed: HandoverShape | None = None
    control_taken: HandoverShape | None = None


_ABSENT = Raw(b"null")


class LooseValueShape(Shape):
    """The same, where any part may be broken."""

    metadata: Raw = _ABSENT
    contacts: Raw = _ABSENT
    messages: Raw = _ABSENT
    message_echoes: Raw = _ABSENT
    statuses: Raw = _ABSENT
    user_preferences: Raw = _ABSENT
    user_actions: Raw = _ABSENT
    errors: Raw = _ABSENT


class AmountShape(Shape):
    """An amount in parts of a currency's unit: `offset` parts make one."""

    value: PaidParts
    offset: PaidParts = 100


class PaymentShape(Shape):
    """What a customer paid for an order."""

    reference_id: Words = ""
    amount: AmountShape | None = None
    total_amount: AmountShape | None = None
    currency: Words = ""


class StatusShape(Shape, kw_only=True):
    """How far an outgoing message has come, or the payment of an order."""

    id: MessageId
    status: Words
    type: object = None
    payment: Raw = _ABSENT
    timestamp: object = None
    recipient_id: PersonId = None
    recipient_user_id: PersonId = None
    recipient_parent_user_id: PersonId = None
    recipient_type: str | None = None
    biz_opaque_callback_data: Annotated[str, Meta(max_length=MAX_TRACKER_CHARS)] | None = None
    errors: list[ErrorShape] | None = None
    pricing: object = None
    """Words of Meta's, of which new ones come at any time: odd, they must not cost the status."""
    conversation: object = None
    """Only within the time without charge after an advertisement, from Graph 24 on."""


class StatusHeadShape(Shape, kw_only=True):
    """What of a status must be readable."""

    id: MessageId
    status: Words
    type: object = None
    timestamp: object = None
    pricing: object = None


class PreferenceShape(Shape, kw_only=True):
    """The customer's choice about marketing."""

    value: Words
    category: Words | None = None
    wa_id: PersonId = None
    user_id: PersonId = None
    parent_user_id: PersonId = None
    timestamp: object = None


def time_of(timestamp: object) -> datetime | None:
    """Read Meta's time: seconds since 1970 as text or number. Nonsense is None."""
    if type(timestamp) is not str:
        timestamp = str(timestamp)
    return _cached_time(timestamp) if len(timestamp) <= _MAX_TIMESTAMP_CHARS else None


@lru_cache(maxsize=1024)
def _cached_time(timestamp: str) -> datetime | None:
    """Remember recent seconds: messages of the same second come together, and this is a fifth of the parsing."""
    try:
        seconds = int(float(timestamp))
    except (ValueError, OverflowError):
        return None
    if _EARLIEST_SECONDS <= seconds < _LATEST_SECONDS:
        return datetime.fromtimestamp(seconds, UTC)
    return None
