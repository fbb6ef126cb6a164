"""Reads what is not a message: delivery statuses, payments, marketing preferences, errors of the account."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Raw

from channels.json_repair import clean_text, decode_or_repair
from channels.whatsapp.customers import ItemScope
from channels.whatsapp.errors import provider_error, webhook_error
from channels.whatsapp.message_shapes import ErrorShape
from channels.whatsapp.webhook_shapes import (
    AmountShape,
    PaymentShape,
    PreferenceShape,
    StatusHeadShape,
    StatusShape,
    time_of,
)
from inbox.arriving.clicks import USER_ACTIONS
from inbox.arriving.inbound import (
    Customer,
    DeliveryStatus,
    InboundEvent,
    MarketingPreferenceChanged,
    MessageReceived,
    ProviderNotice,
    StatusChanged,
    Undeciphered,
)
from inbox.model.content import SystemContent
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
PAYMENT: Final = "payment"
"""`type` of a status that tells of a payment."""
MAX_WORD_CHARS: Final = 64
"""Longer than any currency, order number (35) or state of Meta's."""
MAX_PRICE_FACTS: Final = 32
"""Meta has seven."""
_FACT_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_ENTRY_POINT: Final = "referral_conversion"
"""Of a `conversation`: the time without charge after an advertisement. Others were told of before Graph 24."""
_STATES: Final = {"captured": "arrived", "pending": "is pending", "failed": "failed", "canceled": "was cancelled"}

_status = msgspec.json.Decoder(StatusShape)
_status_head = msgspec.json.Decoder(StatusHeadShape)
_preference = msgspec.json.Decoder(PreferenceShape)
_payment = msgspec.json.Decoder(PaymentShape)


def read_status(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Read an item of `statuses`; a word we do not know becomes a notice."""
    status = decode_or_repair(raw, _status)
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
        pricing=_pricing(status.pricing),
        free_entry_until=_free_entry_until(status.conversation),
    )


def _recipient(status: StatusShape, scope: ItemScope) -> Customer | None:
    """Return who got a message, with all ids that are named; None of a group, whose ids are nobody's."""
    if status.recipient_type == GROUP:
        return None
    return scope.contacts.customer(status.recipient_id, status.recipient_user_id, status.recipient_parent_user_id)


def _error(word: DeliveryStatus, errors: list[ErrorShape] | None) -> ProviderError | None:
    """Read why a message failed; a failure always has an explanation."""
    if errors:
        return webhook_error(errors[0])
    return provider_error(None, None) if word is DeliveryStatus.FAILED else None


def read_preference(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Read an item of `user_preferences`; what is not about marketing becomes a notice."""
    preference = decode_or_repair(raw, _preference)
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


def read_user_action(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Keep what a customer did with a marketing message: a click says neither who it was nor which message.

    Source: marketing-messages/track-click-events, 30 Jun 2026.
    """
    return _notice(USER_ACTIONS, raw, scope)


def read_error(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Keep an error that is about no single message."""
    return _notice("errors", raw, scope)


def _broken_status(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Take a status whose details have no known shape, as long as it says which message and what."""
    head = decode_or_repair(raw, _status_head)
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
        pricing=_pricing(head.pricing),
    )


def _pricing(pricing: object) -> dict[str, str]:
    """Return the price facts as strings; words and names that are not known are kept."""
    if not isinstance(pricing, dict):
        return {}
    facts = {
        name: _fact(value) for name, value in list(pricing.items())[:MAX_PRICE_FACTS] if _FACT_NAME.fullmatch(name)
    }
    cost = pricing.get("cost")
    if isinstance(cost, dict):
        facts |= {"cost_amount": _word(cost.get("amount")), "cost_currency": _word(cost.get("currency"))}
    return {name: word for name, word in facts.items() if word}


def _fact(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else _word(value)


def _free_entry_until(conversation: object) -> datetime | None:
    """Return how long all is free after an advertisement; None where a status tells of no such time.

    It has changed its length: 72 hours, up to 7 days since September 2026. So Meta's word counts, and nothing is added
    up here. Source: pricing (free entry points), 30 Sep 2026; webhooks/reference/messages/status (`conversation`).
    """
    if not isinstance(conversation, dict):
        return None
    origin = conversation.get("origin")
    is_entry = isinstance(origin, dict) and origin.get("type") == _ENTRY_POINT
    return time_of(conversation.get("expiration_timestamp")) if is_entry else None


def _word(value: object) -> str | None:
    """Return a word or number as text; None for whatever else stands there."""
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return clean_text(str(value))[:MAX_WORD_CHARS] if is_plain else None


def _notice(topic: str, raw: Raw, scope: ItemScope) -> ProviderNotice:
    return ProviderNotice(account_key=scope.account_key, raw=bytes(raw), topic=topic)


def read_payment(status: StatusShape, raw: Raw, scope: ItemScope) -> InboundEvent:
    """Read a payment's news: a line in the conversation; without a customer it is a notice."""
    payment = decode_or_repair(status.payment, _payment) or PaymentShape()
    customer = scope.contacts.customer(status.recipient_id, status.recipient_user_id)
    if customer is None:
        return ProviderNotice(account_key=scope.account_key, raw=bytes(raw), topic=PAYMENT)
    word = clean_text(status.status)[:MAX_WORD_CHARS]
    return MessageReceived(
        account_key=scope.account_key,
        raw=bytes(raw),
        customer=customer,
        provider_id=f"{status.id}:{PAYMENT}:{word}",
        content=_said(payment, word),
        provider_at=time_of(status.timestamp),
        reply_to=status.id,
        opens_window=False,
    )


def _said(payment: PaymentShape, word: str) -> SystemContent:
    amount = payment.total_amount or payment.amount
    currency, order = (clean_text(name)[:MAX_WORD_CHARS] for name in (payment.currency, payment.reference_id))
    paid = _units(amount) if amount is not None else ""
    facts = {"status": word, "reference_id": order, "amount": paid, "currency": currency if paid else ""}
    money = f" of {paid} {currency}".rstrip() if paid else ""
    of_order = f" for order {order}" if order else ""
    return SystemContent(
        code=PAYMENT,
        text=f"The payment{money}{of_order} {_STATES.get(word, word)}.",
        data={name: fact for name, fact in facts.items() if fact},
    )


def _units(amount: AmountShape) -> str:
    """Read an amount by its own offset, with as many digits as the offset has noughts."""
    digits = len(str(amount.offset)) - 1
    return f"{Decimal(amount.value) / max(1, amount.offset):.{digits}f}"
