"""What messages cost: what providers told, the ledger, its sums, rate cards and budgets.

Amounts are whole millionths of the currency's unit: they add up without rounding.
"""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class ChargeReportDocument(TypedDict):
    """What a provider told of a message's price or delivery, until it is in the ledger (`inbox.money.ledger`)."""

    _id: str
    workspace_id: str
    channel_id: str
    provider_id: str
    message_id: str | None
    """None where the message is not ours: of the phone app, or of another system on the same number."""
    recipient: str | None
    """The customer's id at the provider, until the market is read from it."""
    status: str
    """Of `inbox.arriving.inbound.DeliveryStatus`."""
    at: datetime
    pricing: dict[str, str]


class ChargeDocument(TypedDict):
    """A message that the provider may charge for. `_id` is `channel:provider_id`, so that repeats add nothing."""

    _id: str
    workspace_id: str
    channel_id: str
    provider_id: str
    message_id: str | None
    conversation_id: str | None
    queue_id: str | None
    operator_id: str | None
    campaign_id: str | None
    occasion: str | None
    """Of `inbox.model.occasions.Occasion`: what an automatic text was for."""
    endpoint: str | None
    """Which of the provider's endpoints took it."""
    market: str | None
    """The country calling code."""
    sent_at: datetime | None
    delivered_at: datetime | None
    told: dict[str, dict[str, str]]
    """Status → `pricing` as the provider told it with this status."""
    day: NotRequired[str]
    """The date of `delivered_at` in the workspace's time zone at that time."""
    category: str | None
    basis: str
    """Of `inbox.money.price_rules.Basis`."""
    why: NotRequired[str]
    """Why it is free, or not known."""
    amount: int | None
    currency: str | None
    rate: int | None
    card_id: str | None


class CostCellDocument(TypedDict):
    """A sum over the ledger. `_id` names all that its messages have in common."""

    _id: str
    workspace_id: str
    day: str
    channel_id: str
    queue_id: str | None
    operator_id: str | None
    campaign_id: str | None
    occasion: str | None
    endpoint: str | None
    market: str | None
    category: str | None
    currency: str | None
    basis: str
    messages: int
    amount: int


class RateCardDocument(TypedDict):
    """What messages cost from a date on (`inbox.money.card_store`). Never changed: a newer one takes its place."""

    _id: str
    workspace_id: str
    channel_id: str | None
    """None: for all channels that have no card of their own."""
    currency: str
    effective_at: datetime
    created_at: datetime
    created_by: str
    rates: dict[str, dict[str, int]]
    """Calling code (`*`: all others) → category → rate."""
    reprice_after: NotRequired[datetime]
    """How far messages without a price were looked at again; absent when that is done."""
    reprice_after_id: NotRequired[str]
    """The last row of that time that was looked at."""


class BudgetDocument(TypedDict):
    """What a channel's marketing may cost a month. `_id` is the channel's."""

    _id: str
    workspace_id: str
    currency: str
    monthly_amount: int
    warn_at_percent: int
    stops: bool
    warned_month: NotRequired[str]
    """`2026-11`: for which month it was told that the budget is nearly spent."""
    spent_month: NotRequired[str]
    """For which month it was told that the budget is spent."""
