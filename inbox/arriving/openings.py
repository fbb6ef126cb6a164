"""One open conversation an account and channel, also where the account has several ids; none of a blocked contact.

The unique index keeps one for each id. Two that come by different ids of one person at the same moment meet at
their contact: who opens a conversation counts there, on condition that nobody else did, and that nobody blocked or
unblocked the customer, since the contact was read; nor merged it, or the colleagues would be told of the wrong one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from inbox.storage.database import Collections, Session, UpdateOne, WriteConflictError
from inbox.storage.documents import Condition, ContactDocument

COUNT: Final = "openings"
"""Field of a contact: conversations that were opened since it is known."""


def opening(contact: ContactDocument) -> UpdateOne:
    """Return the update of a contact as it was read."""
    seen: Condition = {
        "_id": contact["_id"],
        "workspace_id": contact["workspace_id"],
        COUNT: contact.get(COUNT),
        "blocked": True if contact.get("blocked") else {"$in": [False, None]},
        "family": contact.get("family"),
    }
    return UpdateOne(seen, {"$set": {COUNT: (contact.get(COUNT) or 0) + 1}})


async def open_alone(database: Collections, openings: Sequence[UpdateOne], session: Session) -> None:
    """Count openings inside a transaction.

    Raises `WriteConflictError` where another conversation was opened meanwhile.
    """
    if not openings:
        return
    counted = await database.contacts.bulk_write(openings, ordered=False, session=session)
    if counted.matched_count < len(openings):
        raise WriteConflictError("the contact was changed meanwhile, or another conversation of it opened")
