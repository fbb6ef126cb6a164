"""New profile names of customers, as their messengers tell them."""

from __future__ import annotations

import msgspec

from inbox.storage.database import UpdateOne


class Rename(msgspec.Struct, frozen=True):
    """A contact whose customer is called something else now."""

    workspace_id: str
    contact_id: str
    name: str


def store_name(rename: Rename) -> UpdateOne:
    """Store a new profile name; the name that people see follows it unless an operator changed it."""
    name = {"$literal": rename.name}
    untouched = {"$eq": [{"$ifNull": ["$name", None]}, {"$ifNull": ["$profile_name", None]}]}
    return UpdateOne(
        {"_id": rename.contact_id, "workspace_id": rename.workspace_id},
        [
            {
                "$set": {
                    "name": {"$cond": [untouched, name, "$name"]},
                    "profile_name": name,
                    "version": {"$add": ["$version", 1]},
                }
            }
        ],
    )
