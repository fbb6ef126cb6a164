"""Indexes of helpers."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import Index, Table

HELPERS: Final[Table] = {
    "helpers": (Index("one_of_a_kind", "workspace_id kind", "inbox.helpers.helper_store", unique=True),),
}
