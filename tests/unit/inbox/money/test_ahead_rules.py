"""What a message would cost, before it is sent."""

from __future__ import annotations

import itertools

import pytest

from inbox.money.ahead_rules import Priced, Standing, free_replies_left, price_ahead
from inbox.money.price_rules import Basis, Rate, Why

RATE = Rate(7_700, "USD", "card")


def standing(
    *, is_charged: bool = True, in_free_entry: bool = False, left: int = 0, market: str | None = "49"
) -> Standing:
    return Standing(is_charged=is_charged, in_free_entry=in_free_entry, free_replies_left=left, market=market)


@pytest.mark.parametrize(
    ("category", "here", "rate", "expected"),
    [
        (Priced.SERVICE, standing(left=1), RATE, (Basis.FREE, "monthly_allowance", 0)),
        (Priced.SERVICE, standing(left=1, market=None), Why.NO_RATE, (Basis.FREE, "monthly_allowance", 0)),
        (Priced.SERVICE, standing(), RATE, (Basis.ESTIMATED, None, 7_700)),
        (Priced.UTILITY, standing(left=1_000), RATE, (Basis.ESTIMATED, None, 7_700)),
        (Priced.MARKETING, standing(left=1_000), RATE, (Basis.ESTIMATED, None, 7_700)),
        *[
            (one, standing(in_free_entry=True, market=None), Why.NO_RATE, (Basis.FREE, "free_entry_point", 0))
            for one in Priced
        ],
        *[(one, standing(is_charged=False), Why.NO_RATE_CARD, (Basis.FREE, "not_charged", 0)) for one in Priced],
        *[(one, standing(), Why.NO_RATE, (Basis.UNKNOWN, Why.NO_RATE, None)) for one in Priced],
        *[(one, standing(), Why.NO_RATE_CARD, (Basis.UNKNOWN, Why.NO_RATE_CARD, None)) for one in Priced],
        *[(one, standing(market=None), RATE, (Basis.UNKNOWN, Why.UNKNOWN_MARKET, None)) for one in Priced],
    ],
)
def test_a_message_before_it_is_sent(
    category: Priced, here: Standing, rate: Rate | Why, expected: tuple[Basis, str | None, int | None]
) -> None:
    price = price_ahead(category, rate, here)
    assert (price.basis, price.why, price.amount) == expected


def test_unknown_is_never_an_amount() -> None:
    markets, lefts, rates = (None, "49"), (0, 5), (RATE, *Why)
    for category, charged, entry, left, market, rate in itertools.product(
        Priced, (True, False), (True, False), lefts, markets, rates
    ):
        price = price_ahead(category, rate, standing(is_charged=charged, in_free_entry=entry, left=left, market=market))
        assert (price.amount is None) == (price.basis is Basis.UNKNOWN)
        assert (price.amount == 0) == (price.basis is Basis.FREE)


@pytest.mark.parametrize(
    ("replies", "charged", "left"), [(0, 0, 1_000), (999, 0, 1), (1_000, 0, 0), (5_000, 0, 0), (12, 1, 0)]
)
def test_one_charged_reply_tells_that_none_is_free_any_more(replies: int, charged: int, left: int) -> None:
    assert free_replies_left(replies, charged) == left
