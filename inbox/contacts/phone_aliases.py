"""The second spelling of Brazilian, Mexican and Argentine mobile numbers.

WhatsApp knows some accounts by the number as it was before the country added a digit, or without the
digit that calls from abroad need, so that one person arrives under two ids and would become two contacts.
"""

from __future__ import annotations

import re
from typing import Final

ALIASED_PREFIX = "5"
"""First digit of all numbers that may have two spellings: Brazil 55, Mexico 52, Argentina 54."""
_BRAZIL_LONG = re.compile(r"55([1-9][1-9])9([6-9]\d{7})", re.ASCII)
"""Mobile with the ninth digit, which Brazil put before mobile numbers (they begin with 6 to 9) until 2016."""
_BRAZIL_SHORT = re.compile(r"55([1-9][1-9])([6-9]\d{7})", re.ASCII)
_MEXICO_LONG = re.compile(r"521([2-9]\d{9})", re.ASCII)
"""With the 1 that Mexico wanted before mobile numbers from abroad until 2019."""
_MEXICO_SHORT = re.compile(r"52([2-9]\d{9})", re.ASCII)
_ARGENTINA_LONG = re.compile(r"549((?:11|[23][0-9])[0-9]{8})", re.ASCII)
"""With the 9 that stands before mobile numbers dialled from abroad."""
_ARGENTINA_SHORT = re.compile(r"54((?:11|[23][0-9])[0-9]{8})", re.ASCII)
_REWRITTEN: Final = (
    (_BRAZIL_LONG, r"55\1\2"),
    (_BRAZIL_SHORT, r"55\g<1>9\2"),
    (_MEXICO_LONG, r"52\1"),
    (_MEXICO_SHORT, r"521\1"),
    (_ARGENTINA_LONG, r"54\1"),
    (_ARGENTINA_SHORT, r"549\1"),
)
"""Each spelling, and how the other one is made of it."""


def phone_aliases(digits: str) -> tuple[str, ...]:
    """Return the other spelling of a phone number, where there is one.

    Only mobile numbers of Brazil are rewritten: with a 9 before it, a fixed line's number would be
    somebody else's. Mexican and Argentine numbers do not tell mobile from fixed; there the spelling
    with the further digit belongs to nobody else.

    Args:
        digits: The number with country code, without `+`.

    Returns:
        One spelling, or nothing.

    Source: Anatel resolution 553/2010 (ninth digit); IFT, Plan Técnico Fundamental de Numeración, 3 Aug 2019;
    ENACOM, Plan Fundamental de Numeración Nacional (resolution SC 46/97).
    """
    if not digits.startswith(ALIASED_PREFIX):
        return ()
    for pattern, other in _REWRITTEN:
        if match := pattern.fullmatch(digits):
            return (match.expand(other),)
    return ()
