"""Reads what is not a message: delivery statuses, marketing preferences, errors of the account."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from channels.whatsapp.errors import provider_error, webhook_error
from channels.whatsapp.message_shapes import ErrorShape
from channels.whatsapp.payments import PAYMENT, read_payment
from channels.whatsapp.reading import Scope, read_item, time_of
from channels.whatsapp.webhook_shapes import Preference, Pricing, Status, StatusHead
from inbox.arriving.inbound import (
    Customer,
    DeliveryStatus,
    InboundEvent,
    MarketingPreferenceChanged,
    ProviderNotice,
    StatusChanged,
    Undeciphered,
)
from inbox.model.provider_error import ProviderError

STATUSES = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
}
"""Meta's words for how far a message has come. Source: webhooks/reference/messages/status, 21 May 2026."""
PREFERENCES = {"stop": False, "resume": True, "signup": True}
"""Meta's words for the customer's choice. Source: webhooks/reference/user_preferences, 21 May 2026."""
MARKETING = "marketing_messages"
GROUP = "group"
"""`recipient_type` of a report on a message to a group. Source: groups/groups-messaging, 16 Jun 2026."""

_status = msgspec.json.Decoder(Status)
_status_head = msgspec.json.Decoder(StatusHead)
_preference = msgspec.json.Decoder(Preference)


def read_status(raw: Raw, scope: Scope) -> InboundEvent:
    """Read an item of `statuses`; a word we do not know becomes a notice."""
    status = read_item(raw, _status)
    if status is None:
        return _broken_status(raw, scope)
    if status.type == PAYMENT:
        return read_payment(status, raw, scope)
    word = STATUSES.get(status.status)
    if word is None:
        return _notice("statuses", raw, scope)
    recipient = status.recipient_id or status.recipient_user_id
    return StatusChanged(
        account_key=scope.account_key,
        raw=bytes(raw),
        provider_id=status.id,
        status=word,
        provider_at=time_of(status.timestamp),
        tracker=status.biz_opaque_callback_data,
        recipient=str(recipient) if recipient else None,
        customer=_recipient(status, scope),
        error=_error(word, status.errors),
        pricing=_pricing(status.pricing) if status.pricing is not None else {},
    )


def _recipient(status: Status, scope: Scope) -> Customer | None:
    """Say who got a message, with all ids that are named; None of a group, whose ids are nobody's."""
    if status.recipient_type == GROUP:
        return None
    return scope.contacts.customer(status.recipient_id, status.recipient_user_id, status.recipient_parent_user_id)


def _error(word: DeliveryStatus, errors: list[ErrorShape] | None) -> ProviderError | None:
    """Read why a message failed; a failure always has an explanation."""
    if errors:
        return webhook_error(errors[0])
    return provider_error(None, None) if word is DeliveryStatus.FAILED else None


def read_preference(raw: Raw, scope: Scope) -> InboundEvent:
    """Read an item of `user_preferences`; what is not about marketing becomes a notice."""
    preference = read_item(raw, _preference)
    if preference is None:
        return Undeciphered(account_key=scope.account_key, raw=bytes(raw), reason="a user preference has no value")
    accepts = PREFERENCES.get(preference.value)
    customer = scope.contacts.customer(preference.wa_id, preference.user_id, preference.parent_user_id)
    if accepts is None or customer is None or preference.category not in {MARKETING, None}:
        return _notice("user_preferences", raw, scope)
    return MarketingPreferenceChanged(
        account_key=scope.account_key,
        raw=bytes(raw),
        customer=customer,
        accepts_marketing=accepts,
        provider_at=time_of(preference.timestamp),
    )


def read_error(raw: Raw, scope: Scope) -> InboundEvent:
    """Keep an error that is about no single message."""
    return _notice("errors", raw, scope)


def _broken_status(raw: Raw, scope: Scope) -> InboundEvent:
    """Take a status whose details have no known shape, as long as it says which message and what."""
    head = read_item(raw, _status_head)
    word = STATUSES.get(head.status) if head is not None and head.type != PAYMENT else None
    if head is None or word is None:
        return Undeciphered(account_key=scope.account_key, raw=bytes(raw), reason="a status has no readable id or word")
    return StatusChanged(
        account_key=scope.account_key,
        raw=bytes(raw),
        provider_id=head.id,
        status=word,
        provider_at=time_of(head.timestamp),
        error=_error(word, None),
    )


def _pricing(pricing: Pricing) -> dict[str, str]:
    """Return the price facts as strings, what is absent left out."""
    facts = {"category": pricing.category, "type": pricing.type, "pricing_model": pricing.pricing_model}
    prices = {name: word for name, word in facts.items() if word}
    if pricing.billable is not None:
        prices["billable"] = "true" if pricing.billable else "false"
    return prices


def _notice(topic: str, raw: Raw, scope: Scope) -> ProviderNotice:
    return ProviderNotice(account_key=scope.account_key, raw=bytes(raw), topic=topic)
