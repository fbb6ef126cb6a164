"""Numbers of every region and kind, in every spelling: the right number or a refusal, never somebody else's.

What is tried is the same at every run: regions in their order, and a seed that is written here.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import phonenumbers
import pytest
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
)

from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.phone_numbers import PhoneRefusedError, canonical, read_phone

SEED: Final = 20
REGIONS: Final = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS: Final = range(PhoneNumberType.FIXED_LINE, PhoneNumberType.VOICEMAIL + 1)
CHANGED_PER_CODE: Final = 12
"""Numbers made of each country code's examples by changing digits, and as many at random."""
ARABIC: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

ALWAYS_READ: Final = frozenset(
    {"plus", "blanks", "link", "00", "00 in region", "exit code", "digits", "digits in region", "local", "local digits"}
)
"""Spellings of which no number is refused."""


def examples(region: str) -> Iterator[PhoneNumber]:
    """Return a number of each kind that a region has, and a neighbour of each."""
    rng = random.Random(f"{SEED}{region}")
    for kind in KINDS:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        yield example
        digits = _e164(example)
        neighbour = phonenumbers.parse(f"{digits[:-3]}{rng.randrange(1000):03d}")
        if phonenumbers.is_valid_number(neighbour):
            yield neighbour


def spellings(number: PhoneNumber, region: str) -> Iterator[tuple[str, str, str | None]]:
    """Return a number's spellings: what it is called, the text, the region that goes with it."""
    full, digits = _e164(number), _e164(number)[1:]
    spaced = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    local = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    significant = phonenumbers.national_significant_number(number)
    yield "plus", full, None
    yield "blanks", spaced, region
    yield "link", phonenumbers.format_number(number, PhoneNumberFormat.RFC3966), None
    yield "00", f"00{digits}", None
    yield "00 in region", f"00 {spaced[1:]}", region
    yield "digits", digits, None
    yield "digits in region", digits, region
    yield "local", local, region
    yield "local", local.replace(" ", "-"), region
    yield "local", spaced.replace(" ", "\u00a0").replace("-", "\u2011"), region
    yield "local digits", "".join(filter(str.isdigit, local)), region
    yield "plus", f"\u202a{full.translate(ARABIC)}\u202c", None
    yield "plus", f"(+{number.country_code}) {significant}", None
    yield "bracketed zero", f"+{number.country_code} (0){significant}", None
    yield "significant", significant, region
    metadata = PhoneMetadata.metadata_for_region(region)
    exit_code = (metadata.preferred_international_prefix or metadata.international_prefix or "").replace("~", "")
    if exit_code.isdigit():
        yield "exit code", f"{exit_code}{digits}", region


@pytest.mark.parametrize("region", REGIONS)
def test_right_or_refused(region: str) -> None:
    for number in examples(region):
        for name, written, given in spellings(number, region):
            try:
                read = read_phone(written, given)
            except PhoneRefusedError:
                assert name not in ALWAYS_READ, (written, given)
            else:
                assert canonical(read) == canonical(_e164(number)[1:]), (written, given)


@pytest.mark.parametrize("code", sorted(COUNTRY_CODE_TO_REGION_CODE))
def test_short_way_says_what_phonenumbers_says(code: int) -> None:
    for digits in _made_up(code):
        expected = _by_phonenumbers(digits)
        try:
            read = read_phone(f"+{digits}")
        except PhoneRefusedError:
            read = None
        assert read == expected, digits


def _made_up(code: int) -> Iterator[str]:
    rng = random.Random(f"{SEED}{code}")
    known = [
        _e164(n)[1:] for region in COUNTRY_CODE_TO_REGION_CODE[code] if region in REGIONS for n in examples(region)
    ]
    for _ in range(CHANGED_PER_CODE):
        yield f"{code}{''.join(rng.choices('0123456789', k=rng.randint(4, 12)))}"
        if known:
            digits = list(rng.choice(known))
            for place in rng.choices(range(len(str(code)), len(digits)), k=rng.randint(1, 5)):
                digits[place] = rng.choice("0123456789")
            yield "".join(digits)


def _by_phonenumbers(digits: str) -> str | None:
    """Return what `phonenumbers` makes of a number, or of its newer spelling where it takes only that."""
    try:
        numbers = [phonenumbers.parse(f"+{spelling}") for spelling in (digits, *phone_aliases(digits))]
    except NumberParseException:
        return None
    return next((_e164(number)[1:] for number in numbers if phonenumbers.is_valid_number(number)), None)


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
