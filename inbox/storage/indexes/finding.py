"""Indexes of what is searched and counted beside the objects themselves."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import Index, Table

FINDING: Final[Table] = {
    "message_terms": (
        Index(
            "by_term",
            "workspace_id terms -_id",
            "inbox.finding.hits",
            {"$and": [{"workspace_id": "w", "terms": "order"}, {"terms": {"$all": ["late"]}}]},
        ),
    ),
    "views": (
        Index(
            "by_workspace",
            "workspace_id _id",
            "inbox.finding.saved_views",
            {"workspace_id": "w", "$or": [{"owner_id": "o"}, {"shared": True}]},
        ),
    ),
}
