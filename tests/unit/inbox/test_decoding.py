"""Pointers, patches and pages: pure values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from inbox.foundation.decoding import apply_patch, decode_json
from inbox.foundation.merge_patch import merge_patch
from inbox.foundation.pages import cut_page, decode_cursor
from inbox.foundation.problems import ProblemError


class Part(msgspec.Struct, forbid_unknown_fields=True):
    size: Annotated[int, Meta(ge=1)]


class Kind(StrEnum):
    SMALL = "small"
    BIG = "big"


class Span(msgspec.Struct, forbid_unknown_fields=True):
    begin: int
    end: int

    def __post_init__(self) -> None:
        if self.begin > self.end:
            raise ValueError("`begin` must be before `end`")


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    parts: list[Part] = []
    named: dict[str, Part] = {}
    kinds: dict[Kind, list[Kind]] = {}
    span: Span | None = None


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ("{}", "invalid_request", "/name"),
        ("[]", "invalid_request", ""),
        ('{"name": 1}', "invalid_request", "/name"),
        ('{"name": "n", "extra": 1}', "invalid_request", "/extra"),
        ('{"name": "n", "a/b~c": 1}', "invalid_request", "/a~1b~0c"),
        ('{"name": "n", "parts": [{"size": 1}, {"size": 0}]}', "invalid_request", "/parts/1/size"),
        ('{"name": "n", "parts": [{}]}', "invalid_request", "/parts/0/size"),
        ('{"name": "n", "parts": [{"size": 1, "x": 1}]}', "invalid_request", "/parts/0/x"),
        ('{"name": "n", "named": {"j": {"size": 1}, "k": {"size": "1"}}}', "invalid_request", "/named/k/size"),
        ('{"name": "n", "kinds": {"a/b": ["small"]}}', "invalid_request", "/kinds/a~1b"),
        ('{"name": "n", "kinds": {"small": ["big", "huge"]}}', "invalid_request", "/kinds/small/1"),
        ('{"name": "n", "span": {"begin": 2, "end": 1}}', "invalid_request", "/span/begin"),
        ('{"name": 1, "rest is no JSON', "malformed", None),
        ('{"name": "n"', "malformed", None),
        ("", "malformed", None),
    ],
)
def test_a_fault_has_a_pointer(body: str, code: str, pointer: str | None) -> None:
    with pytest.raises(ProblemError) as caught:
        decode_json(body.encode(), Whole)
    assert caught.value.code == code
    assert [error.pointer for error in caught.value.errors] == ([] if pointer is None else [pointer])


@pytest.mark.parametrize(
    "body", ['{"name": "n", "kinds": {"tiny": []}}', '{"name": "n", "kinds": {"small": ["tiny"]}}']
)
def test_a_wrong_word_is_answered_with_the_right_ones(body: str) -> None:
    with pytest.raises(ProblemError) as caught:
        decode_json(body.encode(), Whole)
    assert caught.value.errors[0].message == "invalid enum value 'tiny': must be one of small, big"


def test_keys_of_a_huge_mapping_are_not_tried() -> None:
    body = msgspec.json.encode({"name": "n", "named": {str(n): {"size": 0} for n in range(1_000)}})
    with pytest.raises(ProblemError) as caught:
        decode_json(body, Whole)
    assert caught.value.errors[0].pointer == "/named/*/size"


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging(target: Any, patch: Any, merged: Any) -> None:
    before = msgspec.json.encode(target)
    assert merge_patch(target, patch) == merged
    assert msgspec.json.encode(target) == before


def test_a_patch_is_checked_as_a_whole() -> None:
    assert apply_patch({"name": "n", "parts": [{"size": 1}]}, {"parts": None}, Whole) == Whole("n")
    for patch in ({"name": None}, {"other": 1}, [], "text", None):
        with pytest.raises(ProblemError):
            apply_patch({"name": "n"}, patch, Whole)


def test_a_page_remembers_where_it_was_cut() -> None:
    page = cut_page([1, 2, 3], 2, lambda item: (item, "é"))
    assert page.items == [1, 2]
    assert decode_cursor(page.next_cursor, tuple[int, str]) == (2, "é")
    assert cut_page([1, 2], 2, lambda item: item).next_cursor is None
    assert decode_cursor(None, str) is None


@pytest.mark.parametrize("cursor", ["", "!", "AAA", "é", "bm90IGpzb24", "MQ", "=" * 9])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ProblemError) as caught:
        decode_cursor(cursor, tuple[int, str])
    assert caught.value.errors[0].pointer == "/cursor"
