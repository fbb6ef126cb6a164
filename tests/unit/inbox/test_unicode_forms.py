"""Texts of strangers are normalized at a cost that grows with their length alone."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest

import inbox
from inbox.contacts.opt_out_words import compared
from inbox.contacts.search_terms import wanted
from inbox.finding.words import terms_of
from inbox.foundation.unicode_forms import MOST_MARKS, normalized

ROOMS = ("inbox", "channels", "queueing", "templates_hsm", "workers", "gateway")
MARKS = {
    "in turn": "\u0315\u0300",
    "Japanese": "\u0315\uff9e",
    "Tibetan": "\u0f73\u0f71",
    "beyond the first plane": "\U0001d165\u0300",
}


@pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS)
@pytest.mark.parametrize("form", ["NFKC", "NFKD"])
def test_a_letter_keeps_a_bounded_number_of_marks(marks: str, form: str) -> None:
    text = normalized(form, f"Zoe{marks * 50_000} writes")  # type: ignore[arg-type]
    assert len(text) <= len("Zoe writes") + 2 * MOST_MARKS
    assert (text[:2], text[-7:]) == ("Zo", " writes")


@pytest.mark.parametrize("text", ["Zoë", "Ngo\u0302\u0301 Vie\u0323\u0302t", "שָׁלוֹם", "ｶﾞｷﾞ", "🙂" * 40, "—" * 100])
def test_what_people_write_becomes_what_unicode_says(text: str) -> None:
    assert normalized("NFKC", text) == unicodedata.normalize("NFKC", text)
    assert normalized("NFKD", text) == unicodedata.normalize("NFKD", text)


def test_every_character_that_may_stand_among_marks_is_known() -> None:
    may = [sign for sign in map(chr, range(sys.maxunicode + 1)) if _begins_with_mark(sign)]
    for sign in may:
        assert len(normalized("NFKD", "a" + sign * 1_000)) <= 1 + 3 * MOST_MARKS, hex(ord(sign))


def _begins_with_mark(sign: str) -> bool:
    return bool(unicodedata.combining(sign) or unicodedata.combining(unicodedata.normalize("NFKD", sign)[0]))


def test_a_message_of_marks_alone_is_indexed_compared_and_looked_for() -> None:
    text = "stop" + "\u0315\u0300" * 50_000
    assert "stop" in terms_of(text)
    assert compared(text) == "stop"
    assert wanted(text) is not None


def test_nobody_else_normalizes() -> None:
    top = Path(inbox.__file__).parents[1]
    files = [file for room in ROOMS for file in (top / room).rglob("*.py")]
    found = [file.name for file in files if "unicodedata.normalize(" in file.read_text()]
    assert found == ["unicode_forms.py"]
