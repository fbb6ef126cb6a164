"""What a message costs, from what its provider told and a rate. Pure.

Source: pricing, rewritten 30 Sep 2026; webhooks/reference/messages/status. Charged on delivery, once a message; the
provider's `type` decides what is free, not a count of ours. Words that are not known here make a price unknown, never
0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

Pricing = Mapping[str, str]
MILLIONTHS: Final = 1_000_000
DECIMALS: Final = 6
"""Of an amount: one more than any rate of Meta's has."""
MAX_UNITS: Final = 1_000_000
"""Of one message in any currency. The sum of nine million such messages still fits into MongoDB's integer."""


class Basis(StrEnum):
    """How a price is known."""

    ESTIMATED = "estimated"
    """By a rate card."""
    REPORTED = "reported"
    """The provider named an amount."""
    FREE = "free"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a price is not known; of what is free, the provider's own word or one of the first two."""

    NOT_DELIVERED = "not_delivered"
    NOT_BILLABLE = "not_billable"
    NOTHING_TOLD = "nothing_told"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_MARKET = "unknown_market"
    NO_RATE_CARD = "no_rate_card"
    NO_RATE = "no_rate"


class Rate(NamedTuple):
    """A card's rate for one message, in millionths."""

    amount: int
    currency: str
    card_id: str


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """A price and how it is known; `amount` is None where it is not."""

    basis: Basis
    why: str | None = None
    amount: int | None = None
    currency: str | None = None
    rate: Rate | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """All that was told of a message, whatever the order and however often."""

    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    pricing: Mapping[str, Pricing] = {}

    @property
    def deciding(self) -> Pricing:
        """What was told with the delivery, or before it."""
        return next((self.pricing[status] for status in _DECIDING if self.pricing.get(status)), {})


SENT: Final = "sent"
DELIVERED: Final = frozenset({"delivered", "read"})
_DECIDING: Final = ("delivered", "read", SENT)
_REGULAR: Final = "regular"
_FREE_TYPES: Final = frozenset({"free_customer_service", "free_group_customer_service", "free_entry_point"})
_EXEMPT: Final = "paid_exempt"
_CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "marketing": ("marketing",),
    "marketing_lite": ("marketing",),
    "group_marketing": ("marketing",),
    "utility": ("utility",),
    "group_utility": ("utility",),
    "service": ("service", "utility"),
    "group_service": ("service", "utility"),
    "authentication": ("authentication",),
    "authentication-international": ("authentication_international",),
    "authentication_international": ("authentication_international",),
}
"""A category of the provider's → under which categories a card may have its rate. A reply costs what utility costs in
its market, and cards before October 2026 have no column for it."""
CARD_CATEGORIES: Final = frozenset(name for names in _CATEGORIES.values() for name in names)
MARKETING: Final = frozenset(name for name, rates in _CATEGORIES.items() if rates == ("marketing",))


def told_with(told: Told, status: str, at: datetime, pricing: Pricing) -> Told:
    """Add one telling; any order of the same tellings makes the same."""
    known = told.pricing.get(status)
    kept = min((one for one in (known, pricing) if one), key=lambda one: sorted(one.items()), default=None)
    return msgspec.structs.replace(
        told,
        sent_at=_earlier(told.sent_at, at) if status == SENT else told.sent_at,
        delivered_at=_earlier(told.delivered_at, at) if status in DELIVERED else told.delivered_at,
        pricing={**told.pricing, status: kept} if kept else told.pricing,
    )


def card_categories(category: str | None) -> tuple[str, ...]:
    """Return under which categories a card may have the rate; none of a category that is not known."""
    return _CATEGORIES.get(category or "", ())


def price_of(told: Told, market: str | None, rate: Rate | Why) -> Price:
    """Return what a message costs.

    Args:
        told: By the provider.
        market: The calling code; None where it is not known.
        rate: The card's for market and category, or why there is none.
    """
    if told.delivered_at is None:
        return Price(basis=Basis.FREE, why=Why.NOT_DELIVERED, amount=0)
    pricing = told.deciding
    return _free(pricing) or _reported(pricing) or _estimated(pricing, market, rate)


def _free(pricing: Pricing) -> Price | None:
    if pricing.get("subtype") == _EXEMPT:
        return Price(basis=Basis.FREE, why=_EXEMPT, amount=0)
    if pricing.get("type") in _FREE_TYPES:
        return Price(basis=Basis.FREE, why=pricing["type"], amount=0)
    if "type" not in pricing and pricing.get("billable") == "false":
        return Price(basis=Basis.FREE, why=Why.NOT_BILLABLE, amount=0)
    return None


def _reported(pricing: Pricing) -> Price | None:
    """Return the amount that the provider named: so far only for marketing with a highest price."""
    amount, currency = read_amount(pricing.get("cost_amount", "")), pricing.get("cost_currency")
    if amount is None or not currency:
        return None
    return Price(basis=Basis.REPORTED, amount=amount, currency=currency)


def _estimated(pricing: Pricing, market: str | None, rate: Rate | Why) -> Price:
    why = _why_unknown(pricing, market) or (rate if isinstance(rate, Why) else None)
    if why is not None or isinstance(rate, Why):
        return Price(basis=Basis.UNKNOWN, why=why)
    return Price(basis=Basis.ESTIMATED, amount=rate.amount, currency=rate.currency, rate=rate)


def _why_unknown(pricing: Pricing, market: str | None) -> Why | None:
    reasons = (
        (not pricing, Why.NOTHING_TOLD),
        (pricing.get("type", _REGULAR) != _REGULAR, Why.UNKNOWN_TYPE),
        (not card_categories(pricing.get("category")), Why.UNKNOWN_CATEGORY),
        (market is None, Why.UNKNOWN_MARKET),
    )
    return next((why for is_so, why in reasons if is_so), None)


def read_amount(text: str) -> int | None:
    """Read a decimal as millionths; None for what is none, negative, too large or too fine."""
    try:
        number = Decimal(text)
        if not 0 <= number <= MAX_UNITS:
            return None
    except InvalidOperation:
        return None
    scaled = number * MILLIONTHS
    return int(scaled) if scaled == scaled.to_integral_value() else None


def amount_text(amount: int) -> str:
    """Write millionths as a decimal, with as many digits as needed and at least two."""
    whole, rest = divmod(abs(amount), MILLIONTHS)
    digits = f"{rest:0{DECIMALS}d}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount < 0 else ''}{whole}.{digits}"


def together(amounts: Iterable[int | None]) -> int:
    """Add what is known."""
    return sum(amount for amount in amounts if amount is not None)


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)
