"""What a message would cost if it were sent now, by its category. Pure.

Source: pricing, 30 Sep 2026: within an entry point's time every message is free; of replies those are that are among
the month's first thousand of the number, whoever sends them. Whether they were is the provider's verdict afterwards.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from inbox.money.price_rules import Basis, Price, Rate, Why

FREE_REPLIES: Final = 1_000
"""A month and number; an allowance that is left over is not carried into the next month."""


class Priced(StrEnum):
    """What a message can be, as far as its price goes; the word is the provider's category."""

    SERVICE = "service"
    UTILITY = "utility"
    MARKETING = "marketing"
    AUTHENTICATION = "authentication"


class WhyFree(StrEnum):
    """Why a message would cost nothing."""

    NOT_CHARGED = "not_charged"
    FREE_ENTRY_POINT = "free_entry_point"
    MONTHLY_ALLOWANCE = "monthly_allowance"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What decides, beside category and rate.

    Attributes:
        is_charged: The messenger takes money for messages.
        in_free_entry: The customer came by an advertisement, and the time without charge lasts.
        free_replies_left: Of the month, by our count.
        market: The customer's calling code; None where it is not known.
    """

    is_charged: bool
    in_free_entry: bool
    free_replies_left: int
    market: str | None


def free_replies_left(replies: int, charged: int) -> int:
    """Return how many of the month's replies are still free.

    Args:
        replies: That were delivered in the month.
        charged: Of these, those that were not free: one is enough to know that the allowance is used up.
    """
    return 0 if charged else max(0, FREE_REPLIES - replies)


def price_ahead(category: Priced, rate: Rate | Why, standing: Standing) -> Price:
    """Return what a message would cost. What has no rate is unknown, never 0."""
    free = _why_free(category, standing)
    if free is not None:
        return Price(basis=Basis.FREE, why=free, amount=0)
    if standing.market is None:
        return Price(basis=Basis.UNKNOWN, why=Why.UNKNOWN_MARKET)
    if isinstance(rate, Why):
        return Price(basis=Basis.UNKNOWN, why=rate)
    return Price(basis=Basis.ESTIMATED, amount=rate.amount, currency=rate.currency, rate=rate)


def _why_free(category: Priced, standing: Standing) -> WhyFree | None:
    reasons = (
        (not standing.is_charged, WhyFree.NOT_CHARGED),
        (standing.in_free_entry, WhyFree.FREE_ENTRY_POINT),
        (category is Priced.SERVICE and standing.free_replies_left > 0, WhyFree.MONTHLY_ALLOWANCE),
    )
    return next((why for is_so, why in reasons if is_so), None)
