"""Reading phone numbers as people write them, into the digits by which messengers know them.

`phonenumbers` decides what is a number. Numbers that are international and need no change take a short way with
its own patterns: it is thirty times faster, which counts for a list of a million.

A number that can be read as two is refused: sent to the wrong one, it would be somebody else's message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, NamedTuple

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneMetadata, PhoneNumberFormat

from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.phone_spelling import MAX_CHARS, PhoneRefusedError, Spelled, spelled

__all__ = [
    "MAX_CHARS",
    "PhoneRefusedError",
    "canonical",
    "country_code",
    "looks_like_phone",
    "read_phone",
    "read_possible_phone",
]

_INTERNATIONAL: Final = re.compile(r"\+?([1-9][0-9]{6,14})", re.ASCII)
_PHONE_LIKE: Final = re.compile(r"\+.*|[0-9](?:[-0-9 ().]*[0-9])?(?<![0-9]{18})", re.ASCII | re.DOTALL)
"""Longer rows of digits are ids: numbers have fifteen digits, and two or four for the call abroad."""
_KINDS: Final = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost"),
    *("personal_number", "voip", "pager", "uan", "voicemail"),
)
_LONGEST_COUNTRY_CODE: Final = 3
_ABROAD: Final = "00"
"""What most of the world dials before a country code; taken everywhere beside the region's own."""


def read_phone(written: str, region: str | None = None) -> str:
    """Return the digits of a phone number, with country code and without `+`.

    Args:
        written: As somebody wrote it.
        region: Two letters of the country whose numbers may be written without country code.

    Raises:
        PhoneRefusedError: if it is none, or may be one of two.
    """
    found = _INTERNATIONAL.fullmatch(written)
    if found and (region is None or written[0] == "+") and _fits(found[1]):
        return found[1]
    number = spelled(written)
    readings = {canonical(digits): digits for digits in _readings(number, region)}
    if len(readings) > 1:
        raise PhoneRefusedError("it may be one of two numbers: write it with + and country code")
    if not readings:
        raise PhoneRefusedError(_why_none(number, region))
    return next(iter(readings.values()))


def read_possible_phone(written: str) -> str:
    """Return the digits of an international number that may exist though its range is not known here.

    Countries open new ranges; for one customer, whom somebody wants to write to, WhatsApp says it better than a list.

    Raises:
        PhoneRefusedError: if it has too few or too many digits for its country.
    """
    number = spelled(written)
    digits = number.digits if number.plus else number.digits.removeprefix(_ABROAD)
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        raise PhoneRefusedError("it is no phone number with a country code") from None
    found = _e164(parsed)
    if not phonenumbers.is_possible_number(parsed) or not _INTERNATIONAL.fullmatch(found):
        raise PhoneRefusedError("a number of this country has another length")
    return found


def looks_like_phone(text: str) -> bool:
    """Tell whether a text is meant as a phone number, valid or not, rather than as one of our ids."""
    return _PHONE_LIKE.fullmatch(text) is not None


def canonical(digits: str) -> str:
    """Return the canonical one of a number's spellings."""
    return min(digits, *phone_aliases(digits)) if digits.startswith("5") else digits


def country_code(digits: str) -> str:
    """Return the country calling code of a valid number."""
    return next((code for code in _beginnings(digits) if int(code) in COUNTRY_CODE_TO_REGION_CODE), "")


def _beginnings(digits: str) -> list[str]:
    """Return what may be the country calling code of digits; of no digits nothing may."""
    return [digits[:length] for length in range(1, min(_LONGEST_COUNTRY_CODE, len(digits)) + 1)]


def _readings(number: Spelled, region: str | None) -> list[str]:
    """Return the numbers that a text may mean: none, one or several."""
    if number.plus:
        return _some(map(_valid, _both(number)))
    if region is not None:
        return _readings_at(number, region)
    if number.digits.startswith(_ABROAD):
        return _some(_valid(digits.removeprefix(_ABROAD)) for digits in _both(number))
    return _some(map(_valid_as_written, _both(number)))


