"""What counts as a phone number, and which number it is."""

from __future__ import annotations

import pytest

from inbox.contacts.phone_numbers import (
    PhoneRefusedError,
    canonical,
    country_code,
    looks_like_phone,
    read_phone,
    read_possible_phone,
)


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
        pytest.param("011 15-2345-6789", "AR", "5491123456789", id="Argentine mobile as written at home"),
        pytest.param("491701234567", "DE", "491701234567", id="German digits without plus"),
        pytest.param("4915120007001", "DE", "4915120007001", id="and others of its ranges"),
        pytest.param("62812345678", "ID", "62812345678", id="Indonesian digits without plus"),
        pytest.param("436641234567", "AT", "436641234567", id="Austrian digits without plus"),
        pytest.param("1701234567", "DE", "491701234567", id="the zero was lost in a spreadsheet"),
        pytest.param("(201) 555-0123", "US", "12015550123", id="a local number that is Egypt's with a plus before"),
        pytest.param("0049 151 23456789", None, "4915123456789", id="00 without a country"),
        pytest.param("0049 151 23456789", "US", "4915123456789", id="00 where another prefix is dialled"),
        pytest.param("011 49 151 23456789", "US", "4915123456789", id="the prefix that is dialled there"),
        pytest.param("8 (916) 123-45-67", "RU", "79161234567", id="Russian with the 8 of home"),
        pytest.param("4915123456789.0", None, "4915123456789", id="a number that a program took for a fraction"),
        pytest.param("+49.15123456789", None, "4915123456789", id="one point, as registries write"),
        pytest.param("01.23.45.67.89", "FR", "33123456789", id="points between pairs"),
        pytest.param("0151/23456789", "DE", "4915123456789", id="a slash after the area code"),
        pytest.param("\u202a+49\u00a0151\u201123456789\u202c", None, "4915123456789", id="copied from a phone"),
        pytest.param("＋４９ １５１ ２３４５６７８９", None, "4915123456789", id="full width"),
        pytest.param("٠١٥١ ٢٣٤٥٦٧٨٩", "DE", "4915123456789", id="Arabic digits"),
        pytest.param("tel:+49-151-23456789", None, "4915123456789", id="a link"),
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
        ("+5506966934426", None, "no such number"),
        ("491512345678.0", None, "no such number"),
        ("491512345678.5", None, "fraction"),
        ("491512345678.25", None, "fraction"),
        ("0170123456.0", "DE", "fraction"),
        ("491512345678E0", None, "spreadsheet"),
        ("4.91512E+11", None, "spreadsheet"),
        ("+49 151 2345678 / 9", None, "two numbers"),
        ("0151 2345678/0170 1234567", "DE", "two numbers"),
        ("0151/2345678/9", "DE", "two numbers"),
        ("+49 151 2345678a9", None, "not a phone number"),
        ("+49 151 2345678 ext 9", None, "not a phone number"),
        ("+49 151 2345678, 9", None, "not a phone number"),
        ("+49 151 2345678²", None, "not a phone number"),
        ("49+151 2345678", None, "may only begin"),
        ("15123456789", "DE", "one of two"),
        ("436641234567", "DE", "one of two"),
        ("()", "DE", "there is no phone number"),
        ("00", None, "country code"),
        ("00", "DE", "no such number"),
    ],
)
def test_refused(written: str, region: str | None, why: str) -> None:
    with pytest.raises(PhoneRefusedError, match=why):
        read_phone(written, region)


def test_spellings_of_one_account_have_one_canonical_form() -> None:
    assert canonical("5511987654321") == canonical("551187654321")
    assert canonical("5215512345678") == canonical("525512345678")
    assert canonical("5491123456789") == canonical("541123456789")
    assert canonical("4915123456789") == "4915123456789"


@pytest.mark.parametrize(("digits", "code"), [("4915123456789", "49"), ("16502530000", "1"), ("35812345678", "358")])
def test_country_codes(digits: str, code: str) -> None:
    assert country_code(digits) == code


def test_a_number_of_a_new_range_may_be_written_to() -> None:
    assert read_possible_phone("+49 1999 1234567") == "4919991234567"
    with pytest.raises(PhoneRefusedError, match="length"):
        read_possible_phone("+1 650 55")
    with pytest.raises(PhoneRefusedError, match="not a phone number"):
        read_possible_phone("+49 1999 1234567 or so")


@pytest.mark.parametrize(
    ("text", "is_phone"),
    [
        ("+49 151 23456789", True),
        ("+nonsense", True),
        ("4915123456789", True),
        ("0049 151-234 567", True),
        ("0198c2f6a1b2c3d4e5f60718", False),
        ("019812345678901234567890", False),
        ("Ann", False),
        ("", False),
    ],
)
def test_what_looks_like_a_phone_number(text: str, is_phone: bool) -> None:
    assert looks_like_phone(text) is is_phone
