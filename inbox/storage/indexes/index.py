"""What an index is, and what a row of the tables says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from inbox.storage.database import ASCENDING, DESCENDING, IndexModel

DAY_SECONDS: Final = 24 * 3600
SOME_TIME: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for a time in example queries."""
DUE: Final = {"$lte": SOME_TIME}
IS_STRING: Final = {"$type": "string"}
IS_THERE: Final = {"$exists": True}


class Index(msgspec.Struct, frozen=True):
    """An index and the question that it answers.

    It says what it is there for in one of three ways, and a test holds it to that: it keeps something single
    (`unique`), removes what is old (`keep_seconds`), or answers a `query`.

    Attributes:
        name: What it is for.
        keys: Its fields in their order, with spaces between; `-` before one that goes downwards.
        asked_by: The module with the query, or whose rule it keeps.
        query: An example of the query: with it MongoDB has to choose this index, or to weigh it.
        unique: No two documents have the same.
        partial: Only documents that fit are in it; a query has to name this filter, or MongoDB leaves it aside.
        keep_seconds: Documents are removed so long after the time in their field.
    """

    name: str
    keys: str
    asked_by: str
    query: Mapping[str, Any] | None = None
    unique: bool = False
    partial: Mapping[str, Any] | None = None
    keep_seconds: int | None = None

    @property
    def fields(self) -> list[tuple[str, int]]:
        """The fields with their directions."""
        return [(key.removeprefix("-"), DESCENDING if key[0] == "-" else ASCENDING) for key in self.keys.split()]

    @property
    def model(self) -> IndexModel:
        """The same in the driver's words."""
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.partial is not None:
            options["partialFilterExpression"] = dict(self.partial)
        if self.keep_seconds is not None:
            options["expireAfterSeconds"] = self.keep_seconds
        return IndexModel(self.fields, **options)


Table = Mapping[str, Sequence[Index]]
"""Collection → its indexes."""
