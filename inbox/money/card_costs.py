"""What messages to many markets would cost by a rate card: the forecast of a campaign."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from inbox.money.card_store import rate_in
from inbox.money.price_rules import Rate, amount_text
from inbox.storage.documents import RateCardDocument


class CardCost(msgspec.Struct, frozen=True, kw_only=True):
    """What it costs by the rate card that counts.

    Attributes:
        amount: A decimal, without volume discounts; what has no rate is not in it.
        unknown: Recipients in markets without a rate.
        by_market: Country calling code → amount; null where there is no rate.
    """

    rate_card_id: str
    currency: str
    amount: str
    unknown: int
    by_market: Mapping[str, str | None]


def cost_in(card: RateCardDocument, counts: Mapping[str, int], category: str) -> CardCost:
    """Add up what messages cost by a card."""
    rates = {market: rate_in(card, market, category) for market in counts}
    amounts = {m: rate.amount * counts[m] if isinstance(rate, Rate) else None for m, rate in rates.items()}
    return CardCost(
        rate_card_id=card["_id"],
        currency=card["currency"],
        amount=amount_text(sum(amount for amount in amounts.values() if amount is not None)),
        unknown=sum(counts[market] for market, amount in amounts.items() if amount is None),
        by_market={market: None if amount is None else amount_text(amount) for market, amount in amounts.items()},
    )