def _readings_at(number: Spelled, region: str) -> list[str]:
    """Return the numbers that digits without `+` may mean in a country.

    Digits that begin with the country's own code and are a whole number are that number, not a local one whose
    trunk prefix (the leading 0) is missing. What is a local number as the country writes it is that one, though
    the same digits may be a number abroad: for this the country was named.
    """
    digits = number.digits
    code = str(phonenumbers.country_code_for_region(region))
    dialled = _some(_valid(rest) for rest in _after_exit_code(digits, region))
    local = _valid(code + digits)
    whole = _some(map(_valid_as_written, _both(number)))
    if local is None or not whole or dialled:
        return [*dialled, *_some([local]), *whole]
    is_own, is_proper = digits.startswith(code), _is_written_so(local, digits)
    if is_own == is_proper:
        return [local, *whole]
    return [local] if is_proper else whole


def _after_exit_code(digits: str, region: str) -> list[str]:
    """Return what follows the exit code (`00`, `011`); None where there is none."""
    exits = [_ABROAD]
    metadata: Any = PhoneMetadata.metadata_for_region(region)
    if metadata is not None and (own := re.match(metadata.international_prefix or _ABROAD, digits)):
        exits.append(own[0])
    return [digits.removeprefix(begin) for begin in dict.fromkeys(exits) if digits.startswith(begin)]


def _is_written_so(local: str, digits: str) -> bool:
    """Tell whether a local number is written as is usual in its country, with the trunk prefix where there is one."""
    written = phonenumbers.format_number(phonenumbers.parse(f"+{local}"), PhoneNumberFormat.NATIONAL)
    return re.sub(r"[^0-9]", "", written) == digits


def _both(number: Spelled) -> tuple[str, ...]:
    return tuple(dict.fromkeys((number.digits, number.without_zero)))


def _some(found: Iterable[str | None]) -> list[str]:
    return [digits for digits in found if digits is not None]


def _valid(digits: str) -> str | None:
    """Return the number of digits with country code, where a trunk prefix may follow it; None if it is none."""
    if _fits(digits):
        return digits
    try:
        number = phonenumbers.parse(f"+{digits}")
    except NumberParseException:
        return None
    found = _e164(number)
    if phonenumbers.is_valid_number(number):
        return found
    return next((alias for alias in phone_aliases(digits) if _fits(alias)), None)


def _valid_as_written(digits: str) -> str | None:
    """Return the number of digits with country code, or its newer spelling; None if it is none as it stands."""
    found = None if digits.startswith("0") else _valid(digits)
    return found if found in (digits, *phone_aliases(digits)) else None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:])


def _why_none(number: Spelled, region: str | None) -> str:
    digits = number.digits if number.plus else number.digits.removeprefix(_ABROAD)
    if region is None and (digits.startswith("0") or not country_code(digits)):
        return "write it with + and country code, or name the country of the list"
    return "no such number can exist in its country"


def _fits(digits: str) -> bool:
    """Tell whether `phonenumbers` accepts digits with country code as a number without changing them."""
    for code in _beginnings(digits):
        shape, length = _shape(code), len(code)
        if shape is not None:
            trunk = shape.trunk.match(digits, length) if shape.trunk else None
            return (trunk is None or trunk.end() == length) and shape.number.fullmatch(digits, length) is not None
    return False


class _Shape(NamedTuple):
    """The lengths and prefixes that numbers of a country calling code have.

    Attributes:
        number: A whole number, without the code.
        trunk: What `phonenumbers` takes away before it looks, which changes the number.
    """

    number: re.Pattern[str]
    trunk: re.Pattern[str] | None


@cache
def _shape(code: str) -> _Shape | None:
    """Compile the shape of a country calling code; None if there is no such code."""
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code))
    if regions is None:
        return None
    described: list[Any] = [PhoneMetadata.metadata_for_region_or_calling_code(int(code), one) for one in regions]
    own = [one.leading_digits for one in described if one.leading_digits]
    others = f"(?!{'|'.join(own)})" if own else ""
    kinds = [f"(?={one.leading_digits})(?:{_kinds(one)})" for one in described if one.leading_digits]
    kinds += [f"{others}(?:{_kinds(one)})" for one in described if not one.leading_digits]
    trunk = described[0].national_prefix_for_parsing
    return _Shape(re.compile("|".join(kinds), re.ASCII), re.compile(trunk, re.ASCII) if trunk else None)


def _kinds(region: Any) -> str:
    described = [getattr(region, kind) for kind in _KINDS]
    kinds = [one.national_number_pattern for one in described if one and one.national_number_pattern]
    return f"(?=(?:{region.general_desc.national_number_pattern})$)(?:{'|'.join(kinds)})"
