"""Which contacts are one customer because somebody merged them by hand.

Each keeps its accounts and conversations, and knows the others: `family` of its document, alike in all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inbox.storage.database import Collections, Session
from inbox.storage.time_limits import READ_MS

Families = Mapping[str, tuple[str, ...]]
"""Contact → all that are one customer with it, itself among them."""


async def read_families(
    database: Collections, workspace_id: str, contact_ids: Collection[str], *, session: Session = None
) -> Families:
    """Return for each contact its family; one that is with nobody is alone."""
    alone = {contact_id: (contact_id,) for contact_id in contact_ids}
    if not alone:
        return alone
    merged = {"_id": {"$in": list(alone)}, "workspace_id": workspace_id, "family": {"$exists": True}}
    found = database.contacts.find(merged, {"family": 1}, session=session, max_time_ms=READ_MS)
    return {**alone, **{contact["_id"]: tuple(contact["family"]) async for contact in found}}


def all_of(families: Families) -> list[str]:
    """Return everybody in some families, each once."""
    return list(dict.fromkeys(member for family in families.values() for member in family))
