"""Amounts in the smallest unit, by the digits that a currency has."""

from __future__ import annotations

import pytest

from channels.currencies import money_of


@pytest.mark.parametrize(
    ("units", "currency", "read_as"),
    [
        (1250, "EUR", "12.50 EUR"),
        (5, "usd", "0.05 usd"),
        (500, "JPY", "500 JPY"),
        (1234, "BHD", "1.234 BHD"),
        (12345, "CLF", "1.2345 CLF"),
        (7, "XTR", "7 stars"),
        (-1250, "EUR", "-12.50 EUR"),
        (2**63 - 1, "EUR", "92233720368547758.07 EUR"),
        (100, "", "1.00"),
    ],
)
def test_amounts(units: int, currency: str, read_as: str) -> None:
    assert money_of(units, currency) == read_as
