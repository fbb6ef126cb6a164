"""The second spelling of Brazilian and Mexican mobile numbers.

WhatsApp knows some accounts by the number as it was before the country added a digit, so that
one person arrives under two ids and would become two contacts.
"""

from __future__ import annotations

import re

ALIASED_PREFIX = "5"
"""First digit of all numbers that may have two spellings: Brazil 55, Mexico 52."""
_BRAZIL_LONG = re.compile(r"55([1-9][1-9])9([6-9]\d{7})", re.ASCII)
"""Mobile with the ninth digit, which Brazil put before mobile numbers (they begin with 6 to 9) until 2016."""
_BRAZIL_SHORT = re.compile(r"55([1-9][1-9])([6-9]\d{7})", re.ASCII)
_MEXICO_LONG = re.compile(r"521([2-9]\d{9})", re.ASCII)
"""With the 1 that Mexico wanted before mobile numbers from abroad until 2019."""
_MEXICO_SHORT = re.compile(r"52([2-9]\d{9})", re.ASCII)


def phone_aliases(digits: str) -> tuple[str, ...]:
    """Give the other spelling of a phone number, where there is one.

    Only mobile numbers of Brazil are rewritten: with a 9 before it, a fixed line's number would be
    somebody else's. Mexican numbers do not tell mobile from fixed; there the spelling with 1 belongs
    to nobody else.

    Args:
        digits: The number with country code, without `+`.

    Returns:
        One spelling, or nothing.

    Source: Anatel resolution 553/2010 (ninth digit); IFT, Plan Técnico Fundamental de Numeración, 3 Aug 2019.
    """
    if not digits.startswith(ALIASED_PREFIX):
        return ()
    if match := _BRAZIL_LONG.fullmatch(digits):
        return (f"55{match[1]}{match[2]}",)
    if match := _BRAZIL_SHORT.fullmatch(digits):
        return (f"55{match[1]}9{match[2]}",)
    if match := _MEXICO_LONG.fullmatch(digits):
        return (f"52{match[1]}",)
    if match := _MEXICO_SHORT.fullmatch(digits):
        return (f"521{match[1]}",)
    return ()
