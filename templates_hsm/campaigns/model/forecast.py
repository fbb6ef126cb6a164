"""Estimates a campaign's time, days and cost before it starts. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from inbox.sending.pacing import CAMPAIGN_SHARE
from templates_hsm.campaigns.model.forecast_models import Forecast, ForecastAsked

OTHERS = "*"


def forecast(
    countries: Mapping[str, int], *, wished_rate: int | None, number_rate: float, asked: ForecastAsked
) -> Forecast:
    """Estimate a campaign's time and cost.

    Args:
        countries: Recipients by country calling code.
        wished_rate: The campaign's own rate in messages a second, if it has one.
        number_rate: What the number allows.
        asked: What only the business knows.
    """
    recipients = sum(countries.values())
    most = number_rate * CAMPAIGN_SHARE
    rate = min(wished_rate or most, most)
    days = math.ceil(recipients / asked.messaging_limit) if asked.messaging_limit else 1
    cost, unpriced = _cost(countries, asked.prices)
    return Forecast(
        recipients=recipients,
        rate_per_second=round(rate, 1),
        seconds=math.ceil(recipients / rate),
        days=max(days, 1),
        limited_by=_limited_by(wished_rate, most, days),
        cost=cost,
        unpriced=unpriced,
    )


def _limited_by(wished_rate: int | None, most: float, days: int) -> str:
    if days > 1:
        return "messaging_limit"
    return "campaign" if wished_rate is not None and wished_rate <= most else "number"


def _cost(countries: Mapping[str, int], prices: Mapping[str, float]) -> tuple[float | None, int]:
    if not prices:
        return None, 0
    priced = {code: prices.get(code, prices.get(OTHERS)) for code in countries}
    unpriced = sum(count for code, count in countries.items() if priced[code] is None)
    return round(sum(countries[code] * (price or 0.0) for code, price in priced.items()), 2), unpriced
