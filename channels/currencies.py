"""Amounts that come in a currency's smallest unit, read as people write them. Pure.

Source: ISO 4217:2015, table A.1 (digits after the point); stars and toncoins: https://core.telegram.org/bots/api.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

USUAL_DIGITS: Final = 2

_WITHOUT_DIGITS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF XTR"
_WITH_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS: Final = {
    **dict.fromkeys(_WITHOUT_DIGITS.split(), 0),
    **dict.fromkeys(_WITH_THREE.split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
    "TON": 9,
}
"""Digits after the point, where they are not two; XTR are Telegram's stars, TON comes in nanotoncoins."""

_NAMES: Final = {"XTR": "stars"}


def amount_of(smallest_units: int, currency: str) -> str:
    """Return an amount as a decimal number, such as `12.50`.

    Args:
        smallest_units: Such as 1250 cents.
        currency: Its code of three letters.
    """
    return f"{Decimal(smallest_units).scaleb(-_DIGITS.get(currency.upper(), USUAL_DIGITS)):f}"


def money_of(smallest_units: int, currency: str) -> str:
    """Return an amount with its currency, such as `12.50 EUR`."""
    return f"{amount_of(smallest_units, currency)} {_NAMES.get(currency.upper(), currency)}".rstrip()
