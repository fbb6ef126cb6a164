"""Takes away whatever a workspace has in a collection, some documents at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from inbox.storage.database import Database
from inbox.storage.documents import Condition, Fields, StoredCollections
from inbox.storage.indexes import INDEXES

AT_ONCE: Final = 1_000
READ_AT_ONCE: Final = 5_000
"""Of a collection that no index divides by workspace: so many index entries are read in a few milliseconds."""
READ_MS: Final = 15_000
KEPT: Final[Mapping[str, str]] = {
    "suppressions": "keyed hashes: they outlive everybody, and name nobody",
    "workspace_erasures": "the certificate",
    "relay_state": "a place in MongoDB's log",
    "gateway": "what the installation knows of itself",
    "leases": "by their names, at the end",
    "files": "with their bytes, in a step of their own",
    "blob_files": "with the files",
    "blob_chunks": "with the files",
    "promised_conversations": "the conversations once more",
}
"""Collection → why nothing is taken out of it here."""
OWN_FIELD: Final = {"workspaces": "_id", "mail_servers": "_id"}
"""Where the id of the workspace stands, if not in `workspace_id`."""
FIRST: Final = ("channels", "webhooks", "bots", "helpers", "openid_providers", "tokens", "outbox", "campaigns")
"""By these something comes in or goes out."""
ORDER: Final = (*FIRST, *(name for name in StoredCollections.__annotations__ if name not in {*FIRST, *KEPT}))


class Taken(msgspec.Struct, frozen=True):
    """What was taken away, and behind which document it goes on; None where nothing is left."""

    count: int
    mark: str | None


async def take_some(database: Database, name: str, workspace_id: str, mark: str | None) -> Taken:
    """Take some documents of a workspace out of a collection."""
    if _is_divided(name):
        return await _take_by_workspace(database, name, workspace_id)
    return await _take_in_passing(database, name, workspace_id, mark)


def _is_divided(name: str) -> bool:
    """Tell whether an index finds a workspace's documents."""
    leads = (index.fields[0][0] == "workspace_id" and index.partial is None for index in INDEXES.get(name, ()))
    return name in OWN_FIELD or any(leads)


async def _take_by_workspace(database: Database, name: str, workspace_id: str) -> Taken:
    collection = getattr(database, name)
    own: Condition = {OWN_FIELD.get(name, "workspace_id"): workspace_id}
    found = await collection.find(own, {"_id": 1}, max_time_ms=READ_MS).limit(AT_ONCE).to_list(None)
    if not found:
        return Taken(0, None)
    gone = await collection.delete_many({**own, "_id": {"$in": [one["_id"] for one in found]}})
    return Taken(gone.deleted_count, "again")


async def _take_in_passing(database: Database, name: str, workspace_id: str, mark: str | None) -> Taken:
    """Go through all documents by id: there are few, or they are gone within days."""
    collection = getattr(database, name)
    later: Condition = {"_id": {"$gt": mark}} if mark is not None else {}
    read: Fields = {"workspace_id": 1}
    page: list[Any] = (
        await collection.find(later, read, max_time_ms=READ_MS).sort("_id", 1).limit(READ_AT_ONCE).to_list(None)
    )
    theirs = [one["_id"] for one in page if one.get("workspace_id") == workspace_id]
    gone = await collection.delete_many({"_id": {"$in": theirs}, "workspace_id": workspace_id}) if theirs else None
    count = gone.deleted_count if gone else 0
    return Taken(count, page[-1]["_id"] if len(page) == READ_AT_ONCE else None)
