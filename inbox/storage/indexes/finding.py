"""Indexes of what is searched and counted beside the objects themselves."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, SOME_TIME, Index, Table

ROLLUP_KEEP_SECONDS: Final = 3 * 365 * DAY_SECONDS
"""As long as the log of what administrators did: three years."""

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
    "rollups": (
        Index(
            "by_slot",
            "workspace_id group slot",
            "inbox.reports.reporting",
            {"workspace_id": "w", "group": "queue", "slot": {"$gte": SOME_TIME}},
        ),
        Index("expiry", "slot", "inbox.reports.rollups", keep_seconds=ROLLUP_KEEP_SECONDS),
    ),
    "rollup_marks": (),
}
