"""Cuts of long texts: nothing is lost, no limit broken, no grapheme or word torn where it need not be."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.telegram.texts import split_text
from inbox.model.marks import units

FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇩🇪"
LINK = "https://shop.example/" + "a" * 300

ROWS = [
    # What fits stays whole.
    ("short", "hello", 10, ["hello"]),
    ("exactly full", "x" * 10, 10, ["x" * 10]),
    ("no place to cut", "x" * 25, 10, ["x" * 10, "x" * 10, "x" * 5]),
    ("after a word", "one two three", 10, ["one two", "three"]),
    ("a line before a word", "one\ntwo three four", 10, ["one\ntwo", "three four"]),
    # A line break near the beginning would leave a part nearly empty.
    ("not after an early line", "a\nbbb cccc ddd", 10, ["a\nbbb cccc", "ddd"]),
    ("emoji count twice", "👍" * 6, 10, ["👍" * 5, "👍"]),
    ("a family is one", FAMILY * 3, 25, [FAMILY * 2, FAMILY]),
    ("a flag is one", "x" * 9 + FLAG, 10, ["x" * 9, FLAG]),
    ("an accent stays with its letter", "x" * 9 + "e\u0301", 10, ["x" * 9, "e\u0301"]),
    ("a link is not torn", "see the " + LINK, 330, ["see the " + LINK]),
    ("a link goes whole into the next part", "y" * 300 + " " + LINK, 330, ["y" * 300, LINK]),
    ("only space", " " * 25, 10, []),
]


@pytest.mark.parametrize(("text", "limit", "parts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_cuts(text: str, limit: int, parts: list[str]) -> None:
    assert list(split_text(text, first=limit, rest=limit)) == parts


def test_a_caption_is_shorter_than_what_follows() -> None:
    assert [len(part) for part in split_text("x" * 6000, first=1024)] == [1024, 4096, 880]


PIECES = st.sampled_from(["a", "word ", "\n", "👍", FAMILY, FLAG, "e\u0301", "ü", "\r\n", " ", "\u200d"])


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join), st.integers(12, 40))
def test_any_text_arrives_whole_and_within_the_limit(text: str, limit: int) -> None:
    parts = split_text(text, first=limit, rest=limit)
    assert "".join("".join(parts).split()) == "".join(text.split())
    for part in parts:
        assert part.strip()
        assert units(part) <= limit


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["a", "👍", FAMILY, FLAG, "e\u0301"]), max_size=40).map("".join))
def test_graphemes_stay_whole(text: str) -> None:
    parts = split_text(text, first=25, rest=25)
    assert [g for part in parts for g in regex.findall(r"\X", part)] == regex.findall(r"\X", text)
