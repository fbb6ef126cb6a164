"""Indexes of outgoing webhooks and their deliveries."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DUE, Index, Table

_PENDING: Final = {"state": "pending"}
_OF_WEBHOOK: Final = {"workspace_id": "w", "webhook_id": "h"}
_ASKED_BY: Final = "inbox.subscriptions.deliveries"

SUBSCRIPTIONS: Final[Table] = {
    "webhooks": (
        Index(
            "by_workspace",
            "workspace_id _id",
            "inbox.subscriptions.subscription_store",
            {"workspace_id": "w", "_id": {"$gt": "a"}, "deleted_at": None},
        ),
        Index(
            "deleted",
            "deleted_at",
            "inbox.subscriptions.ending",
            {"deleted_at": {"$type": "date"}},
            partial={"deleted_at": {"$type": "date"}},
        ),
    ),
    "webhook_deliveries": (
        Index("due", "due_at", _ASKED_BY, {**_PENDING, "due_at": DUE}, partial=_PENDING),
        Index("next", "webhook_id place", _ASKED_BY, {**_PENDING, "webhook_id": "h", "due_at": DUE}, partial=_PENDING),
        Index(
            "in_order",
            "webhook_id order_key place",
            _ASKED_BY,
            {**_PENDING, "webhook_id": "h", "order_key": {"$in": ["a", "b"]}},
            partial=_PENDING,
        ),
        Index("newest", "workspace_id webhook_id -place", _ASKED_BY, {**_OF_WEBHOOK, "place": {"$lt": "p"}}),
        Index(
            "by_state",
            "workspace_id webhook_id state -place",
            _ASKED_BY,
            {**_OF_WEBHOOK, "state": "failed", "place": {"$lt": "p"}},
        ),
        Index("expiry", "expires_at", "inbox.subscriptions.delivery_rules", keep_seconds=0),
    ),
}
