"""Indexes of signing in by OpenID Connect."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import Index, Table

_ASKED_BY: Final = "inbox.people.openid_store"

OPENID: Final[Table] = {
    "openid_providers": (
        Index("by_workspace", "workspace_id _id", _ASKED_BY, {"workspace_id": "w", "_id": {"$gt": "a"}}),
    ),
    "openid_logins": (Index("expiry", "expires_at", _ASKED_BY, keep_seconds=0),),
}
