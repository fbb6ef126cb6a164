"""Exports: each collection has a section, or a reason for having none; a row has nothing of what is secret."""

from __future__ import annotations

from typing import Any

from inbox.exporting.sections import LEFT_OUT, OF_WORKSPACE, shown
from inbox.storage.documents import StoredCollections


def test_every_collection_is_exported_or_says_why_not() -> None:
    assert sorted({*OF_WORKSPACE} | {*LEFT_OUT}) == sorted(StoredCollections.__annotations__)
    assert {*OF_WORKSPACE} & {*LEFT_OUT} == set()


def test_a_row_has_no_raw_bytes_however_deep_they_are() -> None:
    row: Any = {"_id": "a", "workspace_id": "w", "secrets": b"x", "deep": {"raw": b"y", "list": [b"z", {"n": 1}]}}
    assert shown(row) == {"id": "a", "deep": {"list": [{"n": 1}]}}
