"""SCIM's rules: filters, operations and values, whatever a directory sends."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.scim.filters import read_filter
from gateway.scim.patches import Operation, patched
from gateway.scim.resources import wanted_group, wanted_person
from gateway.scim.scim_problems import ScimError

BEA: dict[str, Any] = {
    "id": "1",
    "userName": "bea@shop.example",
    "name": {"givenName": "Bea", "familyName": "Winter"},
    "emails": [{"value": "bea@shop.example", "type": "work", "primary": True}],
    "active": True,
    "meta": {"created": "2026-01-01T00:00:00Z"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["userName", "name", "emails", "emails.value", "active", "members", "roles", "displayName"])
PATHS = st.one_of(NAMES, st.builds('{}[value eq "x"].type'.format, NAMES), st.text(max_size=12))
WORDS = st.sampled_from(
    ["userName", "eq", "ne", "pr", "and", "or", "not", "(", ")", "[", "]", '"bea"', "true", "1", "co"]
)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('userName eq "BEA@shop.example"', True),
        ('USERNAME sw "bea" and active eq true', True),
        ('userName sw "x" or name.givenName eq "bea"', True),
        ('userName sw "x" or name.givenName eq "bea" and active eq false', False),
        ('(userName sw "x" or name.givenName eq "bea") and not (active eq false)', True),
        ('emails[type eq "work" and value ew ".example"]', True),
        ('emails[type eq "home"]', False),
        ('emails co "shop"', True),
        ('id eq "1"', True),
        ("nickName pr", False),
        ("nickName eq null", True),
        ('nickName ne "x"', True),
        ('meta.created gt "2025-01-01T00:00:00Z"', True),
        ('userName eq "with \\"quotes\\""', False),
    ],
)
def test_a_filter_says_who_is_meant(text: str, fits: bool) -> None:
    assert read_filter(text)(BEA) is fits


@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join)), JSON)
@settings(max_examples=300, deadline=None)
def test_whatever_a_filter_is_it_is_read_or_refused(text: str, value: Any) -> None:
    with suppress(ScimError):
        read_filter(text)({**BEA, "odd": value, "name": value})


@given(st.lists(st.builds(Operation, st.sampled_from(["add", "Replace", "remove", "x"]), st.none() | PATHS, JSON)))
@settings(max_examples=300, deadline=None)
def test_whatever_operations_are_they_are_done_or_refused(operations: list[Operation]) -> None:
    before = repr(BEA)
    with suppress(ScimError):
        after = patched(BEA, operations)
        wanted_person(after)
        wanted_group(after)
    assert repr(BEA) == before


@given(st.dictionaries(NAMES, JSON))
@settings(max_examples=300, deadline=None)
def test_whatever_a_person_or_group_is_it_is_understood_or_refused(resource: dict[str, Any]) -> None:
    for wanted in (wanted_person, wanted_group):
        with suppress(ScimError):
            wanted(resource)
