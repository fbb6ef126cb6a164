"""What counts as a phone number, and that the short way says the same as `phonenumbers`."""

from __future__ import annotations

import random

import phonenumbers
import pytest

from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.phone_numbers import PhoneRefused, canonical, country_code, read_phone


@pytest.mark.parametrize(
    ("written", "region", "digits"),
    [
        pytest.param("+49 151 23456789", None, "4915123456789", id="as people write it"),
        pytest.param("4915123456789", None, "4915123456789", id="digits alone, as exports have them"),
        pytest.param("0151/234 567-89", "DE", "4915123456789", id="national, with the country of the list"),
        pytest.param("0049 151 23456789", "DE", "4915123456789", id="with 00"),
        pytest.param("+49 (0)151 23456789", None, "4915123456789", id="with the zero that is dialled at home"),
        pytest.param("(650) 253-0000", "US", "16502530000", id="American"),
        pytest.param("+39 06 698 12345", None, "390669812345", id="Italian: the zero belongs to it"),
        pytest.param("+5511987654321", None, "5511987654321", id="Brazilian with the ninth digit"),
        pytest.param("+551187654321", None, "5511987654321", id="and without, as WhatsApp knows some"),
        pytest.param("+5215512345678", None, "525512345678", id="Mexican with the 1 of before 2019"),
    ],
)
def test_numbers(written: str, region: str | None, digits: str) -> None:
    assert read_phone(written, region) == digits


@pytest.mark.parametrize(
    ("written", "region", "why"),
    [
        ("", None, "there is no phone number"),
        ("call me", None, "not a phone number"),
        ("0151 23456789", None, "country code"),
        ("+49 12", None, "no such number"),
        ("+1 123 456 7890", None, "no such number"),
        ("+999 12345678", None, "country code"),
        ("+49151" + "1" * 60, None, "too long"),
    ],
)
def test_refused(written: str, region: str | None, why: str) -> None:
    with pytest.raises(PhoneRefused, match=why):
        read_phone(written, region)


def test_short_way_says_what_phonenumbers_says() -> None:
    rng = random.Random(20)
    for region in phonenumbers.SUPPORTED_REGIONS:
        example = phonenumbers.example_number(region)
        code = str(example.country_code) if example else "1"
        for _ in range(4):
            digits = code + "".join(rng.choice("0123456789") for _ in range(rng.randint(6, 11)))
            if not phone_aliases(digits):
                _same(digits)
        if example:
            _same(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:])


def _same(digits: str) -> None:
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        with pytest.raises(PhoneRefused):
            read_phone(f"+{digits}")
    else:
        assert read_phone(f"+{digits}") == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def test_spellings_of_one_account_have_one_canonical_form() -> None:
    assert canonical("5511987654321") == canonical("551187654321")
    assert canonical("5215512345678") == canonical("525512345678")
    assert canonical("4915123456789") == "4915123456789"


@pytest.mark.parametrize(("digits", "code"), [("4915123456789", "49"), ("16502530000", "1"), ("35812345678", "358")])
def test_country_codes(digits: str, code: str) -> None:
    assert country_code(digits) == code
