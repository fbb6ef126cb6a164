"""The second spelling of a number."""

from __future__ import annotations

import pytest

from inbox.contacts.phone_aliases import phone_aliases

ROWS = [
    # Brazil: area code, then the ninth digit that mobile numbers got.
    ("5511987654321", ("551187654321",)),
    ("551187654321", ("5511987654321",)),
    ("5531999998888", ("553199998888",)),
    ("553199998888", ("5531999998888",)),
    # A fixed line (2 to 5): with a 9 before it, it would be somebody else's mobile.
    ("551132654321", ()),
    ("5511932654321", ()),
    # No area code has a zero.
    ("5510987654321", ()),
    ("5501987654321", ()),
    # A digit too few, a digit too many.
    ("55118765432", ()),
    ("55119876543210", ()),
    # Mexico: the 1 that mobile numbers had from abroad.
    ("5215512345678", ("525512345678",)),
    ("525512345678", ("5215512345678",)),
    # No Mexican area code begins with 1 or 0.
    ("521551234567", ()),
    ("520512345678", ()),
    ("52155123456789", ()),
    # Argentina: the 9 that mobile numbers have from abroad.
    ("5491123456789", ("541123456789",)),
    ("541123456789", ("5491123456789",)),
    ("5493511234567", ("543511234567",)),
    # No Argentine area code begins with 5, and 12 to 19 are none.
    ("5495123456789", ()),
    ("541223456789", ()),
    ("5411987654321", ()),
    # A neighbour in the table of country codes.
    ("5012345678", ()),
    ("16505551234", ()),
    # Not a phone number at all.
    ("", ()),
    ("US.13491208655302741918", ()),
    ("+5511987654321", ()),
    ("55１１987654321", ()),
]


@pytest.mark.parametrize(("digits", "aliases"), ROWS, ids=[row[0] or "empty" for row in ROWS])
def test_the_other_spelling(digits: str, aliases: tuple[str, ...]) -> None:
    assert phone_aliases(digits) == aliases


@pytest.mark.parametrize("digits", [row[0] for row in ROWS if row[1]])
def test_the_two_spellings_name_each_other(digits: str) -> None:
    (other,) = phone_aliases(digits)

    assert phone_aliases(other) == (digits,)
