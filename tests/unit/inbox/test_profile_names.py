"""What is shown of the names that customers give themselves."""

from __future__ import annotations

import pytest

from inbox.arriving.inbound import Customer
from inbox.contacts.profile_names import MAX_CHARS, profile_name


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "   ",
            "\t\n",
            "\u3164",
            "\u115f\u1160",
            "\uffa0",
            "\u2800\u2800",
            "\u200e\u2066\u2069",
            "\u200b",
            "\ufeff",
        ),
        *("\u200d\u200c", "\u00a0\u3000", "\ufe0f", "\u00ad", "\ud800", "\x00\x1b", "\u2066" * 5_000),
    ],
)
def test_a_name_of_which_nothing_is_seen_is_none(written: str) -> None:
    assert profile_name(written) is None
    assert Customer(external_id="1", name=written).name is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("Ann Lee", "Ann Lee", id="as it is"),
        pytest.param("  Ann \n Lee ", "Ann Lee", id="single blanks"),
        pytest.param("Ann\u3164\u3164", "Ann", id="fillers after it"),
        pytest.param("\u202eAnn\u202c", "Ann", id="turned"),
        pytest.param("李\u3000小龍", "李 小龍", id="wide blank"),
        pytest.param("अक्षय कुमार", "अक्षय कुमार", id="vowel signs"),
        pytest.param("می\u200cخواهم", "می\u200cخواهم", id="Persian joiner"),
        pytest.param("👩\u200d👩\u200d👧 ❤\ufe0f", "👩\u200d👩\u200d👧 ❤\ufe0f", id="emoji"),
        pytest.param("n" * 5_000, "n" * MAX_CHARS, id="endless"),
        pytest.param("é" * 5_000, "é" * MAX_CHARS, id="endless with accents"),
    ],
)
def test_what_is_shown(written: str, shown: str) -> None:
    assert profile_name(written) == shown
    assert Customer(external_id="1", name=written).name == shown
