"""Keeps the search terms of stored contacts: written again when a name or an account changes."""

from __future__ import annotations

from typing import Final

from inbox.contacts.search_terms import FIELD, FOUND_BY, search_terms
from inbox.storage.database import Database, UpdateOne
from inbox.storage.documents import ContactDocument, Fields

FILLED_TOGETHER: Final = 500
"""Some 20 ms of work between two turns of the loop."""
_READ: Final[Fields] = dict.fromkeys(FOUND_BY, 1)


def terms_update(contact: ContactDocument) -> UpdateOne:
    """Return the update that stores a contact's search terms, for the transaction that changes the contact."""
    own = {"_id": contact["_id"], "workspace_id": contact["workspace_id"]}
    return UpdateOne(own, {"$set": {FIELD: search_terms(contact)}})


async def fill_search_terms(database: Database) -> int:
    """Store search terms for contacts that have none yet, in all workspaces; return how many there were.

    Where there are none this is one look into an index for each workspace.
    """
    filled = 0
    async for workspace in database.workspaces.find({}, {"_id": 1}):
        while count := await _fill_some(database, workspace["_id"]):
            filled += count
    return filled


async def _fill_some(database: Database, workspace_id: str) -> int:
    without = {"workspace_id": workspace_id, FIELD: None}
    found = await database.contacts.find(without, _READ).limit(FILLED_TOGETHER).to_list(None)
    if found:
        fills = [UpdateOne({**without, "_id": one["_id"]}, {"$set": {FIELD: search_terms(one)}}) for one in found]
        await database.contacts.bulk_write(fills, ordered=False)
    return len(found)
