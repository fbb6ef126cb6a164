"""Reads that a customer paid for an order, or could not: it comes among the statuses, but is none.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/payments-api/payments-in/pg, "Receive payment status".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Raw

from channels.json_repair import clean_text
from channels.whatsapp.reading import Scope, read_item, time_of
from channels.whatsapp.webhook_shapes import Amount, Payment, Status
from inbox.arriving.inbound import InboundEvent, MessageReceived, ProviderNotice
from inbox.model.content import SystemContent

PAYMENT: Final = "payment"
"""`type` of a status that tells of a payment."""
MAX_WORD_CHARS: Final = 64
"""Longer than any currency, order number (35) or state of Meta's."""

_STATES: Final = {"captured": "arrived", "pending": "is pending", "failed": "failed", "canceled": "was cancelled"}

_payment = msgspec.json.Decoder(Payment)


def read_payment(status: Status, raw: Raw, scope: Scope) -> InboundEvent:
    """Read a payment's news: a line in the conversation; without a customer it is a notice."""
    payment = read_item(status.payment, _payment) or Payment()
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


def _said(payment: Payment, word: str) -> SystemContent:
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


def _units(amount: Amount) -> str:
    """Read an amount by its own offset, with as many digits as the offset has noughts."""
    digits = len(str(amount.offset)) - 1
    return f"{Decimal(amount.value) / max(1, amount.offset):.{digits}f}"
