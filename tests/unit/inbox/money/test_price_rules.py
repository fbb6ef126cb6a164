"""What a message costs, by what its provider told."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from inbox.money.price_rules import Basis, Price, Rate, Told, Why, amount_text, price_of, read_amount, told_with

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
RATE = Rate(62_500, "USD", "card")
REGULAR = {"type": "regular", "category": "marketing", "pricing_model": "PMP"}


def delivered(**pricing: str) -> Told:
    return told_with(Told(), "delivered", NOON, pricing)


@pytest.mark.parametrize(
    ("pricing", "basis", "why", "amount"),
    [
        (REGULAR, Basis.ESTIMATED, None, 62_500),
        ({**REGULAR, "category": "marketing_lite"}, Basis.ESTIMATED, None, 62_500),
        ({**REGULAR, "category": "service"}, Basis.ESTIMATED, None, 62_500),
        ({**REGULAR, "category": "authentication-international"}, Basis.ESTIMATED, None, 62_500),
        ({**REGULAR, "type": "free_customer_service"}, Basis.FREE, "free_customer_service", 0),
        ({**REGULAR, "type": "free_group_customer_service"}, Basis.FREE, "free_group_customer_service", 0),
        ({**REGULAR, "type": "free_entry_point"}, Basis.FREE, "free_entry_point", 0),
        ({**REGULAR, "subtype": "paid_exempt"}, Basis.FREE, "paid_exempt", 0),
        ({"category": "service", "pricing_model": "CBP", "billable": "false"}, Basis.FREE, "not_billable", 0),
        ({"category": "marketing", "pricing_model": "CBP", "billable": "true"}, Basis.ESTIMATED, None, 62_500),
        ({**REGULAR, "cost_amount": "0.031", "cost_currency": "EUR"}, Basis.REPORTED, None, 31_000),
        ({**REGULAR, "cost_amount": "a lot", "cost_currency": "EUR"}, Basis.ESTIMATED, None, 62_500),
        ({**REGULAR, "type": "of_next_year"}, Basis.UNKNOWN, Why.UNKNOWN_TYPE, None),
        ({**REGULAR, "category": "of_next_year"}, Basis.UNKNOWN, Why.UNKNOWN_CATEGORY, None),
        ({}, Basis.UNKNOWN, Why.NOTHING_TOLD, None),
    ],
)
def test_a_delivered_message(pricing: dict[str, str], basis: Basis, why: str | None, amount: int | None) -> None:
    price = price_of(delivered(**pricing), "55", RATE)
    assert (price.basis, price.why, price.amount) == (basis, why, amount)


def test_what_is_not_delivered_costs_nothing() -> None:
    told = told_with(Told(), "sent", NOON, REGULAR)
    assert price_of(told, "55", RATE) == Price(basis=Basis.FREE, why=Why.NOT_DELIVERED, amount=0)


@pytest.mark.parametrize("why", [Why.NO_RATE, Why.NO_RATE_CARD])
def test_what_has_no_rate_is_unknown_and_not_free(why: Why) -> None:
    assert price_of(delivered(**REGULAR), "55", why) == Price(basis=Basis.UNKNOWN, why=why)
    assert price_of(delivered(**REGULAR), None, RATE) == Price(basis=Basis.UNKNOWN, why=Why.UNKNOWN_MARKET)


def test_any_order_of_the_same_tellings_makes_the_same() -> None:
    tellings = [
        ("sent", NOON, {**REGULAR, "category": "utility"}),
        ("delivered", NOON + timedelta(seconds=5), REGULAR),
        ("delivered", NOON + timedelta(seconds=3), {**REGULAR, "category": "authentication"}),
        ("read", NOON + timedelta(seconds=9), {}),
    ]
    made = set()
    for order in itertools.permutations([*tellings, tellings[0]]):
        told = Told()
        for telling in order:
            told = told_with(told, *telling)
        made.add(repr((told.sent_at, told.delivered_at, sorted(told.deciding.items()))))
    assert len(made) == 1
    assert told.delivered_at == NOON + timedelta(seconds=3)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        *[("0", 0), ("0.0625", 62_500), ("411.39", 411_390_000), ("1e-2", 10_000), ("1000000", 10**12)],
        *[("", None), ("n/a", None), ("-1", None), ("NaN", None), ("Infinity", None), ("0.0000001", None)],
        *[("1000000.1", None), ("1e999999999", None)],
    ],
)
def test_amounts_are_read_exactly_or_not_at_all(text: str, amount: int | None) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "0.00"), (62_500, "0.0625"), (1, "0.000001"), (-1_500_000, "-1.50"), (10**12, "1000000.00")],
)
def test_amounts_are_written_in_full(amount: int, text: str) -> None:
    assert amount_text(amount) == text
