"""Indexes of the ledger and of what belongs to it."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import SOME_TIME, Index, Table

_UNKNOWN: Final = {"basis": "unknown"}

MONEY: Final[Table] = {
    "charge_reports": (),
    "charges": (
        Index(
            "unknown",
            "workspace_id delivered_at _id",
            "inbox.money.repricing",
            {**_UNKNOWN, "workspace_id": "w", "delivered_at": {"$gte": SOME_TIME}},
            partial=_UNKNOWN,
        ),
    ),
    "cost_cells": (
        Index(
            "by_day",
            "workspace_id day",
            "inbox.money.costs",
            {"workspace_id": "w", "day": {"$gte": "2026-01-01", "$lte": "2026-01-31"}},
        ),
    ),
    "rate_cards": (
        Index(
            "newest",
            "workspace_id -effective_at -_id",
            "inbox.money.card_store",
            {"workspace_id": "w"},
        ),
        Index(
            "to_reprice",
            "reprice_after",
            "inbox.money.repricing",
            {"reprice_after": {"$exists": True}},
            partial={"reprice_after": {"$exists": True}},
        ),
    ),
    "budgets": (),
}
