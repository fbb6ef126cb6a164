"""Indexes of Web Push."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DUE, Index, Table

_ASKED_BY: Final = "inbox.push.push_notices"
_WAITS: Final = {"due_at": {"$type": "date"}}

PUSH: Final[Table] = {
    "push_notices": (
        Index("due", "due_at", _ASKED_BY, {"due_at": {**DUE, "$type": "date"}}, partial=_WAITS),
        Index("of_subscription", "subscription_id due_at", _ASKED_BY, {"subscription_id": "s", "due_at": DUE}),
        Index("expiry", "expires_at", _ASKED_BY, keep_seconds=0),
    ),
}
